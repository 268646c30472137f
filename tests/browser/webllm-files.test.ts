import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelSpec } from '../../src/llm/contracts.ts'
import { standInModel } from '../support/webllm/model.ts'
import { call, fileList, specOf, type Shop } from './webllm/serve.ts'
import { ask, fault, startSession, type Session } from './webllm/session.ts'

const one = standInModel('one', 1)
const two = standInModel('two', 2)
const three = standInModel('three', 3)
const SHARDS = [...one.files.keys()].filter((name) => name.startsWith('params'))

let session: Session
let page: Page
let shop: Shop

beforeAll(async () => {
  session = await startSession([one, three])
  page = session.page
  shop = session.shop
})
afterAll(() => session.close())
const load = (spec: ModelSpec) => session.load(spec)
const answer = (request: GenerateRequest, model?: string) => session.answer(request, model)
const text = (request: GenerateRequest, model?: string) => session.text(request, model)

describe('files of WebLLM models', () => {
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
    await session.online(false)
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
    await session.online(true)
    await call(page, 'remove', here)
    expect(await call(page, 'cached')).toEqual({})
  })

  it('[L14] without a network, or at a wrong address, loading says so and how to go on', async () => {
    await session.online(false)
    const offline = await fault(load(specOf(three)))
    await session.online(true)
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

  it('[L13] a model of the list is taken in under its name, with the library that the list names', async () => {
    const id = 'Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC'
    const library = 'Qwen2-0.5B-Instruct-q4f32_1_cs1k-webgpu.wasm'
    const twin = standInModel(id, 4, { library, context: 32_768 })
    const lacking = await call(page, 'import', '', fileList(twin, `${id}/`, [library]))
    expect(lacking.ok ? '' : lacking.fault.message).toContain(`${library} is not among the files of ${id}`)
    const taken = await call(page, 'import', '', fileList(twin, `${id}/`))
    expect(taken).toEqual({ ok: true, value: { adapter: 'webllm', model: id } })
    const { result } = await load({ adapter: 'webllm', model: id, context: 10_000 })
    expect(result).toMatchObject({ ok: true, value: { capabilities: { context: 4096 } } })
    expect((await answer(ask(), id)).tokens).toBeGreaterThan(0)
    await call(page, 'unload', id)
    await call(page, 'remove', { adapter: 'webllm', model: id })
    expect(await call(page, 'cached')).toEqual({})
  })

  it('[L14] a disk that is full is told as such', async () => {
    const devtools = await session.context.newCDPSession(page)
    const { origin } = new URL(page.url())
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 60_000 })
    expect(await fault(load(specOf(three)))).toMatchObject({ kind: 'storage-full' })
    await devtools.send('Storage.overrideQuotaForOrigin', { origin })
    expect((await load(specOf(three))).result.ok).toBe(true)
    await call(page, 'unload', 'three')
    await call(page, 'remove', specOf(three))
  })
})
