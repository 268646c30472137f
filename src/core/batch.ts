/** Genomes and scores travel as structs of arrays: between workers, to the GPU and to disk, one array a field. */

/** `count` encoded genomes of `stride` 32-bit words each; genome i is `words[i*stride .. (i+1)*stride)`. */
export interface GenomeBatch {
  readonly count: number
  readonly stride: number
  readonly words: Uint32Array
}

export function batchOf(stride: number, rows: readonly Uint32Array[]): GenomeBatch {
  const words = new Uint32Array(rows.length * stride)
  rows.forEach((row, index) => words.set(row, index * stride))
  return { count: rows.length, stride, words }
}

export const rowOf = (batch: GenomeBatch, index: number): Uint32Array =>
  batch.words.subarray(index * batch.stride, (index + 1) * batch.stride)

/** Genomes `from`..`to`-1 as a batch of their own (copied, so that it can be transferred). */
export const sliceBatch = (batch: GenomeBatch, from: number, to: number): GenomeBatch => ({
  count: to - from,
  stride: batch.stride,
  words: batch.words.slice(from * batch.stride, to * batch.stride),
})

/** What evaluation gives, row by row: `objectives[i*k + j]`, `measures[i*m + j]`. */
export interface Scores {
  readonly count: number
  readonly objectives: Float64Array
  readonly measures: Float64Array
  /** How much was done, for the speed read-out: e.g. battles fought, instructions executed. */
  readonly work: Work
}

export interface Work {
  readonly units: number
  readonly steps: number
  /** Genomes whose scores were known from before, so that nothing was done for them; left out for none. */
  readonly remembered?: number
}

/** Puts the scores of consecutive slices together again. */
export function joinScores(parts: readonly Scores[]): Scores {
  return {
    count: sum(parts.map((part) => part.count)),
    objectives: joinArrays(parts.map((part) => part.objectives)),
    measures: joinArrays(parts.map((part) => part.measures)),
    work: { units: sum(parts.map((part) => part.work.units)), steps: sum(parts.map((part) => part.work.steps)) },
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

function joinArrays(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(sum(parts.map((part) => part.length)))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
