import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { apply, archiveHash, initialState } from '../../src/core/generation.ts'
import { progressOf } from '../../src/engine/runner.ts'
import { MemoryRuns } from '../../src/storage/memory.ts'
import { IndexedDbRuns } from '../../src/storage/runs.ts'
import type { RunStore } from '../../src/storage/store.ts'
import { evolve, make } from '../support/toy.ts'

let databases = 0
const stores: [string, () => RunStore][] = [
  ['memory', () => new MemoryRuns()],
  ['IndexedDB', () => new IndexedDbRuns({ name: `test-${++databases}` })],
]

const value = <T>(result: { ok: true; value: T } | { ok: false; fault: { message: string } }): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

describe.each(stores)('a store of runs: %s', (_name, open) => {
  const run = make({ seed: 11 })
  const { state, records } = evolve(run, 30)

  async function filled(store: RunStore, generations = 30): Promise<void> {
    let at = initialState(run)
    value(await store.create('r', 'Run', run.settings, progressOf(run, at)))
    for (const change of records.slice(0, generations)) {
      at = apply(run.shape, at, change)
      value(await store.append('r', change, progressOf(run, at)))
    }
  }
  async function resumed(store: RunStore) {
    const { state: snapshot, records: rest } = value(await store.load('r'))
    return rest.reduce((past, change) => apply(run.shape, past, change), snapshot ?? initialState(run))
  }

  it('[S2] gives back the run it was given, from the journal alone', async () => {
    const store = open()
    await filled(store)
    expect(await resumed(store)).toEqual(state)
    expect(value(await store.load('r')).header).toMatchObject({ name: 'Run', head: 30, filled: state.elites.length })
  })

  it('[S2] gives back the run from a checkpoint and what came after it', async () => {
    const store = open()
    await filled(store, 20)
    value(await store.checkpoint('r', await resumed(store)))
    let at = await resumed(store)
    for (const change of records.slice(20)) {
      at = apply(run.shape, at, change)
      value(await store.append('r', change, progressOf(run, at)))
    }
    value(await store.checkpoint('r', at))
    value(await store.checkpoint('r', at))
    expect(archiveHash((await resumed(store)).elites)).toBe(archiveHash(state.elites))
  })

  it('[S3] refuses a generation that does not follow the last, and stays whole', async () => {
    const store = open()
    await filled(store, 10)
    for (const wrong of [9, 11]) {
      const refused = await store.append('r', records[wrong]!, progressOf(run, state))
      expect(refused).toMatchObject({ ok: false, fault: { kind: 'out-of-order' } })
    }
    expect(value(await store.load('r')).header.head).toBe(10)
    expect((await resumed(store)).generation).toBe(10)
    expect(await store.append('nobody', records[0]!, progressOf(run, state))).toMatchObject({
      ok: false,
      fault: { kind: 'no-run' },
    })
  })

  it('[S4] keeps every birth, so that families can be traced', async () => {
    const store = open()
    await filled(store)
    const births = records.flatMap((change) => change.births)
    expect(value(await store.allBirths('r'))).toEqual(births)
    expect(
      value(await store.births('r', [3, 1, 99999]))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([1, 3])
  })

  it('[S5] lists, renames, deletes with undo, and forgets only what stays deleted', async () => {
    const store = open()
    await filled(store, 1)
    value(await store.create('other', 'Other', run.settings, progressOf(run, state)))
    expect(value(await store.list()).map(({ id }) => id)).toEqual(['other', 'r'])
    expect(value(await store.rename('r', 'New name')).name).toBe('New name')
    value(await store.setDeleted('r', true))
    value(await store.setDeleted('other', true))
    expect(value(await store.setDeleted('r', false)).deleted).toBe(false)
    value(await store.purge())
    expect(value(await store.list()).map(({ id }) => id)).toEqual(['r'])
    expect((await store.load('other')).ok).toBe(false)
    value(await store.setLastOpened('r'))
    expect(value(await store.lastOpened())).toBe('r')
  })

  it('[S6] takes a whole run at once, as an import does', async () => {
    const store = open()
    await filled(store, 5)
    const { header } = value(await store.load('r'))
    value(
      await store.restore(
        { ...header, ...progressOf(run, state) },
        state,
        records.flatMap((change) => change.births),
      ),
    )
    expect(await resumed(store)).toEqual(state)
    expect(value(await store.allBirths('r')).length).toBe(state.nextId - 1)
  })
})
