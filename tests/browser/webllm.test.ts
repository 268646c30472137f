import { readdirSync, statSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelSpec } from '../../src/llm/contracts.ts'
import { standInModel } from '../support/webllm/model.ts'
import { openBrowser, type Opened } from './harness.ts'
import { addresses, call, fileList, pageFolder, serveModels, servePage, specOf, type Shop } from './webllm/serve.ts'

const one = standInModel('one', 1)
const two = standInModel('two', 2, { library: one.libraryName })
const three = standInModel('three', 3)
const SHARDS = [...one.files.keys()].filter((name) => name.startsWith('params'))
let server: PreviewServer
let opened: Opened
let page: Page
let shop: Shop

beforeAll(async () => {
  server = await servePage()
  opened = await openBrowser({ gpu: true })
  page = opened.page
  shop = await serveModels(opened.context, [one, two, three])
  await openPage()
})
afterAll(async () => {
  await opened.context.close()
  await server.close()
})

async function openPage(): Promise<void> {
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  await page.waitForFunction('globalThis.llm !== undefined')
}

async function online(on: boolean): Promise<void> {
  shop.closed = !on
  await opened.context.setOffline(!on)
}

/** Takes the GPU away, as a driver that fails does. */
async function crashGpu(): Promise<void> {
  const session = await opened.context.newCDPSession(page)
  await session.send('Browser.crashGpuProcess' as never).catch(() => undefined)
}

const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  system: '',
  prompt: 'hello',
  maxTokens: 24,
  temperature: 1,
  seed: 1,
  ...more,
})
async function answer(request: GenerateRequest, model = 'one') {
  const { result } = await call(page, 'generate', model, [request])
  if (!result.ok) throw new Error(result.fault.message)
  return result.value[0]!
}
const text = async (request: GenerateRequest, model?: string) => (await answer(request, model)).text
async function fault(
  of: Promise<{ readonly result: { readonly ok: boolean; readonly fault?: { kind: string; message: string } } }>,
) {
  const { result } = await of
  return result.fault ?? { kind: 'none', message: '' }
}
const load = (spec: ModelSpec, cancelAt?: string) => call(page, 'load', spec, cancelAt)

describe('WebLLM, unmodified, on a stand-in library', () => {
  it('[L22] WebLLM is fetched when a model of its is loaded, and not before', async () => {
    const fetched = () => {
      const names = new Set(opened.requests.map((address) => new URL(address).pathname.split('/').at(-1)))
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
    const long = await call(page, 'generate', 'one', [ask({ maxTokens: 450, temperature: 2, seed: 9 }), ask()], 5)
    const [first, second] = long.result.ok ? long.result.value : []
    expect(first).toMatchObject({ finish: 'aborted' })
    expect(first!.text.length).toBeGreaterThan(4)
    expect(first!.tokens).toBeLessThan(450)
    expect(second).toMatchObject({ finish: 'aborted', text: '', tokens: 0 })
    expect((await answer(ask())).finish).not.toBe('aborted')
  })

  it('[L6] a prompt that is too long is told with both numbers, and the next works', async () => {
    const { kind, message } = await fault(call(page, 'generate', 'one', [ask({ prompt: 'x'.repeat(600) })]))
    expect(kind).toBe('context-overflow')
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
})

describe('files of models', () => {
  it('[L10] a shard that arrives damaged is named and deleted, and loading again repairs it', async () => {
    const name = SHARDS[2]!
    const bytes = one.files.get(name)!.slice()
    bytes[1000]! ^= 1
    shop.instead.set(name, { body: bytes })
    const { kind, message } = await fault(load(specOf(one)))
    expect(kind).toBe('file-damaged')
    expect(message).toContain(`${name} of one was damaged`)
    await expect.poll(() => call(page, 'devices')).toBe(0)
    expect(await call(page, 'held', specOf(one))).toMatchObject({ value: { missing: [name] } })
    shop.instead.clear()
    expect((await load(specOf(one))).result.ok).toBe(true)
    await call(page, 'unload', 'one')
  })

  it('[L10] a shard cut short or gone bad on the disk is found by a load that fails, or by a check', async () => {
    await call(page, 'damage', SHARDS[3]!, 'cut')
    const cut = await fault(load(specOf(one)))
    expect(cut).toMatchObject({ kind: 'file-damaged' })
    expect(cut.message).toContain(SHARDS[3])
    expect((await load(specOf(one))).result.ok).toBe(true)
    await call(page, 'unload', 'one')
    await call(page, 'damage', SHARDS[5]!, 'flip')
    const checked = await call(page, 'check', specOf(one))
    expect(checked.ok ? '' : checked.fault.message).toContain(`${SHARDS[5]} of one was damaged`)
    expect((await load(specOf(one))).result.ok).toBe(true)
    expect(await call(page, 'check', specOf(one))).toMatchObject({ ok: true, value: { complete: true } })
    await call(page, 'unload', 'one')
  })

  it('[L11] config, tokenizer and library must stay as they were first loaded', async () => {
    for (const name of ['mlc-chat-config.json', 'tokenizer.json', one.libraryName]) {
      await call(page, 'damage', name, 'longer')
      const { kind, message } = await fault(load(specOf(one)))
      expect([name, kind, message.includes(name) || message.includes('library')]).toEqual([name, 'file-changed', true])
      await call(page, 'remove', specOf(one))
      expect((await load(specOf(one))).result.ok).toBe(true)
      await call(page, 'unload', 'one')
    }
  })

  it('[L10] a web page in place of a file is neither kept nor used; what is kept already is fetched anew', async () => {
    await call(page, 'damage', 'mlc-chat-config.json', 'page')
    expect((await load(specOf(one))).result.ok).toBe(true)
    await call(page, 'unload', 'one')
    await call(page, 'remove', specOf(one))
    for (const name of ['mlc-chat-config.json', 'tensor-cache.json', one.libraryName]) {
      shop.instead.set(name, { body: '<!doctype html><title>Sign in</title>' })
      expect(await fault(load(specOf(one)))).toMatchObject({ kind: 'file-damaged' })
      shop.instead.clear()
    }
    await call(page, 'remove', specOf(one))
    shop.instead.set('mlc-chat-config.json', { status: 404 })
    const missing = await fault(load(specOf(one)))
    expect(missing.kind).toBe('network')
    shop.instead.clear()
    expect((await load(specOf(one))).result.ok).toBe(true)
    await call(page, 'unload', 'one')
    await call(page, 'remove', specOf(one))
  })

  it('[L13] files from disk are checked, taken in, and run with the network off', async () => {
    const all = fileList(one, 'Downloads/one/')
    const refuse = async (model: string, files: typeof all) => {
      const result = await call(page, 'import', model, files)
      return result.ok ? '' : result.fault.message
    }
    const lacking = ['tokenizer.json', SHARDS[6]!, one.libraryName]
    expect(await refuse('one', fileList(one, '', lacking))).toMatch(
      `tokenizer.json, ${SHARDS[6]}, the library, a file that ends in .wasm, are not among the files of one`,
    )
    expect(await refuse('', fileList(one, 'one/', ['mlc-chat-config.json']))).toContain(
      'mlc-chat-config.json is not among',
    )
    expect(await refuse('', [...all, ...fileList(two, 'Downloads/two/')])).toContain('several models')
    const [shard, ...others] = all
    const short = { ...shard!, base64: Buffer.from('version https://git-lfs.github.com/spec/v1').toString('base64') }
    expect(await refuse('', [short, ...others])).toContain('only a pointer of Git LFS')
    const flipped = Buffer.from(shard!.base64, 'base64')
    flipped[7]! ^= 1
    expect(await refuse('', [{ ...shard!, base64: flipped.toString('base64') }, ...others])).toContain(
      `${SHARDS[0]} of one is damaged`,
    )
    expect(await call(page, 'cached')).toEqual({})

    expect(await call(page, 'import', '', [...all].reverse())).toEqual({
      ok: true,
      value: { adapter: 'webllm', model: 'one' },
    })
    await online(false)
    shop.asked.length = 0
    const here: ModelSpec = { adapter: 'webllm', model: 'one', context: 512 }
    expect((await load(here)).result.ok).toBe(true)
    expect(await text(ask())).not.toBe('')
    expect(shop.asked).toEqual([])
    await call(page, 'unload', 'one')
    expect(await call(page, 'all')).toMatchObject({
      ok: true,
      value: [{ imported: true, complete: true, spec: { model: 'one' } }],
    })
    // What is damaged cannot be fetched again: the files are asked for.
    await call(page, 'damage', SHARDS[1]!, 'cut')
    const cut = await fault(load(here))
    expect(cut.message).toContain(`${SHARDS[1]} of one was damaged`)
    expect(cut.message).toContain('import it again')
    await online(true)
    await call(page, 'remove', here)
    expect(await call(page, 'cached')).toEqual({})
  })

  it('[L14] without a network, or at a wrong address, loading says so and how to go on', async () => {
    await online(false)
    const offline = await fault(load(specOf(three)))
    await online(true)
    expect(offline).toMatchObject({ kind: 'network' })
    expect(offline.message).toContain('import its files')
    expect(await fault(load({ adapter: 'webllm', model: 'nobody' }))).toMatchObject({ kind: 'unknown-model' })
    expect(await fault(load({ adapter: 'webllm', model: 'x', url: 'file:///x' }))).toMatchObject({
      kind: 'bad-address',
    })
    expect(await fault(load({ adapter: 'webllm', model: 'x', url: 'https://models.invalid/x' }))).toMatchObject({
      kind: 'no-library',
    })
    shop.instead.set(SHARDS[2]!, { status: 503 })
    expect(await fault(load(specOf(three)))).toMatchObject({ kind: 'network' })
    shop.instead.clear()
    // Modules that are no model libraries of this version: an empty one, and one that imports env.nope.
    const empty = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
    const nope = [2, 12, 1, 3, 0x65, 0x6e, 0x76, 4, 0x6e, 0x6f, 0x70, 0x65, 0, 0]
    for (const module of [empty, [...empty, 1, 4, 1, 0x60, 0, 0, ...nope]]) {
      shop.instead.set(three.libraryName, { body: new Uint8Array(module) })
      await call(page, 'remove', specOf(three))
      const misfit = await fault(load(specOf(three)))
      expect([misfit.kind, misfit.message]).toEqual(['library-mismatch', expect.stringContaining('WebLLM 0.2.86')])
    }
    shop.instead.clear()
    await call(page, 'remove', specOf(three))
    await expect.poll(() => call(page, 'devices')).toBe(0)
  })

  it('[L7] a lost GPU is told as such, and loading anew works', async () => {
    expect((await load(specOf(three))).result.ok).toBe(true)
    const many = Array.from({ length: 40 }, (_, seed) => ask({ maxTokens: 400, temperature: 2, seed }))
    const writing = call(page, 'generate', 'three', many)
    await crashGpu()
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
  })
})
