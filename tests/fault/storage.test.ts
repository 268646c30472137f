import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { apply, archiveHash, initialState } from '../../src/core/generation.ts'
import { fail, type Result } from '../../src/core/result.ts'
import { JournalWriter } from '../../src/engine/journal-writer.ts'
import { progressOf } from '../../src/engine/runner.ts'
import { MemoryRuns } from '../../src/storage/memory.ts'
import { RunLocks, type LockManagerLike } from '../../src/storage/lock.ts'
import { IndexedDbRuns } from '../../src/storage/runs.ts'
import type { RunHeader, RunStore } from '../../src/storage/store.ts'
import { evolve, make } from '../support/toy.ts'

const run = make({ seed: 21 })
const { records, state } = evolve(run, 24)
const states = records.reduce((all, change) => [...all, apply(run.shape, all.at(-1)!, change)], [initialState(run)])

/** A store whose `at`-th write fails, once or for good. */
function faulty(inner: RunStore, at: number, lasting: boolean): RunStore {
  let writes = 0
  return new Proxy(inner, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<Result<unknown>>
      if (!['append', 'checkpoint', 'restore'].includes(String(name))) return method.bind(target)
      return (...args: unknown[]) => {
        writes++
        const fails = writes === at || (lasting && writes > at)
        return fails ? Promise.resolve(fail('storage-full', 'The disk is full.')) : method.apply(target, args)
      }
    },
  })
}

async function write(store: RunStore): Promise<JournalWriter> {
  const header = await store.create('r', 'Run', run.settings, progressOf(run, states[0]!))
  if (!header.ok) throw new Error(header.fault.message)
  let now = states[0]!
  const writer = new JournalWriter(store, 'r', 0, (): RunHeader => ({ ...header.value, ...progressOf(run, now) }))
  for (const [index, change] of records.entries()) {
    now = states[index + 1]!
    await writer.write(change, progressOf(run, now), now)
    if (index % 8 === 7) await writer.checkpoint(now)
  }
  return writer
}

async function stored(store: RunStore) {
  const loaded = await store.load('r')
  if (!loaded.ok) throw new Error(loaded.fault.message)
  return loaded.value.records.reduce((past, change) => apply(run.shape, past, change), loaded.value.state ?? states[0]!)
}

describe('a disk that fails', () => {
  const writes = 24 + 3
  it.each(Array.from({ length: writes }, (_, index) => index + 1))(
    '[S7] once, at write %i: everything is there in the end',
    async (at) => {
      const disk = new MemoryRuns()
      const writer = await write(faulty(disk, at, false))
      await writer.flush(state)
      expect(writer.status.state).toBe('saved')
      expect(await stored(disk)).toEqual(state)
    },
  )

  it.each(Array.from({ length: writes }, (_, index) => index + 1))(
    '[S7] for good, from write %i: it says so, and what is there is a whole past of the run',
    async (at) => {
      const disk = new MemoryRuns()
      const writer = await write(faulty(disk, at, true))
      expect(writer.status).toEqual({ state: 'unsaved', note: 'The disk is full.' })
      const past = await stored(disk)
      expect(archiveHash(past.elites)).toBe(archiveHash(states[past.generation]!.elites))
    },
  )

  it('[S7] a store that lost the run is given all of it anew', async () => {
    const disk = new MemoryRuns()
    const header = await disk.create('r', 'Run', run.settings, progressOf(run, states[0]!))
    if (!header.ok) throw new Error()
    const writer = new JournalWriter(new MemoryRuns(), 'r', 0, () => ({ ...header.value, ...progressOf(run, state) }))
    await writer.write(records[0]!, progressOf(run, states[1]!), states[1]!)
    expect(writer.status.state).toBe('saved')
  })
})

describe('a damaged database', () => {
  let count = 0
  async function filled(): Promise<{ name: string; store: IndexedDbRuns }> {
    const name = `damage-${++count}`
    const store = new IndexedDbRuns({ name: name })
    await write(store)
    return { name, store }
  }

  it('[S8] a damaged generation is set aside, and the run goes on from the one before', async () => {
    const { name, store } = await filled()
    store.close()
    const db = await openDB(name)
    const row = (await db.get('journal', ['r', 22])) as { value: { evaluations: number } }
    row.value.evaluations++
    await db.put('journal', row, ['r', 22])
    // Checkpoints later than the damage would hide it.
    await db.delete('snapshots', ['r', 24])
    db.close()
    const loaded = await new IndexedDbRuns({ name: name }).load('r')
    expect(loaded.ok && loaded.value.damage.length).toBe(1)
    expect(loaded.ok && loaded.value.records.at(-1)?.generation).toBe(21)
    const again = await openDB(name)
    expect(await again.count('quarantine')).toBeGreaterThanOrEqual(3)
    expect(((await again.get('runs', 'r')) as RunHeader).head).toBe(21)
    again.close()
  })

  it('[S8] a damaged checkpoint is set aside, and the one before it serves', async () => {
    const { name, store } = await filled()
    store.close()
    const db = await openDB(name)
    const row = (await db.get('snapshots', ['r', 24])) as { value: { nextId: number } }
    row.value.nextId += 5
    await db.put('snapshots', row, ['r', 24])
    db.close()
    const reopened = new IndexedDbRuns({ name: name })
    expect(await stored(reopened)).toEqual(state)
  })

  it('[S9] a database of a newer version is left alone, and says what to do', async () => {
    const name = `newer-${++count}`
    ;(await openDB(name, 99)).close()
    expect(await new IndexedDbRuns({ name: name }).list()).toMatchObject({
      ok: false,
      fault: { kind: 'storage-newer' },
    })
    const db = await openDB(name)
    expect(db.version).toBe(99)
    db.close()
  })

  it('[S9] a newer tab is let through, and this one says to reload', async () => {
    const name = `older-${++count}`
    const troubles: string[] = []
    const store = new IndexedDbRuns({ name, onTrouble: ({ kind }) => troubles.push(kind) })
    await store.list()
    ;(await openDB(name, 50)).close()
    expect(troubles).toEqual(['storage-newer'])
    expect(await store.list()).toMatchObject({ ok: false, fault: { kind: 'storage-newer' } })
  })
})

describe('one writer a run', () => {
  /** Web Locks for two tabs: what the standard says of ifAvailable and steal. */
  function manager(): LockManagerLike {
    const held = new Map<string, (error: Error) => void>()
    return {
      request: (name, options, callback) =>
        new Promise((resolve, reject) => {
          if (held.has(name) && options.steal !== true) return void callback(null).then(resolve)
          held.get(name)?.(new DOMException('stolen', 'AbortError'))
          held.set(name, reject)
          void callback({ name }).then((value) => {
            if (held.get(name) === reject) held.delete(name)
            resolve(value)
          })
        }),
    }
  }

  it('[S10] the second tab may look, and may take over; the first is told', async () => {
    const shared = manager()
    const [one, two] = [new RunLocks(shared), new RunLocks(shared)]
    let lost = 0
    expect(await one.acquire('r', () => lost++)).toBe('held')
    expect(await two.acquire('r', () => undefined)).toBe('elsewhere')
    expect(await two.takeOver('r', () => undefined)).toBe('held')
    await Promise.resolve()
    expect(lost).toBe(1)
    await two.release('r')
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(await one.acquire('r', () => undefined)).toBe('held')
  })
})
