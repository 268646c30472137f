import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseAddress } from '../../../src/llm/endpoint/address.ts'
import { EndpointModel } from '../../../src/llm/endpoint/index.ts'
import { listModels } from '../../../src/llm/endpoint/models.ts'
import { EventReader } from '../../../src/llm/endpoint/sse.ts'
import { begin, delta, json, OpenAiServer, stream } from '../../support/openai.ts'
import { nothing, request } from './models.ts'

const KEY = 'sk-secret-0123456789'
const { signal } = new AbortController()

let server: OpenAiServer
let url: string
beforeEach(async () => {
  server = new OpenAiServer()
  url = await server.start()
})
afterEach(() => server.stop())

const endpoint = (more: object = {}, patience = {}) =>
  new EndpointModel({ adapter: 'endpoint', model: 'tiny', url, ...more }, { stallMs: 2_000, ...patience })

async function loaded(more: object = {}, patience = {}): Promise<EndpointModel> {
  const model = endpoint(more, patience)
  const result = await model.load(nothing, signal)
  if (!result.ok) throw new Error(result.fault.message)
  return model
}

const write = async (model: EndpointModel, ...requests: readonly object[]) => {
  const heard: string[] = []
  const result = await model.generate(
    requests.map((more) => request(more)),
    (index, added) => (heard[index] = (heard[index] ?? '') + added),
    signal,
  )
  return { result, heard }
}

describe('addresses', () => {
  it.each([
    ['http://localhost:11434', 'http://localhost:11434/v1', 'ollama', 'loopback'],
    ['localhost:1234/', 'http://localhost:1234/v1', 'lm-studio', 'loopback'],
    [' http://127.0.0.1:8080/v1/ ', 'http://127.0.0.1:8080/v1', 'llama-server', 'loopback'],
    ['192.168.0.7:11434/v1/chat/completions', 'http://192.168.0.7:11434/v1', 'ollama', 'local'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1', 'other', 'public'],
    ['https://example.com/v1beta/openai', 'https://example.com/v1beta/openai', 'other', 'public'],
    ['https://example.com/llm?x=1#y', 'https://example.com/llm/v1', 'other', 'public'],
    ['http://box.local', 'http://box.local/v1', 'other', 'local'],
  ])('[L50] are taken as people write them: %s', (text, base, kind, where) => {
    expect(parseAddress(text)).toMatchObject({ ok: true, value: { base, kind, where } })
  })

  it.each(['', 'ftp://x', 'http://', 'javascript:alert(1)', 'http://name:word@host', 'a b'])(
    '[L50] that are none get a sentence: "%s"',
    (text) => {
      expect(parseAddress(text)).toMatchObject({ ok: false, fault: { kind: 'bad-address' } })
    },
  )
})

describe('events', () => {
  it('[L51] are read whole however their bytes are cut, with any line ends', () => {
    const bytes = new TextEncoder().encode(': hello\r\ndata: é😀\r\n\r\nevent: x\ndata:two\ndata: lines\n\ndata: open')
    for (let size = 1; size < bytes.length; size++) {
      const reader = new EventReader()
      const events: string[] = []
      for (let at = 0; at < bytes.length; at += size) events.push(...(reader.read(bytes.slice(at, at + size)) ?? []))
      events.push(...reader.end())
      expect(events, `${size} bytes at a time`).toEqual(['é😀', 'two\nlines', 'open'])
    }
  })

  it('[L51] a line that never ends is given up', () => {
    const reader = new EventReader()
    const bytes = new Uint8Array(600_000).fill(120)
    reader.read(bytes)
    expect(reader.read(bytes)).toBeNull()
  })
})

describe('writing', () => {
  it('[L52] sends what was asked for, and streams what comes', async () => {
    const model = await loaded({ key: KEY })
    const { result, heard } = await write(model, { system: 'S', prompt: 'P', maxTokens: 5, temperature: 0.5, seed: 9 })
    expect(result).toMatchObject({
      ok: true,
      value: [{ text: 'Hello', tokens: 2, promptTokens: 11, finish: 'stop' }],
    })
    expect(heard).toEqual(['Hello'])
    expect(server.seen.at(-1)).toMatchObject({
      authorization: `Bearer ${KEY}`,
      body: {
        model: 'tiny',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'P' },
        ],
        max_tokens: 5,
        temperature: 0.5,
        seed: 9,
        stream: true,
      },
    })
    expect(model.stats()).toMatchObject({ requests: 1, tokens: 2, promptTokens: 11 })
  })

  it.each([
    [
      'malformed chunks',
      `data: {"choi\n\n${delta('a')}data: 7\n\ndata: {}\n\n${delta('b', 'length')}data: [DONE]\n\n`,
      'length',
    ],
    ['no end', `${delta('a')}${delta('b')}`, 'stop'],
    ['an end without its blank line', `${delta('a')}${delta('b', 'length').trimEnd()}`, 'length'],
    ['what comes after the end', `${delta('a')}${delta('b', 'stop')}data: [DONE]\n\n${delta('c')}`, 'stop'],
  ])('[L51] a stream with %s is read as far as it makes sense', async (_what, text, finish) => {
    server.complete = (response) => void begin(response).end(text)
    expect((await write(await loaded(), {})).result).toMatchObject({ ok: true, value: [{ text: 'ab', finish }] })
  })

  it('[L51] characters that are cut in the middle arrive whole', async () => {
    server.complete = async (response) => {
      begin(response)
      for (const byte of Buffer.from(delta('zweite Lösung 😀', 'stop'))) {
        response.write(Uint8Array.of(byte))
        await new Promise(setImmediate)
      }
      response.end()
    }
    expect((await write(await loaded(), {})).heard).toEqual(['zweite Lösung 😀'])
  })

  it('[L51] a server that does not stream is understood', async () => {
    server.complete = (response) =>
      json(response, 200, {
        choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 1 },
      })
    expect((await write(await loaded(), {})).result).toMatchObject({
      ok: true,
      value: [{ text: 'whole', tokens: 1, promptTokens: 3 }],
    })
  })

  it('[L52] several requests go side by side, as many as were asked for', async () => {
    server.complete = async (response, body) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      stream(response, [JSON.stringify(body['seed'])])
    }
    const { result } = await write(await loaded({ parallel: 3 }), ...[1, 2, 3, 4, 5, 6, 7].map((seed) => ({ seed })))
    expect(result.ok && result.value.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(server.mostOpen).toBe(3)
  })

  it('[L52] stop words and limits are kept to, whatever the server does', async () => {
    server.complete = (response) => {
      begin(response)
      const more = () => {
        if (response.destroyed) return
        for (let i = 0; i < 50; i++) response.write(delta('word '))
        setTimeout(more, 1)
      }
      more()
    }
    const { result } = await write(await loaded(), { maxTokens: 4 }, { stop: ['d w'] })
    if (!result.ok) throw new Error(result.fault.message)
    expect(result.value[1]).toMatchObject({ text: 'wor', finish: 'stop' })
    expect(result.value[0]?.finish).toBe('length')
    expect(result.value[0]?.text.length).toBeLessThan(10_000)
    await vi.waitFor(() => expect(server.open).toBe(0))
  })

  it('[L52] abort ends the requests under way, with the text so far, and lets the server go', async () => {
    server.complete = (response) => void begin(response).write(delta('so far'))
    const model = await loaded({ parallel: 2 })
    const stop = new AbortController()
    const heard = vi.fn((_index: number, added: string) => {
      if (added !== '') setTimeout(() => stop.abort(), 5)
    })
    const result = await model.generate([request(), request(), request()], heard, stop.signal)
    expect(result).toMatchObject({
      ok: true,
      value: [{ text: 'so far', finish: 'aborted' }, { finish: 'aborted' }, { text: '', finish: 'aborted' }],
    })
    await vi.waitFor(() => expect(server.open).toBe(0))
    expect(await model.generate([request()], nothing, stop.signal)).toMatchObject({
      ok: true,
      value: [{ text: '', finish: 'aborted' }],
    })
  })
})

describe('grammars and schemas', () => {
  const held = { grammar: 'root ::= "a"', schema: '{"type":"object"}' }

  it('[L53] llama-server is handed the grammar, and tells its slots and context', async () => {
    server.models = [{ id: 'tiny', owned_by: 'llamacpp' }]
    server.other = (path, response) => {
      if (path !== '/props') return false
      json(response, 200, { total_slots: 2, default_generation_settings: { n_ctx: 1234 } })
      return true
    }
    const model = endpoint()
    expect(await model.load(nothing, signal)).toMatchObject({
      ok: true,
      value: { version: 'llama-server', capabilities: { grammar: true, batch: 2, context: 1234, repeatable: false } },
    })
    await write(model, held)
    expect(server.seen.at(-1)?.body).toMatchObject({ grammar: held.grammar })
    expect(server.seen.at(-1)?.body).not.toHaveProperty('response_format')
  })

  it('[L53] others are handed the schema, and one that knows none is asked without', async () => {
    const model = await loaded()
    await write(model, held)
    expect(server.seen.at(-1)?.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
    })
    expect(server.seen.at(-1)?.body).not.toHaveProperty('grammar')
    server.complete = (response, body) =>
      'response_format' in body
        ? json(response, 400, { error: { message: 'response_format is not supported' } })
        : stream(response, ['free'])
    expect((await write(model, held)).result).toMatchObject({ ok: true, value: [{ text: 'free' }] })
    const asked = server.seen.length
    await write(model, held)
    expect(server.seen.length).toBe(asked + 1)
    expect((await write(await loaded(), { schema: '{' })).result).toMatchObject({
      ok: false,
      fault: { kind: 'bad-grammar' },
    })
  })
})

describe('what goes wrong', () => {
  it.each([
    [400, 'refused', 'temperature must be'],
    [401, 'bad-key', 'did not accept the key'],
    [403, 'forbidden', 'refuses'],
    [404, 'not-found', '/v1'],
    [413, 'too-long', 'too long'],
    [500, 'server-error', 'temperature must be'],
  ])('[L54] status %i gets a sentence', async (status, kind, says) => {
    const model = await loaded({ key: KEY })
    server.complete = (response) => json(response, status, { error: { message: `temperature must be ${KEY}` } })
    const { result } = await write(model, {})
    expect(result).toMatchObject({ ok: false, fault: { kind } })
    expect(JSON.stringify(result)).toContain(says)
    expect(JSON.stringify(result)).not.toContain(KEY)
    expect(server.seen.filter(({ path }) => path.endsWith('completions')).length).toBe(1)
  })

  it('[L54] a context that is too small is told apart', async () => {
    const model = await loaded()
    server.complete = (response) =>
      json(response, 400, { error: { message: 'the request exceeds the available context size' } })
    expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'too-long' } })
  })

  it('[L54] an error in the middle of a stream is one, and so is a page that is no answer', async () => {
    const model = await loaded()
    server.complete = (response) =>
      void begin(response).end(`${delta('a')}data: {"error":{"message":"out of memory"}}\n\n`)
    expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'server-error' } })
    for (const text of ['<html>hello</html>', '[1,2]', '']) {
      server.complete = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(text)
      expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'bad-answer' } })
    }
    server.complete = (response) => void begin(response).end('data: {"choi\n\ndata: [DONE]\n\n')
    expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'bad-answer' } })
  })

  it('[L54] a connection that breaks off is told, and so is one that is gone', async () => {
    const model = await loaded()
    server.complete = (response) =>
      void begin(response).write(delta('a'), () => setTimeout(() => response.destroy(), 5))
    expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'cut-off' } })
    await server.stop()
    expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'model-lost' } })
    expect(await endpoint().load(nothing, signal)).toMatchObject({ ok: false, fault: { kind: 'unreachable' } })
    await server.start()
  })

  it.each([
    ['before its answer', nothing],
    ['in the middle', (response: Parameters<OpenAiServer['complete']>[0]) => void begin(response).write(delta('a'))],
  ])('[L55] a server that says nothing %s is given up', async (_when, complete) => {
    server.complete = complete
    const { result } = await write(await loaded({}, { stallMs: 80 }), {})
    expect(result).toMatchObject({ ok: false, fault: { kind: 'silent' } })
    await vi.waitFor(() => expect(server.open).toBe(0))
  })

  it('[L55] a slow server is no silent one', async () => {
    server.complete = async (response) => {
      begin(response)
      for (let i = 0; i < 6; i++) {
        response.write(i % 2 === 0 ? ': still here\n\n' : delta('x'))
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
      response.end('data: [DONE]\n\n')
    }
    expect((await write(await loaded({}, { stallMs: 150 }), {})).result).toMatchObject({
      ok: true,
      value: [{ text: 'xxx' }],
    })
  })

  it('[L55] a busy server is asked again when it says so, and not for ever', async () => {
    const model = await loaded({}, { mostWaitMs: 500 })
    let busy = 2
    server.complete = (response) =>
      busy-- > 0 ? json(response, 429, {}, { 'retry-after': '0.05' }) : stream(response, ['at last'])
    const began = performance.now()
    expect((await write(model, {})).result).toMatchObject({ ok: true, value: [{ text: 'at last' }] })
    expect(performance.now() - began).toBeGreaterThan(95)
    for (const headers of [
      { 'retry-after': '0' },
      { 'retry-after': '3600' },
      { 'retry-after': new Date(Date.now() + 3.6e6).toUTCString() },
      {},
    ]) {
      const asked = server.seen.length
      server.complete = (response) => json(response, 429, { error: 'slow down' }, headers as Record<string, string>)
      expect((await write(model, {})).result).toMatchObject({ ok: false, fault: { kind: 'too-many' } })
      expect(server.seen.length - asked).toBe('retry-after' in headers && headers['retry-after'] === '0' ? 4 : 1)
    }
  })

  it('[L55] abort ends the wait for a busy server', async () => {
    const model = await loaded()
    server.complete = (response) => json(response, 429, {}, { 'retry-after': '20' })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    const began = performance.now()
    expect(await model.generate([request()], nothing, stop.signal)).toMatchObject({
      ok: true,
      value: [{ finish: 'aborted' }],
    })
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})

describe('the list of models', () => {
  it('[L56] is read, with the key, from an address in any form', async () => {
    server.models = [{ id: 'tiny' }, { id: 'big:latest', owned_by: 'library' }]
    expect(await listModels(`${url}/v1/`, KEY)).toEqual({ ok: true, value: ['tiny', 'big:latest'] })
    expect(server.seen[0]?.authorization).toBe(`Bearer ${KEY}`)
    expect(await endpoint({ model: 'big' }).load(nothing, signal)).toMatchObject({
      ok: true,
      value: { version: 'ollama', label: expect.stringContaining('big on') as unknown },
    })
  })

  it('[L56] a model that is not in it is not loaded, and those that are there are named', async () => {
    server.models = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => ({ id }))
    const result = await endpoint().load(nothing, signal)
    expect(result).toMatchObject({ ok: false, fault: { kind: 'not-found' } })
    expect(JSON.stringify(result)).toContain('a, b, c, d, e and 2 more')
    server.models = []
    expect(JSON.stringify(await endpoint().load(nothing, signal))).toContain('no models yet')
  })

  it.each([
    [401, 'bad-key', 'wants a key'],
    [404, 'not-found', '/v1'],
    [500, 'server-error', '500'],
  ])('[L56] a list that cannot be had gets a sentence: %i', async (status, kind, says) => {
    server.other = (_path, response) => {
      json(response, status, {})
      return true
    }
    const result = await endpoint().load(nothing, signal)
    expect(result).toMatchObject({ ok: false, fault: { kind } })
    expect(JSON.stringify(result)).toContain(says)
  })

  it('[L56] anything else is no list, and a key that cannot be sent is not sent', async () => {
    server.other = (_path, response) => {
      response.end('hello')
      return true
    }
    expect(await listModels(url)).toMatchObject({ ok: false, fault: { kind: 'bad-answer' } })
    expect(await listModels(url, 'päss word')).toMatchObject({ ok: false, fault: { kind: 'bad-key' } })
    expect(await endpoint({ key: 'a\nb' }).load(nothing, signal)).toMatchObject({
      ok: false,
      fault: { kind: 'bad-key' },
    })
    expect(await listModels('nowhere://x')).toMatchObject({ ok: false, fault: { kind: 'bad-address' } })
    server.other = () => true
    expect(await listModels(url, '', 60)).toMatchObject({ ok: false, fault: { kind: 'silent' } })
  })
})
