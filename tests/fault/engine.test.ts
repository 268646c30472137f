/** The whole engine on a database that misbehaves under it. */
import { arm, closeByForce, connectionsTo, disarm } from '../support/faulty-idb.ts'
import { deleteDB, openDB } from 'idb'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeModels } from '../../src/cli/node-models.ts'
import { archiveHash, apply, initialState } from '../../src/core/generation.ts'
import { fail, type Result } from '../../src/core/result.ts'
import { Engine } from '../../src/engine/engine.ts'
import type { Snapshot } from '../../src/engine/protocol.ts'
import { decodeEvo } from '../../src/storage/import.ts'
import { RunLocks } from '../../src/storage/lock.ts'
import { IndexedDbRuns } from '../../src/storage/runs.ts'
import { arena, evolve, localPool, make, settings, strategy } from '../support/toy.ts'

const small = settings({ seed: 77, evaluations: 480 })
const whole = evolve(make(small), 30).state

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

const started: Engine[] = []
let ids = 0
async function start(name: string) {
  let last: Snapshot | null = null
  const notices: string[] = []
  const store = new IndexedDbRuns({ name })
  const engine = new Engine({
    store,
    locks: new RunLocks(undefined),
    arenas: [arena],
    strategies: [strategy],
    newId: () => `run-${++ids}`,
    models: nodeModels(),
    evaluators: {
      cpu: (_arena, options) => localPool(options),
      gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')),
    },
  })
  started.push(engine)
  store.onTrouble(({ kind }) => void (kind === 'storage-closed' && engine.storeClosed()))
  const boot = await engine.connect(
    (snapshot) => (last = snapshot),
    ({ text }) => notices.push(text),
    'cpu',
  )
  const until = (done: (snapshot: Snapshot) => boolean) =>
    expect.poll(() => last !== null && done(last), { timeout: 20_000, interval: 5 }).toBe(true)
  return { engine, boot, notices, until, last: () => last! }
}

/** The archive as a fresh visit would find it. */
async function stored(name: string, id: string): Promise<string> {
  const run = make(small)
  const loaded = await new IndexedDbRuns({ name }).load(id)
  if (!loaded.ok) return loaded.fault.kind
  const { state, records } = loaded.value
  return archiveHash(
    records.reduce((past, change) => apply(run.shape, past, change), state ?? initialState(run)).elites,
  )
}

afterEach(async () => {
  disarm()
  for (const engine of started.splice(0)) await engine.pause()
})

describe('a run whose database', () => {
  it.each<[string, (name: string) => unknown]>([
    ['is closed by force', (name) => connectionsTo(name).forEach(closeByForce)],
    ['is cleared away', (name) => deleteDB(name)],
    ['fails at every operation for a while', () => arm(1, 'error', true)],
    ['is full for a while', () => arm(1, 'quota', true)],
  ])('[S14] [S7] %s ends with the same archive, all of it stored', async (label, happen) => {
    const name = `engine ${label}`
    const { engine, until, last } = await start(name)
    const { id } = value(await engine.create(small, 'Mine'))
    await engine.setSpeed(30)
    void engine.run()
    for (const generation of [5, 15]) {
      await until(({ run }) => run.generation >= generation)
      expect(last().state).toBe('running')
      await happen(name)
    }
    await until(({ run }) => run.generation >= 24)
    if (disarm() > 0) expect(last().saved.note).toMatch(/\. .+\.$/)
    await until(({ state, saved }) => state === 'finished' && saved.state === 'saved')
    expect(last().archiveHash).toBe(archiveHash(whole.elites))
    await expect.poll(() => stored(name, id), { timeout: 10_000 }).toBe(archiveHash(whole.elites))
  })

  it('[S7] fails only when the run has ended is saved by itself once it works again', async () => {
    const name = 'engine at rest'
    const { engine, until, last } = await start(name)
    const { id } = value(await engine.create(small, 'Mine'))
    for (let step = 0; step < 3; step++) await engine.step()
    arm(1, 'quota', true)
    await engine.step()
    expect(last().saved.state).toBe('unsaved')
    disarm()
    await until(({ saved }) => saved.state === 'saved')
    expect(value(await new IndexedDbRuns({ name }).load(id)).header.head).toBe(4)
  })

  it('[S7] is full from the first visit on, and then has room: the next visit finds the run', async () => {
    const name = 'engine full at first'
    const { engine, notices } = await start(name)
    arm(1, 'quota', true)
    const { id } = value(await engine.create(small, 'Mine'))
    await engine.step()
    expect(notices.length).toBeGreaterThan(0)
    disarm()
    await engine.step()
    const { boot } = await start(name)
    expect(boot.current).toMatchObject({ id, generation: 2 })
  })

  it('[S14] [S7] is cleared away when the run has ended, all saved: it is saved anew', async () => {
    const name = 'engine cleared at rest'
    const { engine, until, last } = await start(name)
    const { id } = value(await engine.create(small, 'Mine'))
    void engine.run()
    await until(({ state, saved }) => state === 'finished' && saved.state === 'saved')
    await deleteDB(name)
    await expect.poll(async () => (await engine.runs()).map((run) => run.id), { timeout: 10_000 }).toEqual([id])
    expect(last().saved.state).toBe('saved')
    expect(await stored(name, id)).toBe(archiveHash(whole.elites))
  })

  it('[S7] fails while another run is opened: what is left unsaved is said', async () => {
    const { engine, notices } = await start('engine left')
    value(await engine.create(small, 'First'))
    await engine.step()
    arm(1, 'quota', true)
    await engine.step()
    await engine.create(small, 'Second')
    disarm()
    expect(notices[0]).toMatch(/is used up/)
    expect(notices.find((text) => text.startsWith('"First"'))).toMatch(/^"First" was left unsaved\. .*export/)
  })

  it('[S17] holds a damaged entry of the run opened last: the page opens, and says so', async () => {
    const name = 'engine damaged'
    const first = await start(name)
    const { id } = value(await first.engine.create(small, 'Mine'))
    await first.engine.step()
    const db = await openDB(name)
    const row = (await db.get('runs', id)) as { settings: { seed: number } }
    row.settings.seed++
    await db.put('runs', row, id)
    db.close()
    const { boot, notices, engine } = await start(name)
    expect(boot.current).toBeNull()
    expect(notices.join(' ')).toMatch(/entry of run .* is damaged/)
    expect(await engine.open(id)).toMatchObject({ ok: false, fault: { kind: 'run-damaged' } })
    value(await engine.create(small, 'Another'))
  })

  it('[S11] another tab writes on: what is exported here is whole, as it is here', async () => {
    const name = 'engine elsewhere'
    const first = await start(name)
    const { id } = value(await first.engine.create(small, 'Mine'))
    for (let step = 0; step < 3; step++) await first.engine.step()
    const second = await start(name)
    for (let step = 0; step < 5; step++) await second.engine.step()
    const file = value(decodeEvo(value(await first.engine.exportRun(id))))
    expect(file.state.generation).toBe(3)
    expect(file.births.every(({ generation }) => generation <= 3)).toBe(true)
    expect(value(decodeEvo(value(await second.engine.exportRun(id)))).state.generation).toBe(8)
  })
})
