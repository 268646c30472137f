import { prebuiltAppConfig } from '@mlc-ai/web-llm'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { GenerateRequest } from '../../../src/llm/contracts.ts'
import { sentence } from '../../../src/llm/room.ts'
import { catalogue, estimatedMB } from '../../../src/llm/webllm/catalogue.ts'
import { generateFault, loadFault } from '../../../src/llm/webllm/faults.ts'
import { readConfig, readWeights } from '../../../src/llm/webllm/files.ts'
import { WEBLLM_VERSION } from '../../../src/llm/webllm/library.ts'
import { judge } from '../../../src/llm/webllm/machine.ts'
import { needed } from '../../../src/llm/webllm/needed.ts'
import { baseOf, isCached, localLibrary, placeOf } from '../../../src/llm/webllm/place.ts'
import { Progress } from '../../../src/llm/webllm/progress.ts'
import { chatRequest, EMPTY_THOUGHT, scattered, thinks, withoutThought } from '../../../src/llm/webllm/request.ts'

const limits = {
  maxComputeWorkgroupStorageSize: 32_768,
  maxStorageBuffersPerShaderStage: 10,
  maxBufferSize: 1 << 30,
  maxStorageBufferBindingSize: 1 << 27,
}
const adapter = (features: readonly string[], less: Partial<typeof limits> = {}) => ({
  features: new Set(features),
  limits: { ...limits, ...less },
  info: { vendor: 'acme', architecture: 'roadrunner' },
})
const request: GenerateRequest = { system: '', prompt: 'hi', maxTokens: 32, temperature: 0.8, seed: 7 }
const named = (name: string, message: string) => ({ name, message })

describe('faults', () => {
  it.each([
    [named('ModelNotFoundError', 'Cannot find model record in appConfig for x.'), 'unknown-model', /no model m/],
    [
      named('IntegrityError', 'Integrity verification failed for https://h/a/tokenizer.json\n  Expected'),
      'file-changed',
      /tokenizer\.json of m/,
    ],
    [named('QuotaExceededError', 'Quota exceeded.'), 'storage-full', /Delete other models/],
    [named('LinkError', 'WebAssembly.instantiate(): Import #0 "env"'), 'library-mismatch', /0\.2\.86/],
    [new Error('Cannot find global function ffi.Array'), 'library-mismatch', /fit/],
    [named('CompileError', 'WebAssembly.instantiate(): expected magic word'), 'file-damaged', /library of m/],
    [named('ShaderF16SupportError', 'This model requires WebGPU extension shader-f16'), 'no-f16', /f32/],
    [
      new Error('Cannot initialize runtime because of requested maxComputeWorkgroupStorageSize exceeds limit.'),
      'no-gpu',
      /Update/,
    ],
    [named('WebGPUNotAvailableError', 'WebGPU is not supported'), 'no-gpu', /WebGPU/],
    [named('DeviceLostError', 'The WebGPU device was lost while loading the model.'), 'too-big', /smaller model/],
    [new Error('Tensor-cache record range [0, 4) exceeds shard size 2'), 'file-damaged', /weights of m/],
    [named('SyntaxError', 'Unexpected token < in JSON'), 'file-damaged', /tokenizer/],
    [new TypeError("Failed to execute 'add' on 'Cache': Request failed"), 'network', /import its files/],
    [new TypeError('Failed to fetch'), 'network', /connection/],
    ['a bare string', 'load-failed', /a bare string/],
    [undefined, 'load-failed', /could not be loaded/],
  ])('[L14] why a model could not be loaded is a sentence: %s', (error, kind, words) => {
    const fault = loadFault(error, 'm')
    expect(fault.kind).toBe(kind)
    expect(fault.message).toMatch(words)
    expect(fault.message.length).toBeLessThan(450)
  })

  it('[L14] [L6] why a model could not answer is a sentence', () => {
    const long = named('ContextWindowSizeExceededError', 'number of prompt tokens: 657; context window size: 512')
    expect(generateFault(long, 'm', 512)).toMatchObject({
      kind: 'too-long',
      message: expect.stringMatching(/657.*512/) as string,
    })
    expect(generateFault(named('GrammarMatcherInitError', 'bad'), 'm', 512).kind).toBe('bad-grammar')
    expect(generateFault(named('ModelNotLoadedError', 'x'), 'm', 512).kind).toBe('model-lost')
    expect(generateFault(new Error('y'.repeat(5000)), 'm', 512).message.length).toBeLessThan(300)
  })
})

describe('reports and requests', () => {
  it('[L15] reports of WebLLM become stage, share, bytes, pace', () => {
    let now = 0
    const progress = new Progress('m', 1e9, () => now)
    expect(progress.read({ progress: 0, text: 'Start to fetch params' })).toMatchObject({
      stage: 'download',
      done: 0,
      bytes: 0,
      total: 1e9,
    })
    now = 10_000
    expect(progress.read({ progress: 0.25, text: 'Fetching param cache[3/12]: 239MB fetched. 25% completed' })).toEqual(
      {
        stage: 'download',
        text: 'Downloading m: 250 of 1000 MB, 25 MB a second, 30 s to go',
        done: 0.25,
        bytes: 250_000_000,
        total: 1e9,
      },
    )
    expect(progress.read({ progress: 0.5, text: 'Loading model from cache[1/2]: 1MB loaded.' })).toMatchObject({
      stage: 'prepare',
      done: 0.4,
    })
    expect(progress.read({ progress: 0.5, text: 'Loading GPU shader modules[1/2]: ' })).toMatchObject({
      stage: 'prepare',
      done: 0.9,
    })
    expect(progress.read({ progress: 1, text: 'Finish loading on WebGPU - x' }).done).toBe(1)
    expect(progress.read({ progress: NaN, text: 'Start to fetch params' }).done).toBe(0)
    expect(new Progress('m', 0).read({ progress: 0.5, text: 'Fetching param cache' })).toMatchObject({
      text: 'Downloading m: 50%',
    })
  })

  it('[L16] models that think are told not to, and their empty thought is not part of the answer', () => {
    expect(['Qwen3-0.6B-q4f16_1-MLC', 'Qwen3.5-2B-q4f32_1-MLC', 'Qwen2.5-Coder-0.5B'].map(thinks)).toEqual([
      true,
      true,
      false,
    ])
    expect(chatRequest('Qwen3-0.6B-q4f16_1-MLC', request)).toMatchObject({
      extra_body: { enable_thinking: false },
      max_tokens: 36,
    })
    expect(chatRequest('other', request)).not.toHaveProperty('extra_body')
    expect(withoutThought(`${EMPTY_THOUGHT}MOV 0, 1`)).toBe('MOV 0, 1')
  })

  it('[L16] a request leaves nothing to the defaults that a model brings along; a grammar goes before a schema', () => {
    expect(chatRequest('m', { ...request, system: 's', stop: ['x'], schema: '{}', grammar: 'root ::= "a"' })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 32,
      temperature: 0.8,
      top_p: 1,
      repetition_penalty: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      seed: scattered(7),
      response_format: { type: 'grammar', grammar: 'root ::= "a"' },
      stop: ['x'],
    })
    expect(chatRequest('m', { ...request, schema: '{}' }).response_format).toEqual({
      type: 'json_object',
      schema: '{}',
    })
  })

  it('[L2] seeds are scattered one to one', () => {
    const seen = new Set(Array.from({ length: 10_000 }, (_, seed) => scattered(seed)))
    expect(seen.size).toBe(10_000)
    expect(Math.max(...seen)).toBeLessThanOrEqual(0x7fffffff)
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(0)
    expect([1, 2, 3].map((seed) => scattered(seed) > 1e6)).toEqual([true, true, true])
  })
})

describe('the catalogue', () => {
  const f16 = judge(adapter(['shader-f16']), 'Chrome')
  const f32 = judge(adapter([]), 'Chrome')

  it('[L17] shows chat models with size, memory, family and tier', () => {
    const entries = catalogue(prebuiltAppConfig.model_list, f16)
    expect(entries.find(({ tier }) => tier === 'default')).toEqual({
      model: 'Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC',
      label: 'Qwen2.5-Coder-0.5B-Instruct',
      family: 'Qwen2.5-Coder',
      packing: 'q4f16_1',
      estimatedDownloadMB: 281,
      memoryMB: 945,
      context: 4096,
      needsF16: true,
      twin: 'Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC',
      tier: 'default',
      why: null,
    })
    expect(entries.filter(({ tier }) => tier !== null).map(({ tier }) => tier)).toEqual(['tiny', 'default', 'quality'])
    expect(entries.filter(({ estimatedDownloadMB }) => !(estimatedDownloadMB > 50))).toEqual([])
    expect(entries.filter(({ model }) => /embed|vision|-1k$/.test(model))).toEqual([])
    expect(entries.filter(({ why }) => why !== null)).toEqual([])
    const wide = entries.filter(({ estimatedDownloadMB, memoryMB }) => estimatedDownloadMB > 1.2 * memoryMB)
    expect(wide).toEqual([])
  })

  it('[L17] sizes are near those that were measured', () => {
    for (const [id, mb] of [
      ['SmolLM2-360M-Instruct-q4f16_1-MLC', 200],
      ['SmolLM2-135M-Instruct-q0f16-MLC', 270],
      ['Qwen2.5-Coder-1.5B-Instruct-q4f16_1-MLC', 870],
      ['Llama-3.2-1B-Instruct-q4f16_1-MLC', 700],
      ['Qwen3-0.6B-q4f16_1-MLC', 340],
    ] as const)
      expect(Math.abs(estimatedMB(id) / mb - 1), id).toBeLessThan(0.1)
  })

  it('[L17] without 16-bit numbers each model is shown as its twin, and one that has none says so', () => {
    const entries = catalogue(prebuiltAppConfig.model_list, f32)
    expect(entries.filter(({ tier }) => tier !== null).map(({ model }) => model)).toEqual([
      'SmolLM2-360M-Instruct-q4f32_1-MLC',
      'Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC',
      'Qwen2.5-Coder-1.5B-Instruct-q4f32_1-MLC',
    ])
    expect(entries.filter(({ needsF16, twin }) => needsF16 && twin !== null)).toEqual([])
    expect(entries.find(({ model }) => model.startsWith('gemma3-1b'))?.why).toContain('16-bit')
    expect(entries.find(({ model }) => model.startsWith('gemma-2-2b-it'))?.why).toBe(null)
  })

  it('[L18] a machine is told why it cannot run these models', () => {
    expect(f16).toMatchObject({ why: null, f16: true, gpu: 'acme roadrunner', software: false })
    expect(judge(null, '').why).toContain('WebGPU')
    expect(judge(adapter([], { maxComputeWorkgroupStorageSize: 16_384 }), '').why).toMatch(/32768.*16384/)
    expect(judge(adapter([], { maxStorageBuffersPerShaderStage: 8 }), '').why).toMatch(/need 10 .*offers 8/)
    expect(judge(adapter([], { maxBufferSize: 1 << 27 }), '').why).toContain('buffer')
    const phone = judge(adapter(['shader-f16']), 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0)')
    const fit = catalogue(prebuiltAppConfig.model_list, phone).filter(({ why }) => why === null)
    expect(fit.map(({ label }) => label)).toEqual(['SmolLM2-135M-Instruct', 'SmolLM2-360M-Instruct'])
  })
})

describe('files and addresses', () => {
  const list = (records: unknown) => readWeights(JSON.stringify({ records }))
  const shard = { dataPath: 'params_shard_0.bin', nbytes: 8, md5sum: 'D41D8CD98F00B204E9800998ECF8427E' }

  it('[L19] lists of weights and configs are read within bounds', () => {
    expect(list([shard, { dataPath: 'b.bin', nbytes: 2 }])).toEqual({
      ok: true,
      value: {
        shards: [
          { name: 'params_shard_0.bin', bytes: 8, md5: 'd41d8cd98f00b204e9800998ecf8427e' },
          { name: 'b.bin', bytes: 2, md5: '' },
        ],
        bytes: 10,
      },
    })
    for (const dataPath of ['../x', '/x', 'https://evil.example/x', '', 'a/b', '.hidden', 7, null])
      expect(list([{ ...shard, dataPath }]).ok, String(dataPath)).toBe(false)
    for (const records of [
      [],
      {},
      null,
      [null],
      [{ ...shard, nbytes: 1.5 }],
      Array.from({ length: 5000 }, () => shard),
    ])
      expect(list(records).ok).toBe(false)
    for (const text of ['', '[]', 'null', '{', '<html>', '<!DOCTYPE html>'])
      expect([readWeights(text).ok, readConfig(text).ok]).toEqual([false, false])
    const config = {
      tokenizer_files: ['tokenizer.model', 'tokenizer.json'],
      conv_template: {},
      context_window_size: 4096,
    }
    expect(readConfig(JSON.stringify(config))).toEqual({
      ok: true,
      value: { tokenizer: 'tokenizer.json', context: 4096 },
    })
    expect(readConfig(JSON.stringify({ ...config, context_window_size: -1, sliding_window_size: 99 }))).toMatchObject({
      value: { context: 99 },
    })
    expect(readConfig(JSON.stringify({ ...config, tokenizer_files: [] })).ok).toBe(false)
  })

  it('[L20] addresses are completed as WebLLM does, and those of strangers are refused', async () => {
    expect(baseOf('https://huggingface.co/mlc-ai/x')).toBe('https://huggingface.co/mlc-ai/x/resolve/main/')
    expect(baseOf('http://host/m/resolve/dev')).toBe('http://host/m/resolve/dev/')
    expect([baseOf('file:///x'), baseOf('javascript:alert(1)'), baseOf('x')]).toEqual([null, null, null])
    expect([isCached(localLibrary('x')), isCached('http://localhost/x.wasm'), isCached('lib.wasm')]).toEqual([
      true,
      false,
      false,
    ])
    const spec = { adapter: 'webllm', model: 'x' } as const
    const kinds = [{}, { url: 'ftp://x' }, { url: 'https://x.example/x' }].map(async (more) => {
      const place = await placeOf({ ...spec, ...more }, prebuiltAppConfig)
      return place.ok ? 'ok' : place.fault.kind
    })
    expect(await Promise.all(kinds)).toEqual(['unknown-model', 'bad-address', 'no-library'])
    const listed = await placeOf({ ...spec, model: 'Qwen3-0.6B-q4f16_1-MLC' }, prebuiltAppConfig)
    expect(listed).toMatchObject({
      value: {
        base: 'https://huggingface.co/mlc-ai/Qwen3-0.6B-q4f16_1-MLC/resolve/main/',
        context: 4096,
        local: false,
      },
    })
  })

  it('[L21] what to fetch by hand is listed with its addresses, and room is told', () => {
    const record = prebuiltAppConfig.model_list.find(
      ({ model_id }) => model_id === 'Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC',
    )!
    expect(needed(record)).toMatchObject({
      folder: 'https://huggingface.co/mlc-ai/Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC/tree/main',
      library: expect.stringMatching(/v0_2_86\/base\/Qwen2-0\.5B-Instruct-q4f16_1_cs1k-webgpu\.wasm$/) as string,
    })
    expect(needed(record).files.map(({ name }) => name)).toContain('Qwen2-0.5B-Instruct-q4f16_1_cs1k-webgpu.wasm')
    expect(sentence(3e8, true, 1e9)).toBe(
      'About 300 MB will be stored. There is room for 1.0 GB. The browser will keep it.',
    )
    expect(sentence(3e8, false, 1e8)).toContain('delete other models')
    expect(sentence(3e8, false, null)).toContain('may clear it away')
  })

  it('[L22] WebLLM is imported at run time alone, and is the version that libraries are made for', () => {
    const folder = new URL('../../../src/llm/webllm/', import.meta.url)
    const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
    const whole = texts.join('\n')
    expect(whole.match(/^import (?!type )[^'\n]*'@mlc-ai\/web-llm'/gm)).toBe(null)
    expect(whole.match(/= import\('@mlc-ai\/web-llm'\)/g)?.length).toBe(1)
    const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(dependencies['@mlc-ai/web-llm']).toBe(WEBLLM_VERSION)
  })
})
