/** The database goes away, is wanted by another version, or does not answer: calls end, and the store comes back. */
import { arm, closeByForce, connectionsTo, disarm, openingsSoFar } from '../support/faulty-idb.ts'
import { deleteDB, openDB } from 'idb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { apply, initialState } from '../../src/core/generation.ts'
import type { Result } from '../../src/core/result.ts'
import { progressOf } from '../../src/engine/runner.ts'
import { IndexedDbRuns } from '../../src/storage/runs.ts'
import { DATABASE_VERSION } from '../../src/storage/schema.ts'
import { checked } from '../../src/storage/check.ts'
import { storedBirth, storedHeader } from '../../src/storage/rows.ts'
import { evolve, make } from '../support/toy.ts'
import { completion, generation, warrior } from '../support/writing.ts'

const run = make({ seed: 6, population: 4 })
const { records } = evolve(run, 8)
const states = records.reduce((all, change) => [...all, apply(run.shape, all.at(-1)!, change)], [initialState(run)])
const progress = (generation: number) => progressOf(run, states[generation]!)

let databases = 0
const fresh = () => `connection-${++databases}`
const create = (store: IndexedDbRuns) => store.create('r', 'Run', run.settings, progress(0))
const append = (store: IndexedDbRuns, generation: number) =>
  store.append('r', records[generation - 1]!, progress(generation))
const failsWith = (kind: string) => ({
  ok: false,
  fault: { kind, message: expect.stringMatching(/\. .+\.$/) as string },
})

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

afterEach(() => {
  disarm()
  vi.restoreAllMocks()
})

describe('a database that the browser closes', () => {
  it('[S14] between two calls: the next one opens it anew', async () => {
    const name = fresh()
    const store = new IndexedDbRuns({ name })
    value(await create(store))
    for (const db of connectionsTo(name)) closeByForce(db)
    expect(connectionsTo(name)).toEqual([])
    value(await append(store, 1))
    expect(value(await store.load('r')).header.head).toBe(1)
  })

  it('[S14] in the middle of several calls: each is done once, none hangs', async () => {
    const name = fresh()
    const store = new IndexedDbRuns({ name })
    value(await create(store))
    const answers = Promise.all([
      append(store, 1),
      append(store, 2),
      store.rename('r', 'New'),
      store.list(),
      append(store, 3),
    ])
    await new Promise((resolve) => setImmediate(resolve))
    for (const db of connectionsTo(name)) closeByForce(db)
    for (const { ok } of await answers) expect(ok).toBe(true)
    const { header, records: kept } = value(await store.load('r'))
    expect(header).toMatchObject({ head: 3, name: 'New' })
    expect(kept.length).toBe(3)
  })

  it('[S14] again and again: calls are answered at once, and it is opened ever more rarely', async () => {
    let now = 0
    const store = new IndexedDbRuns({ name: fresh(), now: () => now })
    value(await create(store))
    arm(1, 'close', true)
    const before = openingsSoFar()
    const times: number[] = []
    for (; now < 60_000; now += 20) {
      const seen = openingsSoFar()
      expect(await store.list()).toMatchObject(failsWith('storage-closed'))
      if (openingsSoFar() > seen) times.push(now)
    }
    expect(openingsSoFar() - before).toBeLessThan(24)
    const pauses = times.slice(1).map((time, index) => time - times[index]!)
    expect(pauses).toEqual([...pauses].sort((x, y) => x - y))
    expect(pauses[0]).toBeGreaterThanOrEqual(100)
    expect(pauses.at(-1)).toBeLessThanOrEqual(5020)
    disarm()
    now += 5000
    value(await append(store, 1))
    for (const db of connectionsTo('r')) closeByForce(db)
    value(await append(store, 2))
  })

  it('[S14] together with all its rows: the store says that the run is gone, and takes it in anew', async () => {
    const name = fresh()
    const store = new IndexedDbRuns({ name })
    value(await create(store))
    await deleteDB(name)
    expect(await append(store, 1)).toMatchObject({ ok: false, fault: { kind: 'no-run' } })
    const births = records[0]!.births
    const header = {
      id: 'r',
      name: 'Run',
      settings: run.settings,
      order: 0,
      changedAt: 0,
      deleted: false,
      ...progress(1),
    }
    value(await store.restore(header, states[1]!, births))
    expect(value(await store.load('r')).state).toEqual(states[1])
  })

  it('[S14] or that never answers: calls end with a sentence, and go on once it does', async () => {
    const name = fresh()
    const open = indexedDB.open.bind(indexedDB)
    let answer: () => void = () => undefined
    const opening = vi.spyOn(Object.getPrototypeOf(indexedDB) as IDBFactory, 'open')
    opening.mockImplementationOnce(() => {
      const silent = new IDBOpenDBRequest()
      answer = () => {
        const request = open(name, 1)
        request.addEventListener('upgradeneeded', (event) => redirect(silent, request, event))
        request.addEventListener('success', (event) => redirect(silent, request, event))
      }
      return silent
    })
    const store = new IndexedDbRuns({ name, silence: 20 })
    expect(await store.list()).toMatchObject(failsWith('storage-waiting'))
    expect(await create(store)).toMatchObject(failsWith('storage-waiting'))
    answer()
    await expect.poll(async () => (await store.list()).ok).toBe(true)
    value(await create(store))
  })
})

/** Hands an event of one request on to the listeners of another. */
function redirect(to: IDBOpenDBRequest, from: IDBOpenDBRequest, event: Event): void {
  for (const key of ['result', 'transaction', 'readyState'] as const) {
    Object.defineProperty(to, key, { value: from[key], configurable: true, writable: true })
  }
  const EventClass = event.constructor as new (type: string, init?: unknown) => Event
  to.dispatchEvent(new EventClass(event.type, event))
}

describe('two versions', () => {
  /** From now on this page's code wants the next version, as an update would. */
  function update(): void {
    const open = indexedDB.open.bind(indexedDB)
    vi.spyOn(Object.getPrototypeOf(indexedDB) as IDBFactory, 'open').mockImplementation((name, version) =>
      open(name, version === undefined ? undefined : version + 1),
    )
  }

  it('[S9] an older tab that holds on: the newer one says so, does not hang, and goes on when it lets go', async () => {
    const name = fresh()
    value(await create(new IndexedDbRuns({ name })))
    for (const db of connectionsTo(name)) db.close()
    const deaf = await openDB(name, DATABASE_VERSION)
    update()
    const troubles: string[] = []
    const store = new IndexedDbRuns({ name, patience: 20, onTrouble: ({ message }) => troubles.push(message) })
    expect(await append(store, 1)).toMatchObject(failsWith('storage-waiting'))
    expect(await store.list()).toMatchObject(failsWith('storage-waiting'))
    expect(troubles).toEqual([expect.stringMatching(/older .* Close it/)])
    deaf.close()
    await expect.poll(async () => (await append(store, 1)).ok).toBe(true)
    expect(value(await store.load('r')).header.head).toBe(1)
    expect(connectionsTo(name).map(({ version }) => version)).toEqual([DATABASE_VERSION + 1])
  })

  it('[S9] an older tab that lets go: what it was writing is whole, and then it says to reload', async () => {
    const name = fresh()
    const troubles: string[] = []
    const older = new IndexedDbRuns({ name, onTrouble: ({ kind }) => troubles.push(kind) })
    value(await create(older))
    const writing = append(older, 1)
    await new Promise((resolve) => setImmediate(resolve))
    update()
    const newer = new IndexedDbRuns({ name, patience: 1000 })
    expect(value(await newer.load('r')).header.head).toBe(1)
    value(await writing)
    expect(troubles).toEqual(['storage-newer'])
    expect(await append(older, 2)).toMatchObject(failsWith('storage-newer'))
    value(await append(newer, 2))
  })
})

describe('a database of an earlier version', () => {
  it('[V8] opens with all that was in it, and keeps a tape from then on', async () => {
    const name = fresh()
    // As version 1 made it.
    const old = await openDB(name, 1, {
      upgrade(db) {
        for (const store of ['runs', 'journal', 'snapshots', 'births', 'settings']) db.createObjectStore(store)
        db.createObjectStore('quarantine', { autoIncrement: true })
      },
    })
    const first = records[0]!
    const past = apply(run.shape, initialState(run), first)
    const header = {
      id: 'r', name: 'Old', settings: run.settings, order: 1, changedAt: 5, deleted: false, ...progressOf(run, past),
    } // prettier-ignore
    await old.put('runs', storedHeader(header), 'r')
    await old.put('journal', checked(first), ['r', 1])
    for (const birth of first.births) await old.put('births', storedBirth(birth), ['r', birth.id])
    old.close()
    const store = new IndexedDbRuns({ name })
    const loaded = value(await store.load('r'))
    expect(loaded.header).toEqual(header)
    expect(loaded.records).toEqual([first])
    expect(value(await store.allBirths('r'))).toEqual(first.births)
    expect(value(await store.tape('r'))).toEqual([])
    const told = generation(run, past, [completion(warrior(3))])
    value(await store.append('r', told.change, progressOf(run, told.state)))
    expect(value(await store.tape('r'))).toEqual([told.change.tape])
    expect(connectionsTo(name).map(({ version }) => version)).toEqual([DATABASE_VERSION])
  })
})

describe('durability', () => {
  /** Every transaction that writes, as it was asked for and as the browser granted it. */
  function watch() {
    const log: { stores: string[]; asked: string; granted: string; after: number }[] = []
    let completed = 0
    const begin = IDBDatabase.prototype.transaction
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      const tx = begin.apply(this, args)
      if (args[1] === 'readwrite') {
        log.push({
          stores: [...tx.objectStoreNames],
          asked: args[2]?.durability ?? '',
          granted: tx.durability,
          after: completed,
        })
        tx.addEventListener('complete', () => completed++)
      }
      return tx
    })
    return log
  }

  it('[S15] a checkpoint is strict, and what it replaces goes in a later transaction', async () => {
    const store = new IndexedDbRuns({ name: fresh() })
    value(await create(store))
    for (let generation = 1; generation <= 4; generation++) value(await append(store, generation))
    const log = watch()
    value(await store.checkpoint('r', states[4]!))
    expect(log).toEqual([
      { stores: ['runs', 'snapshots'], asked: 'strict', granted: 'strict', after: 0 },
      { stores: ['journal', 'snapshots'], asked: 'default', granted: 'default', after: 1 },
    ])
  })

  it('[S15] so is a whole run; a single generation is not, being one of thousands', async () => {
    const store = new IndexedDbRuns({ name: fresh() })
    value(await create(store))
    const log = watch()
    value(await append(store, 1))
    const header = value(await store.load('r')).header
    value(await store.restore({ ...header, id: 'copy' }, states[1]!, records[0]!.births))
    expect(log.map(({ asked, granted }) => `${asked} ${granted}`)).toEqual(['default default', 'strict strict'])
  })
})
