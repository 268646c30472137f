import { readdirSync, statSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelSpec } from '../../src/llm/contracts.ts'
import { standInModel } from '../support/webllm/model.ts'
import { addresses, call, pageFolder, specOf, type Shop } from './webllm/serve.ts'
import { ask, fault, startSession, type Session } from './webllm/session.ts'

const one = standInModel('one', 1)
const two = standInModel('two', 2, { library: one.libraryName })
const three = standInModel('three', 3)
const SHARDS = [...one.files.keys()].filter((name) => name.startsWith('params'))

let session: Session
let page: Page
let shop: Shop

beforeAll(async () => {
  session = await startSession([one, two, three])
  page = session.page
  shop = session.shop
})
afterAll(() => session.close())
const load = (spec: ModelSpec) => session.load(spec)
const answer = (request: GenerateRequest, model?: string) => session.answer(request, model)
const text = (request: GenerateRequest, model?: string) => session.text(request, model)

describe('WebLLM, unmodified, on a stand-in library', () => {
  it('[L22] WebLLM is fetched when a model of its is loaded, and not before', async () => {
    const fetched = () => {
      const names = new Set(session.requests.map((address) => new URL(address).pathname.split('/').at(-1)))
      return readdirSync(`${pageFolder}/assets`)
        .filter((name) => names.has(name))
        .map((name) => statSync(`${pageFolder}/assets/${name}`).size)
        .reduce((sum, size) => sum + size, 0)
    }
    await expect.poll(fetched).toBeGreaterThan(10_000)
    expect(fetched()).toBeLessThan(200_000)
    await load({ adapter: 'webllm', model: 'nobody' })
    await expect.poll(fetched).toBeGreaterThan(5_000_000)
  })

  it('[L1] loads with progress, tells what it can, and comes from the cache the next time', async () => {
    const { result, reports } = await load(specOf(one))
    expect(result).toEqual({
      ok: true,
      value: {
        id: 'one',
        label: 'one',
        version: 'web-llm 0.2.86',
        capabilities: { grammar: true, schema: true, repeatable: true, batch: 1, context: 512 },
      },
    })
    const downloads = reports.filter(({ stage }) => stage === 'download')
    const total = 259 * 259 * 4
    expect(downloads.at(0)).toMatchObject({ done: 0, bytes: 0, total })
    expect(downloads.at(-1)).toMatchObject({ done: 1, bytes: total, total })
    expect(downloads.length).toBe(SHARDS.length + 1)
    expect(reports.at(-1)).toMatchObject({ stage: 'prepare', done: 1 })
    expect(await call(page, 'held', specOf(one))).toMatchObject({ ok: true, value: { complete: true, missing: [] } })
    await call(page, 'unload', 'one')
    shop.asked.length = 0
    expect((await load(specOf(one))).result.ok).toBe(true)
    expect(shop.asked).toEqual([])
  })

  it('[L2] same seed, same text; another seed, another text, from the first token on', async () => {
    expect(await text(ask())).toBe(await text(ask()))
    const firsts = new Set<string>()
    const wholes = new Set<string>()
    for (let seed = 1; seed <= 12; seed++) {
      const words = await text(ask({ seed }))
      firsts.add(words[0]!)
      wholes.add(words)
    }
    expect(wholes.size).toBe(12)
    expect(firsts.size).toBeGreaterThan(5)
  })

  it('[L3] keeps to a grammar and to a schema; one that cannot be read is told, and the next works', async () => {
    const grammar = 'root ::= ("add" | "del") " " [a-d] ";" "\\n"'
    for (let seed = 1; seed <= 3; seed++) {
      const { text: line, finish } = await answer(ask({ grammar, seed }))
      expect(line).toMatch(/^(add|del) [a-d];\n$/)
      expect(finish).toBe('stop')
    }
    const schema = JSON.stringify({
      type: 'object',
      properties: { op: { enum: ['add', 'del'] }, at: { type: 'boolean' } },
      required: ['op', 'at'],
      additionalProperties: false,
    })
    expect(['add', 'del']).toContain((JSON.parse(await text(ask({ schema, maxTokens: 200 }))) as { op: string }).op)
    const refused = await fault(call(page, 'generate', 'one', [ask({ grammar: 'root ::= (' })]))
    expect(refused.kind).toBe('bad-grammar')
    expect(await text(ask({ grammar }))).toMatch(/^(add|del)/)
  })

  it('[L4] stops at a stop text, at the limit, and answers several in order', async () => {
    const whole = await text(ask({ maxTokens: 60, seed: 5 }))
    const stop = whole.slice(20, 23)
    const cut = await answer(ask({ maxTokens: 60, seed: 5, stop: [stop] }))
    expect(cut).toMatchObject({ text: whole.slice(0, whole.indexOf(stop)), finish: 'stop' })
    const before = (await call(page, 'stats', 'one'))!
    const { result } = await call(page, 'generate', 'one', [ask({ seed: 6 }), ask({ seed: 7, maxTokens: 3 })])
    const answers = result.ok ? result.value : []
    expect(answers.map(({ text: words }) => words)).toEqual([
      await text(ask({ seed: 6 })),
      await text(ask({ seed: 7, maxTokens: 3 })),
    ])
    expect(answers[1]).toMatchObject({ tokens: 3, finish: 'length' })
    const after = (await call(page, 'stats', 'one'))!
    expect(after.requests - before.requests).toBe(4)
    expect(after.tokens).toBeGreaterThan(before.tokens)
    expect(await text(ask({ temperature: 0, seed: 1 }))).toBe(await text(ask({ temperature: 0, seed: 2 })))
  })

  it('[L5] streams, and an interruption leaves what was written and works no longer', async () => {
    const { result, pieces } = await call(page, 'generate', 'one', [ask({ maxTokens: 100, seed: 8 })])
    expect(pieces.join('')).toBe(result.ok ? result.value[0]!.text : '')
    expect((await load(specOf(three, 8192))).result.ok).toBe(true)
    const long = await call(page, 'generate', 'three', [ask({ maxTokens: 8000, temperature: 0.5, seed: 9 }), ask()], 5)
    const [first, second] = long.result.ok ? long.result.value : []
    expect(first).toMatchObject({ finish: 'aborted' })
    expect(first!.text.length).toBeGreaterThan(4)
    expect(first!.tokens).toBeLessThan(8000)
    expect(second).toMatchObject({ finish: 'aborted', text: '', tokens: 0 })
    expect((await answer(ask(), 'three')).finish).not.toBe('aborted')
    await call(page, 'unload', 'three')
    await call(page, 'remove', specOf(three))
  })

  it('[L6] a prompt that is too long is told with both numbers, and the next works', async () => {
    const { kind, message } = await fault(call(page, 'generate', 'one', [ask({ prompt: 'x'.repeat(600) })]))
    expect(kind).toBe('too-long')
    expect(message).toMatch(/prompt has 6\d\d tokens.*room for 512/)
    expect((await answer(ask())).tokens).toBeGreaterThan(0)
  })

  it('[L8] two models stand side by side, each with its own words', async () => {
    expect((await load(specOf(two))).result.ok).toBe(true)
    const both = await Promise.all([text(ask(), 'one'), text(ask(), 'two')])
    expect(both[0]).not.toBe(both[1])
    expect(await text(ask())).toBe(both[0])
  })

  it('[L7] unloading leaves no device of the GPU, nor does a load that fails', async () => {
    expect(await call(page, 'devices')).toBe(2)
    await call(page, 'unload', 'two')
    await expect.poll(() => call(page, 'devices')).toBe(1)
    await call(page, 'unload', 'one')
    await expect.poll(() => call(page, 'devices')).toBe(0)
    expect(await fault(call(page, 'generate', 'one', [ask()]))).toMatchObject({ kind: 'not-loaded' })
  })

  it('[L12] deleting leaves nothing behind, but the library that another model uses', async () => {
    await call(page, 'remove', specOf(two))
    const left = await call(page, 'cached')
    expect(JSON.stringify(left)).not.toContain('/two/')
    expect(left['webllm/wasm']).toEqual([addresses(one).library])
    expect((await load(specOf(one))).result.ok).toBe(true)
    await call(page, 'unload', 'one')
    await call(page, 'remove', specOf(one))
    expect(await call(page, 'cached')).toEqual({})
  })

  it('[L9] a load that is stopped keeps what has arrived, and loading again fetches the rest', async () => {
    shop.asked.length = 0
    let open: () => void = () => undefined
    for (const name of SHARDS.slice(4)) shop.instead.set(name, new Promise((resolve) => (open = resolve)))
    const loading = load(specOf(three))
    await expect
      .poll(() => call(page, 'held', specOf(three)))
      .toMatchObject({ ok: true, value: { missing: SHARDS.slice(4) } })
    await call(page, 'cancel', 'three')
    expect(await fault(loading)).toMatchObject({ kind: 'cancelled' })
    open()
    shop.instead.clear()
    await expect.poll(() => call(page, 'devices')).toBe(0)
    const held = await call(page, 'held', specOf(three))
    expect(held).toMatchObject({ ok: true, value: { complete: false, missing: SHARDS.slice(4) } })
    expect(await call(page, 'all')).toMatchObject({
      value: [{ imported: false, spec: { model: 'three', library: addresses(three).library } }],
    })
    shop.asked.length = 0
    expect((await load(specOf(three))).result.ok).toBe(true)
    expect(shop.asked.sort()).toEqual(SHARDS.slice(4))
    await call(page, 'unload', 'three')
    await call(page, 'remove', specOf(three))
  })

  it('[L9] a download that breaks off is taken up again by itself', async () => {
    for (const name of SHARDS.slice(1, 3)) shop.instead.set(name, { status: 503, once: true })
    expect((await load(specOf(three))).result.ok).toBe(true)
    expect(shop.instead.size).toBe(0)
    await call(page, 'unload', 'three')
    await call(page, 'remove', specOf(three))
  })

  it('[L7] a lost GPU is told as such, and loading anew works', async () => {
    expect((await load(specOf(three))).result.ok).toBe(true)
    const many = Array.from({ length: 40 }, (_, seed) => ask({ maxTokens: 400, temperature: 2, seed }))
    const writing = call(page, 'generate', 'three', many)
    await session.crashGpu()
    expect((await fault(writing)).kind).toBe('model-lost')
    await expect.poll(async () => (await load(specOf(three))).result.ok, { timeout: 20_000 }).toBe(true)
    expect(await text(ask(), 'three')).not.toBe('')
    await call(page, 'unload', 'three')
    await call(page, 'remove', specOf(three))
  })

  it('[L17] the catalogue knows what this machine can run', async () => {
    const machine = await call(page, 'machine')
    expect(machine).toMatchObject({ ok: true, value: { why: null, f16: false, software: true } })
    const entries = await call(page, 'catalogue')
    const chosen = entries.ok ? entries.value : []
    expect(chosen.length).toBeGreaterThan(40)
    expect(chosen.find(({ tier }) => tier === 'default')).toMatchObject({
      model: 'Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC',
      why: null,
    })
    const f16 = await fault(load({ adapter: 'webllm', model: 'Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC' }))
    expect(f16.kind).toBe('no-f16')
    expect(f16.message).toContain('Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC')
    const needed = await call(page, 'needed', 'Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC')
    expect(needed).toMatchObject({ ok: true, value: { files: expect.any(Array) as unknown } })
  })
})
