/** What the writer promises the engine when saving fails, is slow, or is asked for twice at once. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { apply, initialState } from '../../src/core/generation.ts'
import { fail, type Result } from '../../src/core/result.ts'
import { JournalWriter } from '../../src/engine/journal-writer.ts'
import { progressOf } from '../../src/engine/runner.ts'
import { MemoryRuns } from '../../src/storage/memory.ts'
import type { RunStore } from '../../src/storage/store.ts'
import { evolve, make } from '../support/toy.ts'

const run = make({ seed: 8, population: 4 })
const { records } = evolve(run, 12)
const states = records.reduce((all, change) => [...all, apply(run.shape, all.at(-1)!, change)], [initialState(run)])
const progress = (generation: number) => progressOf(run, states[generation]!)
const births = (generation: number) => records.slice(0, generation).flatMap((change) => change.births)

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

/** A store that notes what is written, takes its time, and refuses what `refuses` names. */
class SlowRuns {
  readonly disk = new MemoryRuns()
  readonly calls: string[] = []
  refuses: (call: string) => boolean = () => false
  readonly store: RunStore = new Proxy(this.disk, {
    get: (target, name, receiver) => {
      const method = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<Result<unknown>>
      if (!['append', 'checkpoint', 'restore'].includes(String(name))) return method.bind(target)
      return async (...args: unknown[]) => {
        await new Promise((resolve) => setImmediate(resolve))
        const { generation } = args[1] as { generation: number }
        const call = `${String(name)} ${generation}`
        this.calls.push(call)
        return this.refuses(call) ? fail('storage-full', 'The disk is full. Make room.') : method.apply(target, args)
      }
    },
  })
}

async function start(options = {}) {
  const runs = new SlowRuns()
  let now = 0
  const header = value(await runs.disk.create('r', 'Run', run.settings, progress(0)))
  const writer = new JournalWriter(runs.store, 'r', 0, () => ({ ...header, ...progress(now) }), options)
  const write = (generation: number) => {
    now = generation
    return writer.write(records[generation - 1]!, progress(generation), states[generation]!)
  }
  const stored = async () => {
    const { state, records: rest } = value(await runs.disk.load('r'))
    return rest.reduce((past, change) => apply(run.shape, past, change), state ?? states[0]!)
  }
  return { runs, writer, write, stored }
}

afterEach(() => void vi.useRealTimers())

describe('the journal writer', () => {
  it('[S7] writes each generation once, however many ask at the same time', async () => {
    const { runs, writer, write, stored } = await start()
    await Promise.all([
      write(1),
      writer.flush(states[1]!),
      writer.checkpoint(states[1]!),
      write(2),
      writer.flush(states[1]!),
    ])
    await Promise.all([write(3), writer.checkpoint(states[2]!)])
    expect(runs.calls.filter((call) => call.startsWith('append'))).toEqual(['append 1', 'append 2', 'append 3'])
    expect(runs.calls.some((call) => call.startsWith('restore'))).toBe(false)
    expect(await stored()).toEqual(states[3])
  })

  it('[S7] loses nothing of what comes while a run is written anew', async () => {
    const { runs, writer, write, stored } = await start()
    await write(1)
    value(await runs.disk.setDeleted('r', true))
    value(await runs.disk.purge())
    await Promise.all([write(2), write(3), write(4)])
    expect(writer.status.state).toBe('saved')
    expect(await stored()).toEqual(states[4])
    const kept = new Set(value(await runs.disk.allBirths('r')).map(({ id }) => id))
    for (const { id, generation } of births(4)) if (generation > 1) expect(kept).toContain(id)
  })

  it('[S7] still says unsaved when writing anew failed, though no single generation waits any more', async () => {
    const { runs, writer, write, stored } = await start({ pause: 1e9 })
    await write(1)
    value(await runs.disk.setDeleted('r', true))
    value(await runs.disk.purge())
    runs.refuses = (call) => call.startsWith('restore')
    const quiet = { ...records[1]!, births: [] }
    const after = apply(run.shape, states[1]!, quiet)
    await writer.write(quiet, progressOf(run, after), after)
    await writer.flush(after)
    expect(writer.status).toEqual({ state: 'unsaved', note: 'The disk is full. Make room.' })
    runs.refuses = () => false
    await writer.flush(after)
    expect(writer.status.state).toBe('saved')
    expect(await stored()).toEqual(after)
    writer.close()
  })

  it('[S7] tries again by itself when the run rests, and tells', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let told = 0
    const { runs, writer, write, stored } = await start({ pause: 1000, onStatus: () => told++ })
    runs.refuses = () => true
    await write(1)
    for (let attempt = 0; attempt < 3; attempt++) {
      await vi.advanceTimersByTimeAsync(1000 * 2 ** attempt)
      await vi.waitFor(() => expect(told).toBe(attempt + 1))
      expect(writer.status.state).toBe('unsaved')
    }
    const attempts = runs.calls.length
    runs.refuses = () => false
    await vi.advanceTimersByTimeAsync(8000)
    await vi.waitFor(() => expect(told).toBe(4))
    expect(runs.calls.length).toBe(attempts + 2)
    expect(writer.status.state).toBe('saved')
    expect(await stored()).toEqual(states[1])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('[S7] leaves a run alone that somebody else writes now', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { runs, writer, write } = await start()
    runs.refuses = () => true
    await write(1)
    writer.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
