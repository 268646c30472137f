import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, LoadProgress } from '../../src/llm/contracts.ts'
import { writeGguf } from '../support/gguf.ts'
import { serveLlmPage, type LlmPage } from '../support/llm-page.ts'
import { openBrowser, type Opened } from './harness.ts'

let site: LlmPage
let opened: Opened
let page: Page

beforeAll(async () => {
  site = await serveLlmPage()
  opened = await openBrowser()
  page = opened.page
  await page.goto(site.url)
})
afterAll(async () => {
  await opened.context.close()
  await site.close()
})

const request = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  system: 'be brief',
  prompt: 'write',
  maxTokens: 24,
  temperature: 1,
  seed: 7,
  ...more,
})

/** Loads a file of these bytes, or several of them. */
const load = (model: string, files: readonly (readonly [name: string, bytes: Uint8Array])[], context?: number) =>
  page.evaluate(
    async ([model, files, context]) => {
      const told: LoadProgress[] = []
      const result = await (
        await globalThis.llm
      ).load(
        {
          adapter: 'wllama',
          model,
          files: files.map(([name, text]) => new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name)),
          ...(context === undefined ? {} : { context }),
        },
        (progress) => told.push(progress),
      )
      return { result, told }
    },
    [model, files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const), context] as const,
  )

const write = (model: string, ...requests: readonly Partial<GenerateRequest>[]) =>
  page.evaluate(
    async ([model, requests]) => {
      const heard: string[] = requests.map(() => '')
      const result = await (
        await globalThis.llm
      ).generate(model, requests, (index, added) => {
        heard[index] = (heard[index] ?? '') + added
      })
      return { result, heard }
    },
    [model, requests.map(request)] as const,
  )

const textsOf = async (...args: Parameters<typeof write>) => {
  const { result } = await write(...args)
  if (!result.ok) throw new Error(result.fault.message)
  return result.value.map(({ text }) => text)
}

const NONSENSE = writeGguf()

describe('GGUF files', () => {
  it('[L40] a file from the disk is loaded with everything from our own server, without WebGPU, and writes', async () => {
    const { result, told } = await load('nonsense', [['nonsense.gguf', NONSENSE]], 256)
    expect(result).toMatchObject({
      ok: true,
      value: {
        id: 'nonsense',
        label: 'Nonsense',
        version: expect.stringMatching(/^wllama 3\.8\.1 \(llama\.cpp \w+/) as unknown,
        capabilities: { grammar: true, schema: true, repeatable: true, batch: 4, context: 256 },
      },
    })
    expect(told.at(0)).toMatchObject({ stage: 'prepare', done: 0, total: NONSENSE.length })
    expect(told.at(-1)).toMatchObject({ stage: 'prepare', done: 1, bytes: NONSENSE.length })
    const read = told.map(({ bytes = NaN }) => bytes)
    expect(read).toEqual([...read].sort((x, y) => x - y))
    expect(read.some((bytes) => bytes > 0 && bytes < NONSENSE.length)).toBe(true)
    const { result: written, heard } = await write('nonsense', {})
    expect(written).toMatchObject({ ok: true, value: [{ tokens: 24, finish: 'length', text: heard[0] }] })
    expect(await page.evaluate(async () => (await globalThis.llm).stats('nonsense'))).toMatchObject({
      requests: 1,
      tokens: 24,
    })
    const own = (address: string) => address.replace(/^blob:/, '').startsWith(site.url)
    expect(opened.requests.filter((address) => !own(address))).toEqual([])
    expect(opened.requests.filter((address) => address.endsWith('.wasm')).length).toBe(1)
    expect(await page.evaluate(async () => navigator.gpu?.requestAdapter() ?? null)).toBeNull()
    expect(opened.errors).toEqual([])
  })

  it('[L41] same prompt, same seed, same text: alone, again, and beside others', async () => {
    const [alone] = await textsOf('nonsense', {})
    const [first, other, third, colder, longer, sixth] = await textsOf(
      'nonsense',
      {},
      { seed: 8 },
      {},
      { temperature: 0 },
      { maxTokens: 40 },
      {},
    )
    expect([first, third, sixth]).toEqual([alone, alone, alone])
    expect(longer?.startsWith(alone ?? '?')).toBe(true)
    expect(other).not.toBe(alone)
    expect(await textsOf('nonsense', { temperature: 0, seed: 99 })).toEqual([colder])
  })

  it('[L42] grammars, schemas and stop words are kept to; a wrong one costs the call and not the model', async () => {
    const grammar = 'root ::= op " " number ";"\nop ::= "MOV" | "ADD"\nnumber ::= [0-9]{1,3}'
    const seeds = [1, 2, 3, 4, 5]
    for (const text of await textsOf('nonsense', ...seeds.map((seed) => ({ seed, grammar }))))
      expect(text).toMatch(/^(MOV|ADD) \d{1,3};$/)
    const schema = JSON.stringify({
      type: 'object',
      properties: { op: { enum: ['mov', 'add'] }, n: { type: 'integer' } },
      required: ['op', 'n'],
      additionalProperties: false,
    })
    const [json = ''] = await textsOf('nonsense', { schema, maxTokens: 100 })
    expect(['mov', 'add']).toContain((JSON.parse(json) as { op: string }).op)
    const [whole = ''] = await textsOf('nonsense', {})
    const stop = whole.slice(4, 7)
    expect(await textsOf('nonsense', { stop: [stop] })).toEqual([whole.slice(0, whole.indexOf(stop))])
    for (const bad of [{ grammar: 'root ::= (((' }, { schema: '{' }, { schema: '{"type":"nope"}' }]) {
      const { result } = await write('nonsense', bad)
      expect(result).toMatchObject({ ok: false, fault: { kind: 'bad-grammar' } })
    }
    expect(await write('nonsense', { prompt: 'x'.repeat(400) })).toMatchObject({
      result: { ok: false, fault: { kind: 'too-long' } },
    })
    expect(await textsOf('nonsense', {})).toEqual([whole])
  })

  it('[L43] abort ends the call with the text so far; unloading ends everything, and it can be loaded again', async () => {
    const aborted = await page.evaluate(
      async (requests) => {
        const llm = await globalThis.llm
        return llm.generate('nonsense', requests, () => llm.abort('nonsense'))
      },
      Array.from({ length: 6 }, () => request({ maxTokens: 200, grammar: 'root ::= [a-z]{200}' })),
    )
    if (!aborted.ok) throw new Error(aborted.fault.message)
    expect(aborted.value.map(({ finish }) => finish)).toEqual(Array.from({ length: 6 }, () => 'aborted'))
    expect(aborted.value[0]?.tokens).toBeLessThan(200)
    expect(aborted.value[0]?.text).toMatch(/^[a-z]+$/)
    const [before] = await textsOf('nonsense', {})
    const cut = await page.evaluate(
      async (requests) => {
        const llm = await globalThis.llm
        const writing = llm.generate('nonsense', requests, () => void llm.unload('nonsense'))
        return [await writing, await llm.generate('nonsense', requests)]
      },
      [request({ maxTokens: 200, grammar: 'root ::= [a-z]{200}' })],
    )
    expect(cut).toMatchObject([
      { ok: true, value: [{ finish: 'aborted' }] },
      { ok: false, fault: { kind: 'not-loaded' } },
    ])
    expect(await load('nonsense', [['nonsense.gguf', NONSENSE]], 256)).toMatchObject({ result: { ok: true } })
    expect(await textsOf('nonsense', {})).toEqual([before])
  })

  it.each([
    ['no GGUF', [['a.txt', new TextEncoder().encode('hello')]], undefined, 'not-gguf', 'a.txt'],
    ['none at all', [], undefined, 'not-gguf', '.gguf'],
    ['one part of three', [['a-00001-of-00003.gguf', NONSENSE]], undefined, 'files-missing', 'all 3'],
    ['cut off', [['a.gguf', NONSENSE.slice(0, 100_000)]], undefined, 'load-failed', 'corrupted or incomplete'],
    ['cut off early', [['a.gguf', NONSENSE.slice(0, 1000)]], undefined, 'load-failed', 'key-value pairs'],
    ['unknown', [['a.gguf', writeGguf({ architecture: 'nope' })]], undefined, 'unknown-architecture', 'nope'],
    ['too big', [['a.gguf', NONSENSE]], 500_000_000, 'too-big', 'fewer bits'],
  ] as const)(
    '[L44] a file that is %s gets a sentence, and nothing is loaded',
    async (_what, files, context, kind, says) => {
      const { result } = await load('bad', files, context)
      expect(result).toMatchObject({ ok: false, fault: { kind } })
      expect(result.ok ? '' : result.fault.message).toContain(says)
      expect(await write('bad', {})).toMatchObject({ result: { ok: false, fault: { kind: 'not-loaded' } } })
    },
  )

  it('[L44] loading can be stopped', async () => {
    const stopped = await page.evaluate(async (text) => {
      const llm = await globalThis.llm
      const files = [new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'a.gguf')]
      return llm.load({ adapter: 'wllama', model: 'stopped', files }, () => llm.cancelLoad('stopped'))
    }, Buffer.from(NONSENSE).toString('base64'))
    expect(stopped).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(await load('stopped', [['a.gguf', NONSENSE]])).toMatchObject({ result: { ok: true } })
  })
})
