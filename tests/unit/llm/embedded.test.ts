import { describe, expect, it } from 'vitest'
import { nodeModels } from '../../../src/cli/node-models.ts'
import { fail, ok } from '../../../src/core/result.ts'
import type { GenerateRequest } from '../../../src/llm/contracts.ts'
import { cpuOffer } from '../../../src/llm/embedded/engines.ts'
import { Embedded, type EmbeddedSpec, type Sources } from '../../../src/llm/embedded/model.ts'
import { lineDialect, randomFile, SMALL, tinyModel } from '../../support/tiny-models.ts'

const never = new AbortController().signal
const dialect = lineDialect(SMALL, 4)
const spec: EmbeddedSpec = { adapter: 'embedded', arena: 'toy', model: 'toy-small', engine: 'auto' }
const sources: Sources = {
  models: () => Promise.resolve([tinyModel('toy-small', dialect)]),
  fetch: (path) => Promise.resolve(path === 'models/toy-small.safetensors' ? ok(randomFile(SMALL, 5)) : fail('no-file', path)), // prettier-ignore
  cpu: cpuOffer,
  gpu: () => Promise.resolve(fail('no-adapter', 'WebGPU found no graphics card here.')),
}
const request = (prompt: string, seed: number): GenerateRequest => ({ system: '', prompt, seed, temperature: 0.8, maxTokens: 99 }) // prettier-ignore
const requests = Array.from({ length: 40 }, (_, at) => request(at % 2 === 0 ? 'write' : 'mutate 3 9 15', at))

async function loaded(change: Partial<Sources> = {}, engine: EmbeddedSpec['engine'] = 'auto') {
  const model = new Embedded({ ...spec, engine }, { ...sources, ...change })
  const answer = await model.load(() => undefined, never)
  if (!answer.ok) throw new Error(answer.fault.message)
  return { model, answer: answer.value }
}
const textsOf = async (model: Embedded, asked = requests, signal = never) => {
  const told: string[] = []
  const answers = await model.generate(asked, (index, added) => (told[index] = (told[index] ?? '') + added), signal)
  if (!answers.ok) throw new Error(answers.fault.message)
  return { told, answers: answers.value, texts: answers.value.map(({ text }) => text) }
}
/** A card whose writer does as it is told. */
const card = (write: () => Promise<never>, software = false) => ({
  gpu: () => Promise.resolve(ok({ writer: { write, dispose: () => undefined }, label: 'a card', software })),
})

describe('an embedded model', () => {
  it('[T8] answers every request in order, and tells each text as it is finished', async () => {
    const { model, answer } = await loaded()
    expect(answer.capabilities).toMatchObject({ repeatable: true, native: { arena: 'toy', kinds: ['new', 'mutate', 'resample'] } }) // prettier-ignore
    const { told, answers, texts } = await textsOf(model)
    expect(told).toEqual(texts)
    for (const [at, { text, tokens, promptTokens, finish }] of answers.entries()) {
      expect([text.split(' ').length, promptTokens, finish]).toEqual([tokens, at % 2 === 0 ? 2 : 5, 'stop'])
    }
    const one = await textsOf(model, [requests[7]!])
    expect(one.texts[0]).toBe(texts[7])
    expect(model.stats()).toMatchObject({ requests: 41, promptTokens: 20 * 7 + 5 })
    await model.unload()
    expect(await model.generate(requests, () => undefined, never)).toMatchObject({ ok: false, fault: { kind: 'model-lost' } }) // prettier-ignore
  })

  it("[F12] weights from the user's disk write in the language of a shipped model, under a version of their own", async () => {
    const named = { ...spec, model: 'mine', like: 'toy-small' }
    const load = async (file: Blob, change: Partial<EmbeddedSpec> = {}) => {
      const model = new Embedded({ ...named, file, ...change }, sources)
      return { model, answer: await model.load(() => undefined, never) }
    }
    const bytes = randomFile(SMALL, 5)
    const { model, answer } = await load(new Blob([new Uint8Array(bytes)]))
    expect(answer).toMatchObject({ ok: true, value: { id: 'mine', label: 'mine (CPU)' } })
    expect((await textsOf(model)).texts).toEqual((await textsOf((await loaded()).model)).texts)
    const other = await load(new Blob([new Uint8Array(randomFile(SMALL, 6))]))
    expect(answer.ok && other.answer.ok && other.answer.value.version !== answer.value.version).toBe(true)
    for (const [{ answer: bad }, says] of [
      [await load(new Blob(['no weights'])), 'cannot be used'],
      [await load(new Blob([new Uint8Array(bytes)]), { like: 'chess' }), 'no model of its own called "chess"'],
      [await load({ arrayBuffer: () => Promise.reject(new Error('gone')) } as unknown as Blob), 'choose it again'],
    ] as const)
      expect(bad.ok ? '' : bad.fault.message).toContain(says)
  })

  it('[T8] gives a prompt that it cannot read an empty answer, and a fault where it can read none', async () => {
    const { model } = await loaded()
    const { texts } = await textsOf(model, [request('sing', 1), requests[0]!, request('mutate 999', 1), requests[1]!])
    expect([texts[0], texts[2]]).toEqual(['', ''])
    expect((await textsOf(model)).texts.slice(0, 2)).toEqual([texts[1], texts[3]])
    expect(await model.generate([request('sing', 1)], () => undefined, never)).toMatchObject({ ok: false, fault: { message: 'There is no order sing.' } }) // prettier-ignore
  })

  it('[T24] lets the seed of a request choose what is resampled', async () => {
    const door = nodeModels()
    const named: EmbeddedSpec = { adapter: 'embedded', arena: 'core-war', model: 'redcode-nano', engine: 'cpu' }
    expect(await door.load(named, () => undefined)).toMatchObject({ ok: true })
    const lines = ['MOV.I $0, $1', 'ADD.AB #4, $3', 'SPL.B $2, $0', 'DJN.F $-1, <5', 'JMP.B $-2, $0']
    const asked = Array.from({ length: 48 }, (_, seed) => request(`resample 5\n${lines.join('\n')}`, seed))
    const answers = await door.generate('redcode-nano', asked)
    if (!answers.ok) throw new Error(answers.fault.message)
    const parts = (text: string) => text.trim().split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' ')) // prettier-ignore
    const changed = answers.value.map(({ text }) => parts(text).slice(1, 6).map((line, at) => line.replaceAll(' ', '') !== (lines[at] ?? '').replaceAll(' ', ''))) // prettier-ignore
    for (const line of lines.keys()) {
      const times = changed.filter((one) => one[line]).length
      expect([times > 4, times < 40]).toEqual([true, true])
    }
    door.dispose()
  })

  it('[T8] that cannot be loaded says why', async () => {
    const says = async (change: Partial<Sources>) => {
      const answer = await new Embedded(spec, { ...sources, ...change }).load(() => undefined, never)
      return answer.ok ? '' : answer.fault.message
    }
    expect(await says({ models: () => Promise.resolve(null) })).toContain('toy-small')
    expect(await says({ fetch: () => Promise.resolve(fail('no-file', 'gone')) })).toBe('gone')
    expect(await says({ fetch: () => Promise.resolve(ok(new Uint8Array(9))) })).toContain("model's file cannot be used")
    const other = lineDialect({ ...SMALL, vocabulary: 30 }, 4)
    expect(await says({ models: () => Promise.resolve([tinyModel('toy-small', other)]) })).toContain('21 tokens')
  })

  it('[T9] stops when asked, and gives what there is', async () => {
    const { model } = await loaded()
    const controller = new AbortController()
    const told: number[] = []
    const answers = await model.generate(
      requests,
      (index) => {
        told.push(index)
        if (told.length === 5) controller.abort()
      },
      controller.signal,
    )
    if (!answers.ok) throw new Error(answers.fault.message)
    expect(answers.value.length).toBe(requests.length)
    expect(answers.value.filter(({ finish }) => finish === 'aborted').length).toBeGreaterThan(5)
    for (const index of told) expect(answers.value[index]?.finish).toBe('stop')
    expect((await textsOf(model)).texts.length).toBe(40)
  })

  it('[T10] goes on on the CPU when the graphics card is lost, says so, and writes the same texts', async () => {
    const { texts } = await textsOf((await loaded()).model)
    const { model, answer } = await loaded(card(() => Promise.reject(new Error('the graphics card was lost'))))
    expect(answer.label).toBe('toy-small (a card)')
    expect(model.stats().note).toBeUndefined()
    expect((await textsOf(model)).texts).toEqual(texts)
    expect(model.stats().note).toBe('toy-small goes on on the CPU: the graphics card was lost')
    expect((await textsOf(model)).texts).toEqual(texts)
  })

  it('[T11] runs on a real card where there is one, on software never by itself, and where it is told to', async () => {
    const broken = () => Promise.reject(new Error('not asked'))
    expect((await loaded(card(broken))).answer.label).toContain('a card')
    expect((await loaded(card(broken, true))).answer.label).toContain('CPU')
    expect((await loaded(card(broken, true), 'gpu')).answer.label).toContain('a card')
    expect((await loaded(card(broken), 'cpu')).answer.label).toContain('CPU')
    const { model } = await loaded({}, 'gpu')
    expect(model.stats().note).toBe('The CPU writes: WebGPU found no graphics card here.')
  })
})
