/** A tournament in the GPU's memory, with room for what it comes to. */
import type { Gpu } from '../../../gpu/device.ts'
import { readWords } from '../../../gpu/buffers.ts'
import type { CellFormat } from './cells.ts'
import { TALLY_WORDS } from './pack.ts'
import { checked } from './pipelines.ts'
import { battlesIn, packTournament, type Tournament } from './tournament.ts'
import type { Program } from '../redcode/instruction.ts'

export class Upload {
  readonly each: number
  readonly format: CellFormat
  readonly keepsLives: boolean
  /** In the order of the bindings of load.wgsl, from the fifth on. */
  readonly forLoad: readonly GPUBuffer[]
  /** In the order of the bindings of gather.wgsl, from the sixth on. */
  readonly forGather: readonly [tallies: GPUBuffer, lives: GPUBuffer]
  readonly dictionary: GPUBuffer
  readonly #gpu: Gpu
  readonly #rows: number
  readonly #lives: number

  private constructor(
    gpu: Gpu,
    tournament: Tournament,
    programs: readonly Program[],
    format: CellFormat,
    keepsLives: boolean,
  ) {
    const { device } = gpu
    const { lines, candidates, programs: table, setups } = packTournament(tournament, programs, format)
    this.#gpu = gpu
    this.#rows = tournament.candidates.length
    this.each = tournament.battles.length
    this.format = format
    this.keepsLives = keepsLives
    this.#lives = keepsLives ? battlesIn(tournament) * (tournament.battles[0]?.warriors.length ?? 0) : 0
    const full = (words: Uint32Array<ArrayBuffer>) => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST
      const buffer = device.createBuffer({ size: Math.max(4, words.byteLength), usage })
      device.queue.writeBuffer(buffer, 0, words)
      return buffer
    }
    this.forLoad = [lines, candidates, table, setups].map(full)
    this.dictionary = full(format.dictionary)
    const empty = (label: string, words: number) =>
      device.createBuffer({ label, size: Math.max(4, words * 4), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST }) // prettier-ignore
    this.forGather = [empty('tallies', this.#rows * TALLY_WORDS), empty('lives', this.#lives)]
    const encoder = device.createCommandEncoder()
    for (const buffer of this.forGather) encoder.clearBuffer(buffer)
    device.queue.submit([encoder.finish()])
  }

  /** Throws a `GpuFault`, of kind `gpu-memory` where there is not enough. */
  static create(
    gpu: Gpu,
    tournament: Tournament,
    programs: readonly Program[],
    format: CellFormat,
    keepsLives: boolean,
  ): Promise<Upload> {
    const what = `${battlesIn(tournament)} battles cannot be sent to the GPU`
    return checked(gpu, what, () => new Upload(gpu, tournament, programs, format, keepsLives))
  }

  /** The sums of all candidates, {@link TALLY_WORDS} each. */
  tallies(): Promise<Uint32Array> {
    return readWords(this.#gpu, this.forGather[0], this.#rows * TALLY_WORDS)
  }

  /** When each warrior of each battle died, 0 for those that did not; nothing unless they were kept. */
  async lives(): Promise<Uint32Array | null> {
    return this.keepsLives ? readWords(this.#gpu, this.forGather[1], this.#lives) : null
  }

  dispose(): void {
    for (const buffer of [...this.forLoad, this.dictionary, ...this.forGather]) buffer.destroy()
  }
}
