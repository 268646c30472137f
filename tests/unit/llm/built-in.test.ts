/**
 * Chrome's model is in no test browser, so these tests speak to an object that does what the Prompt API's documents say;
 * the browser test has the real API, which says there that it has no model.
 */
import { describe, expect, it } from 'vitest'
import type { LoadProgress } from '../../../src/llm/contracts.ts'
import type { CreateOptions, PromptApi, PromptSession } from '../../../src/llm/built-in/api.ts'
import { BuiltInModel } from '../../../src/llm/built-in/index.ts'
import { nothing, request } from './models.ts'

const { signal } = new AbortController()

class Session implements PromptSession {
  contextUsage = 10
  readonly contextWindow = 6000
  destroyed = false
  readonly #api: Api
  constructor(api: Api) {
    this.#api = api
    api.sessions.push(this)
  }
  promptStreaming(text: string, options: { responseConstraint?: unknown; signal?: AbortSignal }) {
    this.#api.asked.push({ text, constraint: options.responseConstraint })
    const { pieces, problem } = this.#api
    const used = (tokens: number) => (this.contextUsage = 10 + tokens)
    let next = 0
    return new ReadableStream<string>({
      start(controller) {
        options.signal?.addEventListener('abort', () => {
          try {
            controller.error(new DOMException('aborted', 'AbortError'))
          } catch {
            // It was over.
          }
        })
      },
      async pull(controller) {
        await Promise.resolve()
        used(7 + next)
        if (problem !== null && next === 1) return controller.error(problem)
        const piece = pieces[next++]
        if (piece === undefined) controller.close()
        else controller.enqueue(piece)
      },
    })
  }
  clone() {
    return Promise.resolve(new Session(this.#api))
  }
  destroy() {
    this.destroyed = true
  }
}

class Api implements PromptApi {
  state: Awaited<ReturnType<PromptApi['availability']>> = 'available'
  pieces = ['one ', 'two ', 'three']
  problem: Error | null = null
  refusal: Error | null = null
  readonly asked: { text: string; constraint: unknown }[] = []
  readonly sessions: Session[] = []
  readonly systems: string[] = []
  availability() {
    return Promise.resolve(this.state)
  }
  create(options: CreateOptions): Promise<PromptSession> {
    if (this.refusal !== null) return Promise.reject(this.refusal)
    this.systems.push(options.initialPrompts?.[0]?.content ?? '')
    options.monitor?.({
      addEventListener: (_type, listener) => [0, 0.5, 1].forEach((loaded) => listener({ loaded })),
    })
    return Promise.resolve(new Session(this))
  }
}

const loaded = async (api: Api) => {
  const model = new BuiltInModel('chrome', api)
  const told: LoadProgress[] = []
  const result = await model.load((progress) => told.push(progress), signal)
  return { model, told, result }
}

describe('the browser’s own model', () => {
  it('[L60] is loaded with its download shown, and is marked as not repeatable', async () => {
    const { result, told } = await loaded(new Api())
    expect(result).toMatchObject({
      ok: true,
      value: { capabilities: { grammar: false, schema: true, repeatable: false, batch: 1, context: 6000 } },
    })
    expect(told.map(({ stage, done }) => [stage, done])).toEqual([
      ['download', 0],
      ['download', 0.5],
      ['download', 1],
      ['prepare', 1],
    ])
  })

  it('[L60] says what is missing where it is not to be had, and when a click is', async () => {
    const api = new Api()
    api.state = 'unavailable'
    expect((await loaded(api)).result).toMatchObject({ ok: false, fault: { kind: 'no-built-in' } })
    expect(await new BuiltInModel('chrome', null).load(nothing, signal)).toMatchObject({
      ok: false,
      fault: { kind: 'no-built-in' },
    })
    api.state = 'downloadable'
    api.refusal = new DOMException('no activation', 'NotAllowedError')
    expect((await loaded(api)).result).toMatchObject({ ok: false, fault: { kind: 'needs-click' } })
    api.refusal = new Error('disk')
    expect((await loaded(api)).result).toMatchObject({ ok: false, fault: { kind: 'load-failed' } })
    const stop = new AbortController()
    stop.abort()
    expect(await new BuiltInModel('chrome', api).load(nothing, stop.signal)).toMatchObject({
      ok: false,
      fault: { kind: 'cancelled' },
    })
  })

  it('[L61] each request starts afresh from its system prompt, and leaves no session behind', async () => {
    const api = new Api()
    const { model } = await loaded(api)
    const heard: string[] = []
    const schema = '{"type":"object"}'
    const result = await model.generate(
      [request({ system: 'S', schema }), request({ system: 'S', prompt: 'q' }), request({ system: 'T' })],
      (index, added) => heard.push(`${index}${added}`),
      signal,
    )
    expect(result).toMatchObject({
      ok: true,
      value: [{ text: 'one two three', tokens: 3, promptTokens: 7, finish: 'stop' }, {}, {}],
    })
    expect(heard.slice(0, 3)).toEqual(['0one ', '0two ', '0three'])
    expect(api.asked).toEqual([
      { text: 'p', constraint: { type: 'object' } },
      { text: 'q', constraint: undefined },
      { text: 'p', constraint: undefined },
    ])
    expect(api.systems).toEqual(['', 'S', 'T'])
    await model.unload()
    expect(api.sessions.length).toBe(6)
    expect(api.sessions.every(({ destroyed }) => destroyed)).toBe(true)
    expect(model.stats()).toMatchObject({ requests: 3, tokens: 9, promptTokens: 21 })
  })

  it('[L61] keeps to the most tokens and to stop words, and stops when told', async () => {
    const { model } = await loaded(new Api())
    const result = await model.generate([request({ maxTokens: 2 }), request({ stop: [' tw'] })], nothing, signal)
    expect(result).toMatchObject({
      ok: true,
      value: [
        { text: 'one two ', finish: 'length' },
        { text: 'one', finish: 'stop' },
      ],
    })
    const stop = new AbortController()
    const aborted = await model.generate([request(), request()], () => stop.abort(), stop.signal)
    expect(aborted).toMatchObject({
      ok: true,
      value: [
        { text: 'one ', finish: 'aborted' },
        { text: '', finish: 'aborted' },
      ],
    })
  })

  it.each([
    ['QuotaExceededError', 'too-long'],
    ['NotSupportedError', 'bad-grammar'],
    ['NotReadableError', 'refused'],
    ['InvalidStateError', 'model-lost'],
  ])('[L61] its errors are sentences: %s', async (name, kind) => {
    const api = new Api()
    const { model } = await loaded(api)
    api.problem = new DOMException('why', name)
    expect(await model.generate([request()], nothing, signal)).toMatchObject({ ok: false, fault: { kind } })
    expect(await model.generate([request({ schema: '{' })], nothing, signal)).toMatchObject({
      ok: false,
      fault: { kind: 'bad-grammar' },
    })
    expect(api.sessions.filter(({ destroyed }) => !destroyed).length).toBe(1)
  })
})
