import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { Tuner, type Remember } from '../../../src/gpu/tuner.ts'
import { remember, remembered } from '../../../src/storage/remembered.ts'

const choices = ['a', 'b', 'c'] as const
const SPEEDS: Readonly<Record<string, number>> = { a: 10, b: 30, c: 20 }

/** Works for so long; tells what was chosen. */
async function work(tuner: Tuner, batches: number, kind = 'nano') {
  const chosen: string[] = []
  for (let batch = 0; batch < batches; batch++) {
    const choice = await tuner.choose(kind, choices)
    // The first of each compiles.
    tuner.measured(kind, choice, 100, chosen.includes(choice) ? 100 / (SPEEDS[choice] ?? 1) : choice === 'c' ? 1 : 1000)
    chosen.push(choice)
  }
  return chosen.join('')
}
const inMemory = (values = new Map<string, string>()): Remember => ({
  get: (key) => Promise.resolve(values.get(key) ?? null),
  put: (key, value) => Promise.resolve(void values.set(key, value)),
})

describe('the tuner', () => {
  it('[K9] tries each way, then keeps the fastest, for each kind of work', async () => {
    const tuner = new Tuner()
    expect(await work(tuner, 14)).toBe('aaabbbcccbbbbb')
    expect(await work(tuner, 4, 'tiny')).toBe('aaab')
  })

  it('[K9] remembers it on the next visit; what means nothing is not believed, what fails does no harm', async () => {
    const memory = inMemory()
    await work(new Tuner(memory), 9)
    expect(await work(new Tuner(memory), 3)).toBe('bbb')
    expect(await work(new Tuner(inMemory(new Map([['nano', 'rubbish']]))), 4)).toBe('aaab')
    const broken: Remember = { get: () => Promise.reject(new Error('no')), put: () => Promise.reject(new Error('no')) }
    expect(await work(new Tuner(broken), 10)).toBe('aaabbbcccb')
  })

  it('[K9] keeps it in the storage of the page, and does without', async () => {
    expect(await remembered('kind')).toBe(null)
    await remember('kind', 'b')
    expect(await remembered('kind')).toBe('b')
    const kept = globalThis.indexedDB
    Reflect.deleteProperty(globalThis, 'indexedDB')
    await remember('kind', 'c')
    expect(await remembered('kind')).toBe(null)
    globalThis.indexedDB = kept
    expect(await remembered('kind')).toBe('b')
  })
})
