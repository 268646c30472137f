/** A tournament in the GPU's memory, with room for what it comes to. */
import { checked } from '../../../gpu/checked.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { readWords } from '../../../gpu/buffers.ts'
import type { CellFormat } from './cells.ts'
import { TALLIES_AT, TALLY_WORDS, type TableStarts } from './pack.ts'
import { battlesIn, packTournament, type Tournament } from './tournament.ts'
import type { Program } from '../redcode/instruction.ts'

export class Upload {
  readonly each: number
  readonly format: CellFormat
  readonly keepsLives: boolean
  readonly starts: TableStarts
  readonly tables: GPUBuffer
  readonly tallies: GPUBuffer
  readonly lives: GPUBuffer
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
    const { words, starts } = packTournament(tournament, programs, format)
    this.#gpu = gpu
    this.#rows = tournament.candidates.length
    this.each = tournament.battles.length
    this.format = format
    this.keepsLives = keepsLives
    this.starts = starts
    this.#lives = keepsLives ? battlesIn(tournament) * (tournament.battles[0]?.warriors.length ?? 0) : 0
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage
    this.tables = device.createBuffer({ label: 'tables', size: words.byteLength, usage: STORAGE | COPY_DST })
    device.queue.writeBuffer(this.tables, 0, words)
    const empty = (label: string, length: number) =>
      device.createBuffer({ label, size: Math.max(4, length * 4), usage: STORAGE | COPY_SRC | COPY_DST })
    this.tallies = empty('tallies', TALLIES_AT + this.#rows * TALLY_WORDS)
    this.lives = empty('lives', this.#lives)
    const encoder = device.createCommandEncoder()
    for (const buffer of [this.tallies, this.lives]) encoder.clearBuffer(buffer)
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
  async readTallies(): Promise<Uint32Array> {
    const words = await readWords(this.#gpu, this.tallies, TALLIES_AT + this.#rows * TALLY_WORDS)
    return words.subarray(TALLIES_AT)
  }

  /** When each warrior of each battle died, 0 for those that did not; nothing unless they were kept. */
  async readLives(): Promise<Uint32Array | null> {
    return this.keepsLives ? readWords(this.#gpu, this.lives, this.#lives) : null
  }

  dispose(): void {
    for (const buffer of [this.tables, this.tallies, this.lives]) buffer.destroy()
  }
}
