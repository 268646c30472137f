/**
 * Battles on the GPU: packs them for shaders/core-war, fights them in slices that the chunker sizes, and reads back what is
 * asked for: sums by candidate, or every outcome. Equal to the oracle bit for bit, whatever the slice or batch.
 */
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import type { Gpu } from '../../gpu/device.ts'
import { GpuFault } from '../../gpu/fault.ts'
import { Tuner, type Remember } from '../../gpu/tuner.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import { Battlefield, type BattlefieldOptions, type Ground } from './kernel/battlefield.ts'
import { CellFormat, fieldBitsFor, instructionsIn, type FieldBits } from './kernel/cells.ts'
import type { Batch } from './kernel/jobs.ts'
import { battlesThatFit, bytesOf, wayFor, type Kind, type Way } from './kernel/kind.ts'
import { Pipelines } from './kernel/pipelines.ts'
import { Rota } from './kernel/rota.ts'
import { talliesOf } from './kernel/tallies.ts'
import { battlesIn, listed, programsOf, usePSpace, type Tournament } from './kernel/tournament.ts'
import { Upload } from './kernel/upload.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings } from './mars/battle.ts'
import type { Tally } from './tally.ts'

export interface KernelOptions extends BattlefieldOptions {
  /** Battles in flight at once at most; limits of memory may allow fewer. */
  readonly mostBattles?: number
  /** Bytes of GPU memory for them at most. */
  readonly mostBytes?: number
  /** Cells other than the narrowest that do, and other ways than those chosen, for tests. */
  readonly fieldBits?: FieldBits
  readonly way?: Way
  /** Where the best ways and sizes are kept between visits. */
  readonly remember?: Remember
}

const MOST_BATTLES = 65_536
const MOST_BYTES = 2 ** 31
/** Battles at once that are tried on a machine: many fill a large card, few stay in a small one's cache. */
const SIZES = [16_384, 65_536, 4096]
/** Battlefields kept for the next run under the same rules. */
const FIELDS_KEPT = 3

export interface GpuBattleEngine extends BattleEngine {
  /** What each candidate's battles came to: summed on the GPU, so little is read back. With `keepsLives` all deaths too. */
  tally(
    settings: MarsSettings,
    tournament: Tournament,
    options: { readonly keepsLives: boolean; readonly signal?: Cancellation },
  ): Promise<Tally[]>
  dispose(): void
}

export async function createGpuBattleEngine(
  gpu: Gpu,
  shaders: ShaderSource,
  options: KernelOptions = {},
): Promise<Result<GpuBattleEngine>> {
  try {
    return ok(new GpuEngine(gpu, await Pipelines.create(gpu, shaders), options))
  } catch (error) {
    if (error instanceof GpuFault) return { ok: false, fault: error.fault }
    throw error
  }
}

class GpuEngine implements GpuBattleEngine {
  readonly name = 'gpu'
  readonly #gpu: Gpu
  readonly #pipelines: Pipelines
  readonly #options: KernelOptions
  readonly #fields = new Map<string, Ground>()
  readonly #tuner: Tuner
  #mostBytes: number
  /** Runs wait for each other: they share buffers. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(gpu: Gpu, pipelines: Pipelines, options: KernelOptions) {
    this.#gpu = gpu
    this.#pipelines = pipelines
    this.#options = options
    this.#tuner = new Tuner(options.remember)
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
    return this.#inTurn(async () => {
      const outcomes: BattleOutcome[] = []
      const byWarriors = new Map<number, number[]>()
      setups.forEach(({ warriors }, index) => {
        const group = byWarriors.get(warriors.length)
        if (group === undefined) byWarriors.set(warriors.length, [index])
        else group.push(index)
      })
      for (const indices of byWarriors.values()) {
        const group = indices.map((index) => setups[index]!)
        const after = async (field: Ground, { upload: from, first, count }: Batch) => {
          const fought = await field.outcomes(from, group.slice(first, first + count), options.withState === true)
          fought.forEach((outcome, at) => (outcomes[indices[first + at]!] = outcome))
        }
        const upload = await this.#fight(
          settings,
          listed(group),
          { keepsLives: false, keepsAll: true },
          options.signal,
          after,
        )
        upload.dispose()
      }
      return outcomes
    })
  }

  /** Rejects as {@link run} does. */
  tally(
    settings: MarsSettings,
    tournament: Tournament,
    { keepsLives, signal }: { readonly keepsLives: boolean; readonly signal?: Cancellation },
  ): Promise<Tally[]> {
    return this.#inTurn(async () => {
      if (battlesIn(tournament) === 0) return []
      const upload = await this.#fight(settings, tournament, { keepsLives, keepsAll: false }, signal, () =>
        Promise.resolve(),
      )
      const [sums, lives] = [await upload.readTallies(), await upload.readLives()]
      upload.dispose()
      return talliesOf(tournament, sums, lives)
    })
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#last.then(action)
    this.#last = run.catch(() => undefined)
    return run
  }

  /** Every battle of the tournament, in batches; `after` is told of each before the next begins. */
  async #fight(
    settings: MarsSettings,
    tournament: Tournament,
    { keepsLives, keepsAll }: { readonly keepsLives: boolean; readonly keepsAll: boolean },
    signal: Cancellation | undefined,
    after: (field: Ground, batch: Batch) => Promise<void>,
  ): Promise<Upload> {
    const warriors = tournament.battles[0]?.warriors.length ?? 0
    if (warriors * settings.maxCycles > 0xffffffff)
      throw new GpuFault('gpu-error', `${settings.maxCycles} cycles are too many for the GPU: use the CPU for battles so long`) // prettier-ignore
    const programs = programsOf(tournament)
    const total = battlesIn(tournament)
    const instructions = instructionsIn(programs)
    const fieldBits = this.#options.fieldBits ?? fieldBitsFor(settings.coreSize, instructions.length)
    const battles = { settings, warriors, pspaces: usePSpace(instructions), fieldBits }
    const name = tuningKey(this.#gpu, battles, total, keepsAll)
    const plans = this.#plans(battles, total, keepsAll)
    const plan = plans.get(await this.#tuner.choose(name, [...plans.keys()] as [string, ...string[]]))!
    const fields = await this.#fieldsFor({ ...battles, way: plan.way }, plan.size, total, keepsAll)
    const format = new CellFormat(fieldBits, instructions)
    const upload = await Upload.create(this.#gpu, tournament, programs, format, keepsLives)
    const began = performance.now()
    let next = 0
    const work = async (field: Ground) => {
      // Memory may have turned out to be scarcer than planned.
      const atOnce = Math.min(plan.size, field.size)
      const most = Math.min(field.capacity, plan.way === 'slices' ? atOnce : Infinity)
      while (next < total) {
        const batch = { upload, first: next, count: Math.min(most, total - next), atOnce }
        next += batch.count
        await field.fight(batch, pspacesIn(tournament, batch), signal)
        await after(field, batch)
      }
    }
    const stop = (error: unknown) => {
      next = total
      throw error
    }
    const ends = await Promise.allSettled(fields.map((field) => work(field).catch(stop)))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) {
      upload.dispose()
      throw failed.reason
    }
    this.#tuner.measured(name, nameOf(plan), total, performance.now() - began)
    return upload
  }

  /** Where a batch is not all, two fields of half the size take turns: while the GPU fights for one, the other is prepared or read. */
  async #fieldsFor(kind: Kind, size: number, total: number, keepsAll: boolean): Promise<Ground[]> {
    if (kind.way !== 'slices' || total <= size || size < 2)
      return [await this.#fieldFor(kind, Math.min(size, total), keepsAll)]
    const half = Math.ceil(size / 2)
    const both = [await this.#fieldFor(kind, half, keepsAll), await this.#fieldFor(kind, half, keepsAll, 1)]
    // Where memory was short, the second took the place of the first.
    const kept = new Set(this.#fields.values())
    return both.filter((field) => kept.has(field))
  }

  /** What may be the best on this machine, the likeliest first. */
  #plans(battles: Omit<Kind, 'way'>, total: number, keepsAll: boolean): Map<string, Plan> {
    const { way, mostBattles = MOST_BATTLES } = this.#options
    const plan = (by: Way, size: number): Plan => ({
      way: by,
      size: Math.min(
        size,
        mostBattles,
        2 ** magnitude(total),
        battlesThatFit(this.#gpu, { ...battles, way: by }, this.#mostBytes),
      ),
    })
    // Where every outcome is asked for, a battle that keeps its place is the simplest.
    if (way !== undefined || keepsAll) return named([plan(way ?? 'slices', MOST_BATTLES)])
    const best = wayFor(this.#gpu, battles)
    const few = best === 'slices' ? [] : [plan(best, 1024), plan('slices', MOST_BATTLES)]
    const plans = [...SIZES.map((size) => plan(best, size)), ...few]
    // Programs that stand in for a card are slower on a rota, some by far: there a thread a battle is tried first.
    return named(this.#gpu.software ? plans.reverse() : plans)
  }

  async #fieldFor(kind: Kind, wanted: number, keepsAll: boolean, which = 0): Promise<Ground> {
    const key = JSON.stringify([kind, keepsAll && kind.way !== 'slices', which])
    const capacity = Math.min(wanted, battlesThatFit(this.#gpu, kind, this.#mostBytes))
    const known = this.#fields.get(key)
    this.#fields.delete(key)
    if (known !== undefined && known.size >= capacity) {
      this.#fields.set(key, known)
      return known
    }
    known?.dispose()
    for (const [other, field] of this.#fields) {
      if (this.#fields.size < FIELDS_KEPT) break
      field.dispose()
      this.#fields.delete(other)
    }
    const field = await this.#create(kind, capacity, keepsAll)
    this.#fields.set(key, field)
    return field
  }

  /** Where the memory does not suffice, half of it may do, from now on, or half of that. */
  async #create(kind: Kind, capacity: number, keepsAll: boolean): Promise<Ground> {
    try {
      if (kind.way !== 'slices')
        return await Rota.create(this.#gpu, this.#pipelines, kind, capacity, keepsAll, this.#options)
      return await Battlefield.create(this.#gpu, this.#pipelines, kind, capacity, this.#options)
    } catch (error) {
      if (!(error instanceof GpuFault) || error.fault.kind !== 'gpu-memory' || capacity === 1) throw error
      for (const field of this.#fields.values()) field.dispose()
      this.#fields.clear()
      this.#mostBytes = Math.floor(bytesOf(kind, capacity) / 2)
      return this.#create(kind, battlesThatFit(this.#gpu, kind, this.#mostBytes), keepsAll)
    }
  }
}

/** How battles are fought, and how many at once. */
interface Plan {
  readonly way: Way
  readonly size: number
}

const nameOf = ({ way, size }: Plan): string => `${way} ${size}`
const named = (plans: readonly Plan[]) => new Map(plans.map((plan) => [nameOf(plan), plan]))

const magnitude = (battles: number) => Math.ceil(Math.log2(Math.max(1, battles)))

/** What is measured for one kind of battles holds for about as many of them, on the same card. */
const tuningKey = ({ label }: Gpu, { settings, warriors, pspaces, fieldBits }: Omit<Kind, 'way'>, total: number, keepsAll: boolean) =>
  ['core-war', label, settings.coreSize, settings.maxProcesses, settings.maxCycles, warriors, pspaces, fieldBits, magnitude(total), keepsAll].join('/') // prettier-ignore

/** The setups of a batch, for their P-spaces' sake. */
const pspacesIn = ({ battles }: Tournament, { first, count }: Pick<Batch, 'first' | 'count'>): BattleSetup[] =>
  Array.from({ length: count }, (_, at) => battles[(first + at) % battles.length]!)
