/**
 * Battles on the GPU: packs setups for shaders/core-war, fights them in slices that the chunker sizes, drops the finished
 * ones between slices, reads the outcomes back. Equal to the oracle bit for bit, whatever the slice or batch.
 */
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import type { Gpu } from '../../gpu/device.ts'
import { GpuFault } from '../../gpu/fault.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import { Battlefield, battlesThatFit, bytesOf, type BattlefieldOptions, type Kind } from './kernel/battlefield.ts'
import { usePSpace } from './kernel/pack.ts'
import { Pipelines } from './kernel/pipelines.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings } from './mars/battle.ts'

export interface KernelOptions extends BattlefieldOptions {
  /** Battles in flight at once at most; limits of memory may allow fewer. */
  readonly mostBattles?: number
  /** Bytes of GPU memory for them at most. */
  readonly mostBytes?: number
}

const MOST_BATTLES = 65_536
const MOST_BYTES = 512 << 20
/** Battlefields kept for the next run under the same rules. */
const FIELDS_KEPT = 2

export async function createGpuBattleEngine(
  gpu: Gpu,
  shaders: ShaderSource,
  options: KernelOptions = {},
): Promise<Result<BattleEngine & { dispose(): void }>> {
  try {
    return ok(new GpuEngine(gpu, await Pipelines.create(gpu, shaders), options))
  } catch (error) {
    if (error instanceof GpuFault) return { ok: false, fault: error.fault }
    throw error
  }
}

class GpuEngine implements BattleEngine {
  readonly name = 'gpu'
  readonly #gpu: Gpu
  readonly #pipelines: Pipelines
  readonly #options: KernelOptions
  readonly #fields = new Map<string, Battlefield>()
  #mostBytes: number
  /** Runs wait for each other: they share buffers. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(gpu: Gpu, pipelines: Pipelines, options: KernelOptions) {
    this.#gpu = gpu
    this.#pipelines = pipelines
    this.#options = options
    this.#mostBytes = options.mostBytes ?? MOST_BYTES
  }

  dispose(): void {
    for (const field of this.#fields.values()) field.dispose()
    this.#fields.clear()
  }

  /** Rejects with a {@link GpuFault} when the device is lost, has too little memory, or the signal aborts. */
  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation } = {},
  ): Promise<BattleOutcome[]> {
    const run = this.#last.then(() => this.#run(settings, setups, options))
    this.#last = run.catch(() => undefined)
    return run
  }

  async #run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation },
  ): Promise<BattleOutcome[]> {
    const outcomes: BattleOutcome[] = []
    const byWarriors = new Map<number, number[]>()
    setups.forEach(({ warriors }, index) => {
      const group = byWarriors.get(warriors.length)
      if (group === undefined) byWarriors.set(warriors.length, [index])
      else group.push(index)
    })
    for (const [warriors, indices] of byWarriors) {
      if (warriors * settings.maxCycles > 0xffffffff)
        throw new GpuFault('gpu-error', `${settings.maxCycles} cycles are too many for the GPU: use the CPU for battles so long`) // prettier-ignore
      const group = indices.map((index) => setups[index]!)
      const field = await this.#fieldFor({ settings, warriors, pspaces: usePSpace(group) }, group.length)
      for (let from = 0; from < group.length; from += field.capacity) {
        const fought = await field.fight(group.slice(from, from + field.capacity), options)
        fought.forEach((outcome, at) => (outcomes[indices[from + at]!] = outcome))
      }
    }
    return outcomes
  }

  async #fieldFor(kind: Kind, wanted: number): Promise<Battlefield> {
    const key = JSON.stringify(kind)
    const { mostBattles = MOST_BATTLES } = this.#options
    const most = Math.min(mostBattles, battlesThatFit(this.#gpu, kind, this.#mostBytes))
    const capacity = Math.min(most, wanted)
    const known = this.#fields.get(key)
    this.#fields.delete(key)
    if (known !== undefined && known.capacity >= capacity) {
      this.#fields.set(key, known)
      return known
    }
    known?.dispose()
    for (const [other, field] of this.#fields) {
      if (this.#fields.size < FIELDS_KEPT) break
      field.dispose()
      this.#fields.delete(other)
    }
    const field = await this.#create(kind, capacity)
    this.#fields.set(key, field)
    return field
  }

  /** Where the memory does not suffice, half of it may do, from now on; after that it is somebody else's turn. */
  async #create(kind: Kind, capacity: number): Promise<Battlefield> {
    try {
      return await Battlefield.create(this.#gpu, this.#pipelines, kind, capacity, this.#options)
    } catch (error) {
      if (!(error instanceof GpuFault) || error.fault.kind !== 'gpu-memory' || capacity === 1) throw error
      this.#mostBytes = Math.floor(bytesOf(kind, capacity) / 2)
      const fits = battlesThatFit(this.#gpu, kind, this.#mostBytes)
      return Battlefield.create(this.#gpu, this.#pipelines, kind, fits, this.#options)
    }
  }
}
