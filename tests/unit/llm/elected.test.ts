import { describe, expect, it } from 'vitest'
import { ok, type Result } from '../../../src/core/result.ts'
import type { LoadedModel, ModelSpec } from '../../../src/llm/contracts.ts'
import { electedLlm } from '../../../src/llm/elected.ts'
import type { Llm } from '../../../src/llm/llm.ts'
import type { LockManagerLike } from '../../../src/storage/lock.ts'

/** Exclusive locks as a browser has them, for several tabs in one process. */
function browserLocks(): LockManagerLike {
  let last: Promise<unknown> = Promise.resolve()
  return {
    request(_name, _options, callback) {
      const mine = last.then(() => callback({}))
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

/** A tab: what is loaded in it, in order. */
function tab(locks: LockManagerLike | undefined) {
  const events: string[] = []
  const loaded = { label: 'x' } as LoadedModel
  const inner = {
    load: ({ model }: ModelSpec): Promise<Result<LoadedModel>> => (events.push(`load ${model}`), Promise.resolve(ok(loaded))),
    cancelLoad: (model: string) => void events.push(`cancel ${model}`),
    unload: (model: string) => (events.push(`unload ${model}`), Promise.resolve()),
    dispose: () => void events.push('dispose'),
  } as unknown as Llm
  return { events, llm: electedLlm(inner, locks) }
} // prettier-ignore

const large = (model: string): ModelSpec => ({ adapter: 'webllm', model })
const ours: ModelSpec = { adapter: 'embedded', arena: 'core-war', model: 'redcode-nano', engine: 'cpu' }
const nobody = () => undefined
const turnOfOthers = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('large models in several tabs', () => {
  it('[I20] one tab runs them, the next follows when it lets go; small ones run everywhere', async () => {
    const locks = browserLocks()
    const [first, second] = [tab(locks), tab(locks)]
    await first.llm.load(large('a'), nobody)
    await first.llm.load(large('b'), nobody)
    const waits = second.llm.load(large('c'), nobody)
    await second.llm.load(ours, nobody)
    await turnOfOthers()
    expect(first.events).toEqual(['load a', 'load b'])
    expect(second.events).toEqual(['load redcode-nano'])
    await first.llm.unload('a')
    await turnOfOthers()
    // The other model still runs there.
    expect(second.events).toEqual(['load redcode-nano'])
    await first.llm.unload('b')
    expect(await waits).toMatchObject({ ok: true })
    expect(second.events).toEqual(['load redcode-nano', 'load c'])
  })

  it('[I20] who is closed, fails or is given up while waiting makes room', async () => {
    const locks = browserLocks()
    const [first, second, third] = [tab(locks), tab(locks), tab(locks)]
    await first.llm.load(large('a'), nobody)
    const gaveUp = second.llm.load(large('b'), nobody)
    const waits = third.llm.load(large('c'), nobody)
    await turnOfOthers()
    second.llm.cancelLoad('b')
    expect(await gaveUp).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    first.llm.dispose()
    expect(await waits).toMatchObject({ ok: true })
    expect(third.events).toEqual(['load c'])
    expect(second.events).not.toContain('load b')
    // And it can be asked again.
    const again = second.llm.load(large('b'), nobody)
    await third.llm.unload('c')
    expect(await again).toMatchObject({ ok: true })
  })

  it('[I20] where there are no locks nobody waits', async () => {
    const { llm, events } = tab(undefined)
    await llm.load(large('a'), nobody)
    expect(events).toEqual(['load a'])
  })
})
