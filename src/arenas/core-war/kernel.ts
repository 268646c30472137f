/**
 * Battles on the GPU: packs setups for shaders/core-war, fights them in slices that the chunker sizes, drops the finished
 * ones between slices, reads the outcomes back. Equal to the oracle bit for bit, whatever the slice or batch.
 */
import type { Cancellation, Result } from '../../core/result.ts'
import { ok } from '../../core/result.ts'
import { Chunker, type ChunkerOptions } from '../../gpu/chunker.ts'
import type { Gpu } from '../../gpu/device.ts'
import { GpuFault } from '../../gpu/fault.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import { Battlefield } from './kernel/battlefield.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings } from './mars/battle.ts'

export interface KernelOptions {
  readonly chunker?: ChunkerOptions
  /** Battles in flight at once at most; the device's limits may allow fewer. */
  readonly mostBattles?: number
}

/** More than this fits no cache and only costs memory. */
const MOST_BATTLES = 16_384

export async function createGpuBattleEngine(
  gpu: Gpu,
  shaders: ShaderSource,
  options: KernelOptions = {},
): Promise<Result<BattleEngine & { dispose(): void; readonly chunker: Chunker }>> {
  const engine = new GpuEngine(gpu, shaders, options)
  const fault = await engine.check()
  return fault === null ? ok(engine) : { ok: false, fault: fault.fault }
}

class GpuEngine implements BattleEngine {
  readonly name = 'gpu'
  readonly chunker: Chunker
  readonly #gpu: Gpu
  readonly #modules: { readonly load: GPUShaderModule; readonly mars: GPUShaderModule }
  readonly #most: number
  /** One arena of buffers for each set of rules and number of warriors met; the last few are kept. */
  readonly #fields = new Map<string, Battlefield>()

  constructor(gpu: Gpu, shaders: ShaderSource, { chunker, mostBattles = MOST_BATTLES }: KernelOptions) {
    this.#gpu = gpu
    this.#most = mostBattles
    this.chunker = new Chunker(chunker)
    const module = (path: string) => gpu.device.createShaderModule({ label: path, code: shaders(path) })
    this.#modules = { load: module('core-war/load.wgsl'), mars: module('core-war/mars.wgsl') }
  }

  /** The first complaint of the shader compiler, or null. */
  async check(): Promise<GpuFault | null> {
    for (const module of Object.values(this.#modules)) {
      const { messages } = await module.getCompilationInfo()
      const error = messages.find(({ type }) => type === 'error')
      if (error !== undefined)
        return new GpuFault('gpu-error', `${module.label}, line ${error.lineNum}: ${error.message}`)
    }
    return null
  }

  dispose(): void {
    for (const field of this.#fields.values()) field.dispose()
    this.#fields.clear()
  }

  /** Rejects with a {@link GpuFault} when the device is lost or the signal aborts. */
  async run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation } = {},
  ): Promise<BattleOutcome[]> {
    const outcomes: BattleOutcome[] = []
    const byWarriors = new Map<number, number[]>()
    setups.forEach(({ warriors }, index) => {
      const group = byWarriors.get(warriors.length)
      if (group === undefined) byWarriors.set(warriors.length, [index])
      else group.push(index)
    })
    for (const [warriors, indices] of byWarriors) {
      const field = await this.#fieldFor(settings, warriors, indices.length)
      for (let from = 0; from < indices.length; from += field.capacity) {
        const part = indices.slice(from, from + field.capacity)
        const fought = await field.fight(
          part.map((index) => setups[index]!),
          options,
        )
        part.forEach((index, at) => (outcomes[index] = fought[at]!))
      }
    }
    return outcomes
  }

  async #fieldFor(settings: MarsSettings, warriors: number, wanted: number): Promise<Battlefield> {
    const key = `${warriors} ${JSON.stringify(settings)}`
    const known = this.#fields.get(key)
    if (known !== undefined && (known.capacity >= wanted || known.isFull)) return known
    known?.dispose()
    this.#fields.delete(key)
    for (const [other, field] of this.#fields) {
      if (this.#fields.size < 2) break
      field.dispose()
      this.#fields.delete(other)
    }
    const field = new Battlefield(this.#gpu, this.#modules, this.chunker, settings, warriors, wanted, this.#most)
    this.#fields.set(key, field)
    await field.prepare()
    return field
  }
}
