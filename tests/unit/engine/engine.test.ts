import { afterEach, describe, expect, it } from 'vitest'
import { nodeModels } from '../../../src/cli/node-models.ts'
import { fail, ok } from '../../../src/core/result.ts'
import { Engine } from '../../../src/engine/engine.ts'
import type { EngineHost } from '../../../src/engine/host.ts'
import type { EvaluatorSources } from '../../../src/engine/evaluators.ts'
import type { Notice, Snapshot } from '../../../src/engine/protocol.ts'
import { MemoryRuns } from '../../../src/storage/memory.ts'
import type { RunStore } from '../../../src/storage/store.ts'
import { RunLocks } from '../../../src/storage/lock.ts'
import random from '../../../src/strategies/random/index.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import { arena, localPool, settings, strategy } from '../../support/toy.ts'

const cpu: EvaluatorSources = {
  cpu: (_arena, options) => localPool(options),
  gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')),
}

async function start(store: RunStore = new MemoryRuns(), evaluators = cpu) {
  let ids = 0
  const host: EngineHost = {
    store, evaluators, models: nodeModels(), arenas: [arena], strategies: [strategy, random as Strategy<unknown>], locks: new RunLocks(undefined),
    newId: () => `run-${++ids}-${Math.round(performance.now() * 1000)}`,
  } // prettier-ignore
  const engine = new Engine(host)
  let last: Snapshot | null = null
  const notices: Notice[] = []
  const boot = await engine.connect(
    (snapshot) => (last = snapshot),
    (notice) => notices.push(notice),
    'auto',
  )
  opened.push(engine)
  return {
    engine,
    boot,
    notices,
    last: () => last!,
    until: (done: (snapshot: Snapshot) => boolean) =>
      expect.poll(() => last !== null && done(last), { timeout: 20_000 }).toBe(true),
  }
}
const opened: Engine[] = []
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.pause()
})
const small = (change = {}) => settings({ evaluations: 320, population: 16, seed: 31, ...change })

describe('the engine', () => {
  it('[E14] paused, stepped and run on, a run ends as it does in one go', async () => {
    const straight = await start()
    await straight.engine.create(small(), '')
    await straight.engine.run()
    await straight.until(({ state }) => state === 'finished')

    const halting = await start()
    await halting.engine.create(small(), 'Halting')
    await halting.engine.step()
    expect(halting.last()).toMatchObject({ state: 'paused', run: { generation: 1, name: 'Halting' } })
    await halting.engine.run()
    await halting.engine.pause()
    await halting.engine.step()
    await halting.engine.run()
    await halting.until(({ state }) => state === 'finished')
    expect(halting.last().archiveHash).toBe(straight.last().archiveHash)
    expect(halting.last().run.evaluations).toBe(320)
  })

  it('[P13] looks back to what the archive was, during a run and after coming back to it', async () => {
    const store = new MemoryRuns()
    const first = await start(store)
    const run = await first.engine.create(small({ evaluations: 0 }), '')
    const seen: { generation: number; ids: number[]; best: number }[] = []
    for (let generation = 1; generation <= 12; generation++) {
      await first.engine.step()
      const { archive, bestCell } = first.last()
      seen.push({ generation, ids: [...archive.ids], best: bestCell })
      // From the middle on somebody is looking back, while births go on.
      if (generation === 6) expect((await first.engine.past(3)).ok).toBe(true)
    }
    const again = await start(store)
    expect(run.ok && (await again.engine.open(run.value.id)).ok).toBe(true)
    for (const { engine } of [first, again])
      for (const { generation, ids, best } of seen) {
        const past = await engine.past(generation)
        if (!past.ok) throw new Error(past.fault.message)
        expect([...past.value.ids]).toEqual(ids)
        expect(past.value.filled).toBe(ids.filter((id) => id > 0).length)
        expect(past.value.scores[past.value.bestCell]).toBe(
          Math.max(...past.value.scores.filter((score) => score >= 0)),
        )
        if (generation === 12) expect(past.value.bestCell).toBe(best)
      }
    const before = await first.engine.past(0)
    expect(before.ok && [before.value.filled, before.value.bestCell]).toEqual([0, -1])
  })

  it('[E14] a GPU that is lost is tried again, then the CPU takes over, with the same result', async () => {
    let asked = 0
    const failing: EvaluatorSources = {
      ...cpu,
      gpu: () => {
        asked++
        return Promise.resolve(
          ok({
            software: false,
            evaluator: {
              kind: 'gpu',
              label: 'Frail GPU',
              dispose: () => undefined,
              evaluate: () => Promise.resolve(fail('gpu-lost', 'gone')),
            },
          }),
        )
      },
    }
    const frail = await start(new MemoryRuns(), failing)
    await frail.engine.create(small(), '')
    await frail.engine.run()
    await frail.until(({ state }) => state === 'finished')
    expect(asked).toBe(3)
    expect(frail.last().engine.kind).toBe('cpu')
    expect(frail.last().engine.note).toContain('Reload the page')
    const sound = await start()
    await sound.engine.create(small(), '')
    await sound.engine.run()
    await sound.until(({ state }) => state === 'finished')
    expect(frail.last().archiveHash).toBe(sound.last().archiveHash)
  })

  it('[S1] opened anew from its store, a run goes on to the same archive', async () => {
    const store = new MemoryRuns()
    const first = await start(store)
    await first.engine.create(small(), '')
    await first.engine.run()
    await first.until(({ run }) => run.generation >= 5)
    await first.engine.pause()
    const second = await start(store)
    expect(second.boot.current?.generation).toBeGreaterThanOrEqual(5)
    await second.engine.run()
    await second.until(({ state }) => state === 'finished')
    const whole = await start()
    await whole.engine.create(small(), '')
    await whole.engine.run()
    await whole.until(({ state }) => state === 'finished')
    expect(second.last().archiveHash).toBe(whole.last().archiveHash)
  })

  it('[S7] a full disk is said, the run goes on, and all is saved once there is room', async () => {
    const disk = new MemoryRuns()
    let full = false
    const store = new Proxy(disk, {
      get(target, name, receiver) {
        const method = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<unknown>
        if (!['append', 'checkpoint', 'restore'].includes(String(name))) return method.bind(target)
        return (...args: unknown[]) =>
          full ? Promise.resolve(fail('storage-full', 'The disk is full.')) : method.apply(target, args)
      },
    })
    const { engine, last, until } = await start(store)
    const made = await engine.create(small(), '')
    await engine.step()
    full = true
    await engine.step()
    await engine.step()
    expect(last().saved).toEqual({ state: 'unsaved', note: 'The disk is full.' })
    expect(last().run.generation).toBe(3)
    full = false
    await engine.step()
    await until(({ saved }) => saved.state === 'saved')
    const loaded = await disk.load(made.ok ? made.value.id : '')
    expect(loaded.ok && loaded.value.header.head).toBe(4)
  })

  it('[S4] an elite is told with its family', async () => {
    const { engine, last, until } = await start()
    await engine.create(small(), '')
    await engine.run()
    await until(({ state }) => state === 'finished')
    const cell = last().bestCell
    const elite = await engine.elite(cell)
    if (!elite.ok) throw new Error(elite.fault.message)
    expect(arena.codec(small().options).parse(elite.value.text).ok).toBe(true)
    const family = await engine.lineage(elite.value.id)
    if (!family.ok) throw new Error(family.fault.message)
    expect(family.value[0]).toMatchObject({ id: elite.value.id, depth: 0 })
    const known = new Set(family.value.map(({ id }) => id))
    for (const { depth, parents } of family.value)
      if (depth < 3 && family.value.length < 60) for (const parent of parents) expect(known.has(parent)).toBe(true)
    expect((await engine.elite(9999)).ok).toBe(false)
  })

  it('[S5] [S11] exported, deleted, restored, imported: the same run', async () => {
    const { engine, last, until } = await start()
    const made = await engine.create(small(), 'Mine')
    if (!made.ok) throw new Error(made.fault.message)
    await engine.run()
    await until(({ state }) => state === 'finished')
    const hash = last().archiveHash
    const file = await engine.exportRun(made.value.id)
    if (!file.ok) throw new Error(file.fault.message)
    expect(await engine.rename(made.value.id, '  ')).toMatchObject({ ok: false })
    expect(await engine.remove(made.value.id)).toMatchObject({ ok: true, value: { deleted: true } })
    expect(await engine.restore(made.value.id)).toMatchObject({ ok: true, value: { deleted: false } })
    const imported = await engine.importRun(file.value)
    expect(imported).toMatchObject({ ok: true, value: { name: 'Mine', evaluations: 320 } })
    expect(last().archiveHash).toBe(hash)
    expect((await engine.runs()).length).toBe(2)
    const again = await engine.exportRun(imported.ok ? imported.value.id : '')
    expect(again.ok && Buffer.from(again.value).equals(Buffer.from(file.value))).toBe(true)
  })

  it('[C4] settings that do not fit are refused with a sentence', async () => {
    const { engine } = await start()
    expect(await engine.create({ ...small(), population: 0 }, '')).toMatchObject({
      ok: false,
      fault: { kind: 'bad-option' },
    })
    expect(await engine.create({ ...small(), arena: 'chess' }, '')).toMatchObject({
      ok: false,
      fault: { kind: 'no-arena' },
    })
    expect(await engine.create({ ...small(), options: { ...small().options, coreSize: 3 } }, '')).toMatchObject({
      ok: false,
    })
    expect(await engine.open('nobody')).toMatchObject({ ok: false, fault: { kind: 'no-run' } })
  })
})
