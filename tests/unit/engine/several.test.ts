/** Populations as the engine, its files and the page's pictures have them. */
import { describe, expect, it } from 'vitest'
import { nodeModels } from '../../../src/cli/node-models.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { initialState, makeOf } from '../../../src/core/generation.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import type { Birth } from '../../../src/core/journal.ts'
import { fail, type Result } from '../../../src/core/result.ts'
import { CpuPool } from '../../../src/engine/cpu-pool.ts'
import { Engine } from '../../../src/engine/engine.ts'
import { Past } from '../../../src/engine/past.ts'
import type { Snapshot } from '../../../src/engine/protocol.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { arenaInfos } from '../../../src/engine/snapshot.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { RunLocks } from '../../../src/storage/lock.ts'
import { MemoryRuns } from '../../../src/storage/memory.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import nsga2 from '../../../src/strategies/nsga2/index.ts'
import { bitsArena } from '../../support/several.ts'
import { arena as coreWar, evolve } from '../../support/toy.ts'

const arena = bitsArena()
const strategies = [mapElites, nsga2] as readonly Strategy<unknown>[]
const settings = {
  arena: 'bits', arenaVersion: 1, preset: 'bits', strategy: 'nsga2', seed: 3, population: 12, evaluations: 0, options: {}, operators: {},
  tactics: { crossoverShare: 0.9, mutatedShare: 0.05 },
} // prettier-ignore
const make = makeOf(settings, arena, nsga2 as Strategy<unknown>)

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

function engineOn(store: MemoryRuns, told: Arena = arena) {
  const evaluate = told.evaluator({}, NO_FILES)
  const lane = () => {
    let environment: unknown
    return {
      setEnvironment: (moved: unknown) => Promise.resolve(void (environment = moved)),
      evaluate: (batch: Parameters<typeof evaluate>[0]) =>
        Promise.resolve(evaluate(batch, environment, { aborted: false })),
      draft: () => Promise.resolve([]),
      dispose: () => undefined,
    }
  }
  let ids = 0
  return new Engine({
    store,
    locks: new RunLocks(undefined),
    arenas: [told],
    strategies,
    newId: () => `run-${++ids}`,
    models: nodeModels(),
    evaluators: { cpu: () => new CpuPool(1, lane), gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')) },
  })
}

describe('a population in the engine', () => {
  it('[N14] is shown slot by slot: all objectives, and who is on the front', async () => {
    let seen: Snapshot | null = null
    const engine = engineOn(new MemoryRuns())
    await engine.connect((snapshot) => (seen = snapshot), () => undefined, 'cpu') // prettier-ignore
    value(await engine.create(settings, ''))
    for (let step = 0; step < 6; step++) await engine.step()
    const { state } = evolve(make, 6)
    const { archive, run, qdScore } = seen as unknown as Snapshot
    expect([archive.kind, archive.rows, archive.columns, run.reachable, run.filled]).toEqual([
      'population',
      1,
      12,
      12,
      12,
    ])
    expect([...archive.ids]).toEqual(state.elites.map(({ id }) => id))
    expect([...archive.points]).toEqual(state.elites.flatMap(({ objectives }) => objectives))
    const beaten = ({ objectives: [ones = 0, , rest = 0] }: Birth) =>
      state.elites.some(
        ({ objectives: [more = 0, , less = 0] }) => more >= ones && less <= rest && (more > ones || less < rest),
      )
    expect([...archive.front]).toEqual(state.elites.map((elite) => (beaten(elite) ? 0 : 1)))
    expect(archive.front.includes(0) && archive.front.includes(1)).toBe(true)
    expect(qdScore).toBe(state.history.at(-1)!.qdScore)
    await engine.pause()
  })

  it('[N14] a grid has points and a front too', () => {
    const grid = makeOf({ ...settings, strategy: 'map-elites' }, arena, mapElites as Strategy<unknown>)
    const { state } = evolve(grid, 8)
    const past = new Past(grid, () => Promise.resolve({ ok: true, value: [] }))
    return past.at(8, state.elites).then((told) => {
      const { ids, points, front } = value(told)
      for (const [cell, id] of ids.entries()) {
        const elite = state.elites.find((one) => one.cell === cell)
        expect(id).toBe(elite?.id ?? 0)
        expect([...points.slice(3 * cell, 3 * cell + 3)]).toEqual(elite?.objectives ?? [NaN, NaN, NaN])
        if (elite === undefined) expect(front[cell]).toBe(0)
      }
      expect(front.includes(1)).toBe(true)
    })
  })

  it('[N14] any generation of the past is what it was', async () => {
    const { state, records } = evolve(make, 25)
    const births = records.flatMap((change) => change.births)
    const past = new Past(make, () => Promise.resolve({ ok: true, value: births }))
    let then = initialState(make)
    for (let generation = 1; generation <= 25; generation++) {
      then = evolve(make, 1, then).state
      const told = value(await past.at(generation, state.elites))
      expect([...told.ids].filter((id) => id > 0)).toEqual(then.elites.map(({ id }) => id))
      expect([...told.points]).toEqual(
        Array.from({ length: 12 }, (_, slot) => then.elites.find(({ cell }) => cell === slot)?.objectives ?? [NaN, NaN, NaN]).flat(),
      ) // prettier-ignore
    }
  })

  it('[N15] is resumed where it was left, and exported and taken in byte for byte', async () => {
    const store = new MemoryRuns()
    const engine = engineOn(store)
    const { id } = value(await engine.create(settings, ''))
    for (let step = 0; step < 4; step++) await engine.step()
    value(await engine.create({ ...settings, seed: 9 }, ''))
    value(await engine.open(id))
    for (let step = 0; step < 5; step++) await engine.step()
    const file = value(await engine.exportRun(id))
    const other = engineOn(new MemoryRuns())
    const { id: copy, generation } = value(await other.importRun(file))
    expect(generation).toBe(9)
    const kept = value(await engine.exportRun(id))
    expect(value(await other.exportRun(copy))).toEqual(kept)
    await other.step()
    await engine.step()
    const { state } = evolve(make, 10)
    for (const [one, run] of [[engine, id], [other, copy]] as const) {
      value(await one.open(run))
      for (const { cell, id: born } of state.elites) expect(value(await one.elite(cell)).id).toBe(born)
    } // prettier-ignore
  })

  it('[N15] a member beyond the slots that there are is refused', async () => {
    const { state, records } = evolve(make, 5)
    const header: RunHeader = { id: '', name: 'Run', settings, order: 0, changedAt: 0, deleted: false, ...progressOf(make, state) } // prettier-ignore
    const births = records.flatMap((change) => change.births)
    const last = state.elites.at(-1)!.id
    const moved = (cell: number) => {
      const move = (birth: Birth) => (birth.id === last ? { ...birth, cell } : birth)
      return encodeEvo(header, { ...state, elites: state.elites.map(move) }, births.map(move))
    }
    value(await engineOn(new MemoryRuns()).importRun(moved(11)))
    const answer = await engineOn(new MemoryRuns()).importRun(moved(12))
    expect(answer.ok ? '' : answer.fault.message).toMatch(/lives outside the archive/)
  })

  it('[N12] is offered where there are several goals, and not where there is one', () => {
    const [bits, war] = arenaInfos({ arenas: [arena, coreWar], strategies })
    expect(bits?.strategies.map(({ id, archive }) => [id, archive])).toEqual([['map-elites', 'grid'], ['nsga2', 'population']]) // prettier-ignore
    expect(war?.strategies.map(({ id }) => id)).toEqual(['map-elites'])
  })
})
