/** Any row of the database may be anything: what can be read is right, what cannot is told, and nothing is thrown. */
import { dump, fill, type Rows } from '../support/faulty-idb.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeModels } from '../../src/cli/node-models.ts'
import { apply, initialState } from '../../src/core/generation.ts'
import { fail, type Result } from '../../src/core/result.ts'
import { deriveSeed, rng, type Rng } from '../../src/core/rng.ts'
import { Engine } from '../../src/engine/engine.ts'
import { progressOf } from '../../src/engine/runner.ts'
import { decodeEvo } from '../../src/storage/import.ts'
import { RunLocks } from '../../src/storage/lock.ts'
import { IndexedDbRuns } from '../../src/storage/runs.ts'
import { arena, evolve, localPool, make, strategy } from '../support/toy.ts'

const run = make({ seed: 9, population: 6 })
const { records } = evolve(run, 12)
const states = records.reduce((all, change) => [...all, apply(run.shape, all.at(-1)!, change)], [initialState(run)])
const births = new Map(records.flatMap((change) => change.births).map((birth) => [birth.id, birth]))
const progress = (generation: number) => progressOf(run, states[generation]!)

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

/** Twelve generations, checkpoints at 4 and 8. */
async function base(name: string): Promise<Rows> {
  const store = new IndexedDbRuns({ name })
  value(await store.create('r', 'Run', run.settings, progress(0)))
  for (let generation = 1; generation <= 12; generation++) {
    value(await store.append('r', records[generation - 1]!, progress(generation)))
    if (generation === 4 || generation === 8) value(await store.checkpoint('r', states[generation]!))
  }
  value(await store.setLastOpened('r'))
  store.close()
  return dump(name)
}

/** What earlier versions wrote: runs and births without checksums. */
const legacy = (rows: Rows): Rows =>
  rows.map(([store, key, row]) => {
    const { settingsSum: _, crc: __, ...rest } = row as { settingsSum?: unknown; crc?: unknown }
    return [store, key, store === 'runs' || store === 'births' ? rest : row]
  })

const JUNK: readonly unknown[] = [
  null, undefined, true, 0, -1, 1.5, NaN, Infinity, 2 ** 60, '', 'x', [], {}, [null], { value: null }, new Uint8Array(3), new Uint32Array(2),
  new Date(0), new Map(), new Array(5),
] // prettier-ignore

/** The same row with one part replaced, missing, shorter or with a bit flipped. */
function mutant(row: unknown, random: Rng): unknown {
  const places: [Record<string, unknown>, string][] = []
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return
    for (const key of Object.keys(part)) {
      places.push([part as Record<string, unknown>, key])
      visit((part as Record<string, unknown>)[key])
    }
  }
  const copy = { row: structuredClone(row) }
  visit(copy)
  // Outer parts are few and matter more than the many numbers inside.
  const [holder, key] = random.pick(random.chance(0.4) ? places.slice(0, 16) : places)
  const old = holder[key]
  if (random.chance(0.2)) Reflect.deleteProperty(holder, key)
  else if (typeof old === 'number' && random.chance(0.5)) holder[key] = old + random.pick([1, -1, 7])
  else if (ArrayBuffer.isView(old) && random.chance(0.7)) holder[key] = bent(old as Uint32Array, random)
  else if (Array.isArray(old) && random.chance(0.4)) holder[key] = old.slice(0, random.int(old.length + 1))
  else holder[key] = JUNK[random.int(JUNK.length)]
  // A row that is not there is none.
  return copy.row ?? null
}

function bent(words: Uint32Array, random: Rng): Uint32Array {
  if (random.chance(0.3)) return words.slice(0, random.int(words.length))
  const copy = words.slice()
  copy[random.int(copy.length)]! ^= 1 << random.int(32)
  return copy
}

async function engineOn(store: IndexedDbRuns) {
  const notices: string[] = []
  const engine = new Engine({
    store,
    locks: new RunLocks(undefined),
    arenas: [arena],
    strategies: [strategy],
    newId: () => 'another',
    models: nodeModels(),
    evaluators: {
      cpu: (_arena, options) => localPool(options),
      gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')),
    },
  })
  const boot = await engine.connect(
    () => undefined,
    ({ text }) => notices.push(text),
    'cpu',
  )
  return { engine, boot, notices }
}

const EACH = 150

describe('rows that are not what they were', () => {
  const name = 'damage'
  let rows: Rows
  beforeAll(async () => {
    rows = await base(name)
  })

  it('[S17] the control: with checksums or, from earlier versions, without, all is well', async () => {
    expect(legacy(rows)).not.toEqual(rows)
    for (const version of [rows, legacy(rows)]) {
      await fill(name, version)
      const troubles: string[] = []
      const store = new IndexedDbRuns({ name, onTrouble: ({ message }) => troubles.push(message) })
      const loaded = value(await store.load('r'))
      expect(loaded.damage).toEqual([])
      expect(loaded.records.reduce((past, change) => apply(run.shape, past, change), loaded.state!)).toEqual(states[12])
      expect(value(await store.allBirths('r'))).toEqual([...births.values()])
      expect(value(await store.list()).length).toBe(1)
      value(await store.append('r', evolve(run, 1, states[12]).records[0]!, progress(12)))
      expect(troubles).toEqual([])
      store.close()
    }
  })

  describe.each(['runs', 'journal', 'snapshots', 'births', 'settings'])('in %s', (kind) => {
    it(`[S17] [S8] ${EACH} changes: a whole past of the run or a sentence`, async () => {
      let faults = 0
      let damaged = 0
      for (let seed = 0; seed < EACH; seed++) {
        const label = `${kind}, seed ${seed}`
        const random = rng(deriveSeed(kind, seed))
        const own = rows.filter(([store]) => store === kind)
        const [, where, row] = random.pick(own)
        const changed = mutant(row, random)
        await fill(
          name,
          rows.map((one) => (one[0] === kind && one[1] === where ? [kind, where, changed] : one)),
        )
        const troubles: string[] = []
        const store = new IndexedDbRuns({ name, onTrouble: ({ message }) => troubles.push(message) })

        const listed = value(await store.list())
        const loaded = await store.load('r')
        if (loaded.ok) {
          const { header, state, records: rest, damage } = loaded.value
          const past = rest.reduce((before, change) => apply(run.shape, before, change), state ?? states[0]!)
          expect(past, label).toEqual(states[header.head])
          expect(header.settings, label).toEqual(run.settings)
          if (past.generation < 12) expect(damage.length, label).toBeGreaterThan(0)
          if (damage.length > 0) damaged++
          expect(listed.length, label).toBe(1)
          // What was set aside is not lost, and not told again.
          expect(value(await store.load('r')).damage, label).toEqual([])
        } else {
          faults++
          expect(loaded.fault.kind, label).toBe('run-damaged')
          expect(loaded.fault.message, label).toMatch(/\. [A-Z].*\.$/)
          expect(listed, label).toEqual([])
          expect(troubles, label).toEqual([loaded.fault.message])
          expect(await store.rename('r', 'New'), label).toMatchObject({ ok: false, fault: { kind: 'run-damaged' } })
        }
        const kept = await store.allBirths('r')
        if (kept.ok) {
          for (const birth of kept.value) expect(birth, label).toEqual(births.get(birth.id))
          if (kind === 'births') {
            const lost = births.size - kept.value.length
            expect(troubles.length, label).toBe(lost)
            damaged += lost
          }
        }
        value(await store.lastOpened())
        value(await store.purge())
        store.close()
      }
      expect(faults + damaged, 'something was noticed').toBeGreaterThan(kind === 'settings' ? -1 : EACH / 4)
    })

    it(`[S17] ${EACH} changes: the page opens, shows and exports what there is`, async () => {
      for (let seed = 0; seed < EACH; seed++) {
        const label = `${kind}, seed ${seed}`
        const random = rng(deriveSeed('engine', kind, seed))
        // Without checksums nothing but their kind tells whether rows are whole; even so nothing may be thrown.
        const all = random.chance(0.5) ? rows : legacy(rows)
        const [, where, row] = random.pick(all.filter(([store]) => store === kind))
        const changed = mutant(row, random)
        await fill(
          name,
          all.map((one) => (one[0] === kind && one[1] === where ? [kind, where, changed] : one)),
        )
        const store = new IndexedDbRuns({ name })
        const { engine, boot, notices } = await engineOn(store)
        const opened = boot.current !== null ? null : await engine.open('r')
        if (opened?.ok === false) expect(opened.fault.message, label).toMatch(/\.$/)
        if (opened?.ok === false && kind !== 'settings') expect(notices.length, label).toBeGreaterThan(0)
        if (opened?.ok !== false) {
          const file = value(await engine.exportRun('r'))
          value(decodeEvo(file))
          const { elites } = states[12]!
          for (const { id, cell } of elites.slice(0, 5)) {
            await engine.elite(cell)
            await engine.lineage(id)
          }
        }
        store.close()
      }
    })
  })

  it('[S8] a head that lies does not hide the generations that are there', async () => {
    for (const head of [0, 3, 5, 11, 40]) {
      await fill(
        name,
        rows.map(([store, key, row]) => [store, key, store === 'runs' ? { ...(row as object), head } : row]),
      )
      const store = new IndexedDbRuns({ name })
      const { header, damage } = value(await store.load('r'))
      expect(header.head).toBe(12)
      expect(damage.length).toBe(1)
      expect(value(await store.list())[0]?.head).toBe(12)
      expect(value(await store.allBirths('r')).length).toBe(births.size)
      store.close()
    }
  })

  it('[S8] a row that lies in the place of another is damaged', async () => {
    const at = (generation: number) =>
      rows.find(([store, key]) => store === 'journal' && String(key) === `r,${generation}`)
    await fill(
      name,
      rows.map((row) => (row === at(11) ? [row[0], row[1], at(10)![2]] : row)),
    )
    const store = new IndexedDbRuns({ name })
    expect(value(await store.load('r')).header.head).toBe(10)
    store.close()
  })
})
