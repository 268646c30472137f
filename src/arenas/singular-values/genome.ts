/**
 * A genome is the offsets of all searched singular values, in mean singular values of their kind (model/shape.ts); or, where whole weights are moved, what of
 * each random direction was gone (model/noise.ts). As words, 32-bit floats; as text, a line a factor, or of 16 directions:
 *
 *     layers.0.attention.query A 0.25 -0.1 0 0
 */
import type { Codec } from '../../core/contracts.ts'
import type { Space } from '../../core/search.ts'
import type { Options } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { dimensionsOf, partsOf, type Part } from './layout.ts'
import { worldOf } from './options.ts'

export type Offsets = Float32Array

/** Coordinates of points reach so far: three steps. */
export const LIMIT = 3
const LONGEST = 100_000

export const zeroOf = (options: Options): Offsets => new Float32Array(dimensionsOf(worldOf(options)))

export function offsetSpace(options: Options): Space<Offsets> {
  const world = worldOf(options)
  const { step } = world
  const dimensions = dimensionsOf(world)
  return {
    dimensions,
    limit: LIMIT,
    // Changed answers, or texts.
    effect: 0,
    isNoise: world.directions > 0,
    genome: (point) =>
      Float32Array.from({ length: dimensions }, (_, at) => step * Math.min(LIMIT, Math.max(-LIMIT, point[at] ?? 0))),
    point: (genome) => Float64Array.from(genome, (offset) => offset / step),
  }
}

export function offsetCodec(options: Options): Codec<Offsets> {
  const world = worldOf(options)
  const parts = partsOf(world)
  const stride = dimensionsOf(world)
  const most = LIMIT * world.step
  const wrong = (offset: number) => !isNear(offset, most)
  return {
    stride,
    // Minus nothing is nothing: equal genomes, equal words.
    encode: (genome) => new Uint32Array(Float32Array.from(genome, (offset) => (offset === 0 ? 0 : offset)).buffer),
    decode: (words) => new Float32Array(words.slice().buffer),
    check(words) {
      const genome = new Float32Array(words.slice().buffer)
      const at = genome.findIndex(wrong)
      return at === -1 ? null : `has an offset that is no number from ${-most} to ${most}`
    },
    print: (genome, name) =>
      [`; ${name.replace(/\s+/g, ' ')}`, ...parts.map((part) => lineOf(part, genome))].join('\n') + '\n',
    parse: (text) => parse(text, parts, most),
  }
}

/** Within reach, as far as 32-bit floats can tell. */
const isNear = (offset: number, most: number): boolean => Math.abs(offset) <= most * (1 + 1e-6)

const lineOf = ({ name, factor, first, genes }: Part, genome: Offsets): string =>
  [name, factor, ...Array.from(genome.subarray(first, first + genes), shortest)].join(' ')

/** The fewest digits that are read as the same 32-bit float. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
  return String(Number(value.toPrecision(9)))
}

function parse(text: string, parts: readonly Part[], most: number): Result<Offsets> {
  const bad = (why: string) => fail('not-offsets', why)
  if (text.length > LONGEST)
    return bad(`The text has ${text.length} characters; a genome here has ${parts.length} short lines.`)
  const genome = new Float32Array(parts.reduce((sum, { genes }) => sum + genes, 0))
  const left = new Map(parts.map((part) => [`${part.name} ${part.factor}`, part]))
  const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/;.*/, '').trim())
  for (const [at, line] of lines.entries()) {
    if (line === '') continue
    const [name = '', factor = '', ...numbers] = line.split(/[\s,]+/)
    const key = `${name} ${factor}`
    const part = left.get(key)
    if (part === undefined)
      return bad(`Line ${at + 1}: "${key.trim().slice(0, 60)}" is no spectrum of this model, or was there before. Expected next: ${[...left.keys()][0] ?? 'nothing more'}.`) // prettier-ignore
    left.delete(key)
    if (numbers.length !== part.genes)
      return bad(`Line ${at + 1} has ${numbers.length} numbers; ${key} has ${part.genes} singular values to move.`)
    for (const [index, word] of numbers.entries()) {
      const value = Number(word)
      if (word === '' || !Number.isFinite(value))
        return bad(`Line ${at + 1}: "${word.slice(0, 20)}" is no number. Write offsets such as 0.25 or -1.`)
      if (!isNear(value, most))
        return bad(`Line ${at + 1}: ${word.slice(0, 20)} is too far; offsets here are from ${-most} to ${most}.`)
      genome[part.first + index] = value
    }
  }
  const missing = [...left.keys()][0]
  return missing === undefined ? ok(genome) : bad(`There is no line for ${missing}: write one for each spectrum.`)
}
