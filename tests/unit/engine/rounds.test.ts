/** The engine with a strategy in rounds: paused, reopened, looked back at, played again. */
import { afterEach, describe, expect, it } from 'vitest'
import { nodeModels } from '../../../src/cli/node-models.ts'
import { fail } from '../../../src/core/result.ts'
import { CpuPool } from '../../../src/engine/cpu-pool.ts'
import { Engine } from '../../../src/engine/engine.ts'
import type { Notice, Snapshot } from '../../../src/engine/protocol.ts'
import { RunLocks } from '../../../src/storage/lock.ts'
import { MemoryRuns } from '../../../src/storage/memory.ts'
import type { RunStore } from '../../../src/storage/store.ts'
import { numbers, play, queen, queenMake, queenSettings } from '../../support/red-queen.ts'
import { archiveHash } from '../../../src/core/generation.ts'
import { NO_FILES } from '../../../src/core/files.ts'

const opened: Engine[] = []
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.pause()
})

async function start(store: RunStore = new MemoryRuns()) {
  let ids = 0
  const evaluate = numbers.evaluator({}, NO_FILES)
  const engine = new Engine({
    store, models: nodeModels(), arenas: [numbers], strategies: [queen], locks: new RunLocks(undefined), newId: () => `run-${++ids}`,
    evaluators: {
      cpu: () => new CpuPool(1, () => {
        let environment: unknown
        return {
          setEnvironment: (value) => Promise.resolve(void (environment = value)),
          evaluate: (batch) => Promise.resolve(evaluate(batch, environment, { aborted: false })),
          draft: () => Promise.resolve([]),
          dispose: () => undefined,
        }
      }),
      gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')),
    },
  }) // prettier-ignore
  let last: Snapshot | null = null
  const notices: Notice[] = []
  await engine.connect((snapshot) => (last = snapshot), (notice) => notices.push(notice), 'auto') // prettier-ignore
  opened.push(engine)
  const until = (done: (snapshot: Snapshot) => boolean) =>
    expect.poll(() => last !== null && done(last), { timeout: 20_000 }).toBe(true)
  return { engine, notices, last: () => last!, until, store }
}

const whole = play(queenMake({}, 7))
const hash = archiveHash(whole.at(-1)!.state.elites)

describe('the engine in rounds', () => {
  it('[D15] a run ends with its last champion; stopped and opened anew at any generation it ends alike', async () => {
    const straight = await start()
    await straight.engine.create(queenSettings({}, 7), '')
    await straight.engine.run()
    await straight.until(({ state }) => state === 'finished')
    expect(straight.last().archiveHash).toBe(hash)
    const store = new MemoryRuns()
    const first = await start(store)
    const made = await first.engine.create(queenSettings({}, 7), '')
    const id = made.ok ? made.value.id : ''
    for (let generation = 1; generation < whole.length; generation++) {
      const next = await start(store)
      await next.engine.open(id)
      await next.engine.step()
      expect(next.last().run.generation).toBe(generation)
      expect(next.last().archiveHash).toBe(archiveHash(whole[generation - 1]!.state.elites))
      await next.engine.pause()
    }
  })

  it('[D16] looking back shows the archive of that round alone', async () => {
    const { engine, until } = await start()
    await engine.create(queenSettings({}, 7), '')
    await engine.run()
    await until(({ state }) => state === 'finished')
    for (const { state } of whole) {
      const past = await engine.past(state.generation)
      if (!past.ok) throw new Error(past.fault.message)
      const ids = [...past.value.ids].flatMap((id, cell) => (id === 0 ? [] : [[cell, id]]))
      expect(ids, `generation ${state.generation}`).toEqual(state.elites.map(({ cell, id }) => [cell, id]))
    }
  })

  it('[D17] a file of it opens, goes on, and plays again to the same archive', async () => {
    const { engine, last, until } = await start()
    const made = await engine.create(queenSettings({}, 7), '')
    await engine.run()
    await until(({ state }) => state === 'finished')
    const bytes = await engine.exportRun(made.ok ? made.value.id : '')
    if (!bytes.ok) throw new Error(bytes.fault.message)
    const other = await start()
    const imported = await other.engine.importRun(bytes.value)
    if (!imported.ok) throw new Error(imported.fault.message)
    expect(other.last().archiveHash).toBe(last().archiveHash)
    expect(other.last().state).toBe('finished')
    await other.engine.replay(imported.value.id)
    await other.engine.run()
    await other.until(({ replay }) => replay?.same === true)
  })

  it('[D18] settings that do not fit are told in a sentence', async () => {
    const { engine } = await start()
    const tooMany = await engine.create(queenSettings({ rounds: 1e9 }), '')
    expect(tooMany).toMatchObject({ ok: false, fault: { kind: 'bad-option' } })
    const { coevolution: _, ...alone } = numbers
    const lonely = new Engine({
      store: new MemoryRuns(), models: nodeModels(), arenas: [alone], strategies: [queen], locks: new RunLocks(undefined), newId: () => 'x',
      evaluators: { cpu: () => new CpuPool(1, () => { throw new Error('not asked') }), gpu: () => Promise.resolve(fail('no', '')) },
    }) // prettier-ignore
    const refused = await lonely.create(queenSettings(), '')
    expect(refused.ok ? '' : refused.fault.message).toBe(
      'Red Queen needs an arena whose genomes meet each other; Numbers has none such.',
    )
  })

  it('[P31] [P32] tells a round in full: its champion, the one before, whom they met; and refuses what has not been', async () => {
    const { engine, until, last } = await start()
    expect(await engine.round(0)).toMatchObject({ ok: false, fault: { kind: 'no-round' } })
    await engine.create(queenSettings({}, 7), '')
    expect(await engine.round(0)).toMatchObject({ ok: false, fault: { kind: 'no-round' } })
    await engine.step()
    expect(await engine.round(0)).toMatchObject({ ok: true, value: { champion: null, rivals: [{ name: 'first' }] } })
    await engine.run()
    await until(({ state }) => state === 'finished')
    const champions = whole.at(-1)!.state.rounds!.champions
    const told = await engine.round(2)
    if (!told.ok) throw new Error(told.fault.message)
    const { rivals, champion, before, encounters } = told.value
    expect(rivals.map(({ name }) => name)).toEqual(['first', `round 1: ${champions[0]!.name}`, `round 2: ${champions[1]!.name}`]) // prettier-ignore
    expect([champion?.id, champion?.name, champion?.text]).toEqual([champions[2]!.id, champions[2]!.name, String(champions[2]!.words[0])]) // prettier-ignore
    expect(before?.text).toBe(String(champions[1]!.words[0]))
    expect(encounters.map(({ panel, name }) => `${panel} ${name}`)).toEqual([
      'held-out 5', 'held-out 17', 'held-out 33', 'ladder 60', 'ladder 30', 'ladder 10',
      `champions round 1: ${champions[0]!.name}`, `champions round 2: ${champions[1]!.name}`,
    ]) // prettier-ignore
    expect(last().rounds?.champions.map(({ id }) => id)).toEqual(champions.map(({ id }) => id))
    for (const round of [-1, 3, 0.5, NaN]) expect((await engine.round(round)).ok).toBe(false)
  })
})
