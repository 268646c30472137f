/** What every store of runs promises. Runs anywhere: in Node over both stores, in a browser over the real IndexedDB. */
import { describe, expect, it } from 'vitest'
import { apply, archiveHash, initialState } from '../../src/core/generation.ts'
import type { RunState } from '../../src/core/journal.ts'
import { MIX_DEFAULTS } from '../../src/core/mix.ts'
import type { Result } from '../../src/core/result.ts'
import { progressOf } from '../../src/engine/runner.ts'
import type { RunStore } from '../../src/storage/store.ts'
import { evolve, make } from '../support/toy.ts'
import { written } from '../support/writing.ts'

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

/** `open` gives an empty store each time. */
export function describeRunStoreContract(name: string, open: () => RunStore | Promise<RunStore>): void {
  describe(`a store of runs: ${name}`, () => {
    const run = make({ seed: 11 })
    const { state, records } = evolve(run, 30)
    const writer = make({ seed: 12, mix: MIX_DEFAULTS })
    const told = written(writer, 6)

    async function filled(store: RunStore, generations = 30): Promise<void> {
      let at = initialState(run)
      value(await store.create('r', 'Run', run.settings, progressOf(run, at)))
      for (const change of records.slice(0, generations)) {
        at = apply(run.shape, at, change)
        value(await store.append('r', change, progressOf(run, at)))
      }
    }
    async function resumed(store: RunStore): Promise<RunState> {
      const { state: snapshot, records: rest } = value(await store.load('r'))
      return rest.reduce((past, change) => apply(run.shape, past, change), snapshot ?? initialState(run))
    }

    it('[S2] gives back the run it was given, from the journal alone', async () => {
      const store = await open()
      await filled(store)
      expect(await resumed(store)).toEqual(state)
      expect(value(await store.load('r')).header).toMatchObject({ name: 'Run', head: 30, filled: state.elites.length })
    })

    it('[S2] gives back the run from a checkpoint and what came after it', async () => {
      const store = await open()
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
      const store = await open()
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
      const store = await open()
      await filled(store)
      const births = records.flatMap((change) => change.births)
      expect(value(await store.allBirths('r'))).toEqual(births)
      expect(
        value(await store.births('r', [3, 1, 99999]))
          .map(({ id }) => id)
          .sort(),
      ).toEqual([1, 3])
    })

    it('[V8] keeps what models wrote, by generation, and gives it back', async () => {
      const store = await open()
      value(await store.create('w', 'Written', writer.settings, progressOf(writer, initialState(writer))))
      let past = initialState(writer)
      for (const change of told.records) {
        past = apply(writer.shape, past, change)
        value(await store.append('w', change, progressOf(writer, past)))
      }
      const tape = told.records.flatMap((change) => change.tape ?? [])
      expect(value(await store.tape('w'))).toEqual(tape)
      value(await store.checkpoint('w', past))
      expect(value(await store.tape('w'))).toEqual(tape)
      const loaded = value(await store.load('w'))
      expect(loaded.state).toEqual(told.state)
      const [copy] = [{ ...loaded.header, id: 'copy' }]
      value(await store.restore(copy, told.state, value(await store.allBirths('w')), tape))
      expect(value(await store.tape('copy'))).toEqual(tape)
      expect(value(await store.allBirths('copy')).some(({ writing }) => writing !== undefined)).toBe(true)
      const earlier = told.records.slice(0, 3).reduce((state, change) => apply(writer.shape, state, change), initialState(writer)) // prettier-ignore
      value(await store.restore(copy, earlier, []))
      expect(value(await store.tape('copy'))).toEqual(tape.slice(0, 3))
      value(await store.setDeleted('copy', true))
      value(await store.purge())
      expect((await store.tape('copy')).ok).toBe(false)
      expect(value(await store.tape('w'))).toEqual(tape)
    })

    it('[S5] lists, renames, deletes with undo, and forgets only what stays deleted', async () => {
      const store = await open()
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
      const store = await open()
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

    it('[S3] refuses a second run of the same id, and a checkpoint ahead of the head', async () => {
      const store = await open()
      await filled(store, 3)
      expect(await store.create('r', 'Again', run.settings, progressOf(run, state))).toMatchObject({
        ok: false,
        fault: { kind: 'run-exists' },
      })
      expect(await store.checkpoint('r', state)).toMatchObject({ ok: false, fault: { kind: 'out-of-order' } })
      expect((await resumed(store)).generation).toBe(3)
      expect(value(await store.load('r')).header.name).toBe('Run')
    })

    it('[S3] a rename in the middle of a generation takes nothing back', async () => {
      const store = await open()
      await filled(store, 4)
      const [renamed, appended, deleted] = await Promise.all([
        store.rename('r', 'New name'),
        store.append('r', records[4]!, progressOf(run, state)),
        store.setDeleted('r', true),
      ])
      expect([renamed.ok, appended.ok, deleted.ok]).toEqual([true, true, true])
      expect(value(await store.load('r')).header).toMatchObject({
        name: 'New name',
        head: 5,
        deleted: true,
      })
      expect(value(await store.load('r')).records.length).toBe(5)
    })

    it('[S2] genomes come back as words, and what was handed in can be changed without harm', async () => {
      const store = await open()
      const change = structuredClone(records[0]!)
      value(await store.create('r', 'Run', run.settings, progressOf(run, initialState(run))))
      value(await store.append('r', change, progressOf(run, apply(run.shape, initialState(run), change))))
      change.births[0]!.words.fill(0)
      const [birth] = value(await store.births('r', [records[0]!.births[0]!.id]))
      expect(birth).toEqual(records[0]!.births[0])
      expect(birth!.words).toBeInstanceOf(Uint32Array)
      expect(value(await store.load('r')).records[0]).toEqual(records[0])
    })

    it('[S5] says of a run that it does not know that there is none', async () => {
      const store = await open()
      const answers = await Promise.all([
      store.load('x'), store.checkpoint('x', state), store.births('x', [1]), store.allBirths('x'), store.rename('x', 'y'), store.setDeleted('x', true),
    ]) // prettier-ignore
      for (const answer of answers) expect(answer).toMatchObject({ ok: false, fault: { kind: 'no-run' } })
      expect(value(await store.list())).toEqual([])
      expect(value(await store.lastOpened())).toBeNull()
    })

    it('[S6] a run taken in over a longer one leaves nothing of it behind', async () => {
      const store = await open()
      await filled(store, 30)
      value(await store.checkpoint('r', state))
      const { state: short, records: few } = evolve(run, 5)
      value(await store.restore({ ...value(await store.load('r')).header, ...progressOf(run, short) }, short, few.flatMap((change) => change.births))) // prettier-ignore
      expect(await resumed(store)).toEqual(short)
      expect(value(await store.allBirths('r'))).toEqual(few.flatMap((change) => change.births))
      value(await store.append('r', records[5]!, progressOf(run, apply(run.shape, short, records[5]!))))
      expect((await resumed(store)).generation).toBe(6)
    })
  })
}
