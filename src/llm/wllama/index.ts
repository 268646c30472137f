/**
 * GGUF files from the user's disk, run by llama.cpp as WebAssembly on the CPU: works in browsers without WebGPU, and leaves
 * the GPU to those who score. Same prompt and seed give the same text, alone or beside others.
 */
import { Wllama, type ChatChunk, type ChatParams } from '@wllama/wllama/esm/index.min.js'
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url'
import { version } from '@wllama/wllama/package.json'
import { Breakable } from '../../core/breakable.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type {
  CreateModel,
  Generated,
  GenerateRequest,
  LanguageModel,
  LoadedModel,
  LoadProgress,
  SpecOf,
} from '../contracts.ts'
import { inLanes } from '../lanes.ts'
import { sizeText } from '../size-text.ts'
import { noStats, notBegun, tally } from '../tally.ts'
import { checkFiles, loadFault, watched, writeFault } from './files.ts'

type WllamaSpec = SpecOf<'wllama'>

/** Requests written side by side. More than it was loaded with would hang. */
const SLOTS = 4
const CONTEXT = 2048
/** Share of loading that is reading; what comes after it has no measure. */
const READING = 0.95
/** Reports of how far a file has been read, at most. */
const STEPS = 200
/** Tokens of a prompt that are read in one go: a few seconds of a slow machine. */
const BATCH = 128

export const createWllama: CreateModel<WllamaSpec> = (spec) => new WllamaModel(spec)

class WllamaModel implements LanguageModel {
  readonly #spec: WllamaSpec
  readonly #errors: string[] = []
  readonly #whole = new Breakable()
  #wllama: Wllama | null = null
  #stats = noStats
  #context = CONTEXT

  constructor(spec: WllamaSpec) {
    this.#spec = spec
  }

  async load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    const { model, files, context = CONTEXT } = this.#spec
    const checked = await checkFiles(files)
    if (!checked.ok) return checked
    if (!hasWasm64())
      return fail(
        'no-wasm64',
        `${model} needs 64-bit WebAssembly, which this browser lacks: use a current Chrome, Edge or Firefox.`,
      )
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const tell = (read: number) =>
      onProgress({
        stage: 'prepare',
        text: read < bytes ? `Reading ${model} (${sizeText(bytes)})` : `Preparing ${model}`,
        done: (READING * read) / bytes,
        bytes: read,
        total: bytes,
      })
    tell(0)
    let told = 0
    const onRead = (read: number) => {
      if (read < bytes && read - told < bytes / STEPS) return
      told = read
      tell(read)
    }
    const wllama = new Wllama({ default: wasmUrl }, { logger: this.#logger() })
    // Its builds for other browsers come from another server; ours is all there is.
    wllama.setCompat(null)
    this.#wllama = wllama
    const stopped = () => {
      void wllama.exit()
      this.#whole.break(new Error('stopped'))
    }
    signal.addEventListener('abort', stopped, { once: true })
    try {
      if (signal.aborted) stopped()
      await this.#whole.guard(
        wllama.loadModel(watched(files, onRead), {
          n_ctx: context * SLOTS,
          n_parallel: SLOTS,
          // Small ones: a long prompt shows that it moves, and can be stopped.
          n_batch: BATCH,
          n_ubatch: BATCH,
          kv_unified: false,
          n_gpu_layers: 0,
          n_threads: crossOriginIsolated ? Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)) : 1,
          // Its fast attention sums in another order in larger batches: the same seed would write another text.
          flash_attn: false,
          jinja: true,
          reasoning: false,
          reasoning_format: 'none',
        }),
      )
      const { hparams, meta } = wllama.getModelMetadata()
      // It tells of a file that it could not read by knowing nothing of the model.
      if (!(hparams.nVocab > 0)) throw new Error('llama.cpp could not read it')
      this.#context = hparams.nCtxTrain > 0 ? Math.min(context, hparams.nCtxTrain) : context
      onProgress({ stage: 'prepare', text: `${model} is ready`, done: 1, bytes, total: bytes })
      return ok({
        id: model,
        label: meta['general.name'] ?? model,
        version: `wllama ${version} (llama.cpp ${Wllama.getLibllamaVersion()})`,
        capabilities: {
          grammar: true,
          schema: true,
          repeatable: true,
          batch: SLOTS,
          context: this.#context,
        },
      })
    } catch (error) {
      if (signal.aborted) return fail('cancelled', `Loading ${model} was stopped.`)
      await this.unload()
      return loadFault(model, bytes, textOf(error), this.#errors)
    } finally {
      signal.removeEventListener('abort', stopped)
    }
  }

  async generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const { model } = this.#spec
    const began = performance.now()
    const result = await inLanes(SLOTS, requests, signal, async (request, index, stop) => {
      try {
        return ok(await this.#write(request, (added) => onText(index, added), stop))
      } catch (error) {
        const text = textOf(error)
        const held = (request.grammar ?? request.schema) !== undefined
        return this.#whole.broken !== null || isCrash(error, held)
          ? fail('model-lost', `${model} broke off (${text}): load it again.`)
          : writeFault(model, text, held, this.#context)
      }
    })
    if (result.ok) this.#stats = tally(this.#stats, result.value, performance.now() - began)
    return result
  }

  stats() {
    return this.#stats
  }

  async unload(): Promise<void> {
    this.#whole.break(new Error('unloaded'))
    await this.#wllama?.exit()
    this.#wllama = null
  }

  async #write(request: GenerateRequest, onText: (added: string) => void, signal: AbortSignal): Promise<Generated> {
    let text = ''
    let pieces = 0
    let finish: Generated['finish'] = 'stop'
    let timings: ChatChunk['timings'] = {}
    if (signal.aborted || this.#wllama === null) return notBegun
    const take = (chunk: ChatChunk) => {
      timings = chunk.timings ?? timings
      const choice = chunk.choices?.[0]
      if (choice?.finish_reason === 'length') finish = 'length'
      const added = choice?.delta?.content ?? ''
      if (added !== '') pieces++
      text += added
      onText(added) // Nothing added is a sign of life: it reads the prompt.
    }
    try {
      await this.#whole.guard(
        this.#wllama.createChatCompletion({ ...paramsOf(request), onData: take, abortSignal: signal }),
      )
    } catch (error) {
      if (!signal.aborted || this.#whole.broken !== null) throw error
      finish = 'aborted'
    }
    const promptTokens = (timings?.prompt_n ?? 0) + (timings?.cache_n ?? 0)
    return { text, tokens: timings?.predicted_n ?? pieces, promptTokens, ms: 0, finish }
  }

  /** Keeps what llama.cpp says is wrong, for the sentence, and hears when its worker dies. */
  #logger() {
    const nothing = () => undefined
    return {
      debug: nothing,
      log: nothing,
      warn: nothing,
      error: (...args: readonly unknown[]) => {
        const died = args.find((arg) => typeof ErrorEvent !== 'undefined' && arg instanceof ErrorEvent)
        if (died instanceof ErrorEvent) this.#whole.break(new Error(died.message || 'its worker died'))
        this.#errors.push(args.map(textOf).join(' '))
        if (this.#errors.length > 8) this.#errors.shift()
      },
    }
  }
}

function paramsOf(request: GenerateRequest): Omit<ChatParams, 'onData' | 'abortSignal'> {
  const { system, prompt, maxTokens, temperature, seed, grammar, schema, stop } = request
  const held =
    grammar !== undefined
      ? { grammar }
      : schema !== undefined
        ? {
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'answer', schema: JSON.parse(schema) as unknown, strict: true },
            } as const,
          }
        : {}
  return {
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system } as const]),
      { role: 'user', content: prompt },
    ],
    stream: true,
    max_tokens: maxTokens,
    temperature,
    seed,
    cache_prompt: true,
    return_progress: true,
    chat_template_kwargs: { enable_thinking: false },
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...held,
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Whether llama.cpp is gone. A schema that it does not understand ends in the same error as a crash, without being one; if
 * it was one all the same, the next call says so.
 */
function isCrash(error: unknown, held: boolean): boolean {
  const dead = /^\(ABORT\)|has crashed|memory access out of bounds|unreachable/.test(textOf(error))
  return dead || (!held && error instanceof Error && error.name === 'RuntimeError')
}

function hasWasm64(): boolean {
  try {
    const wish = { address: 'i64', initial: 1n } as unknown as WebAssembly.MemoryDescriptor
    return new WebAssembly.Memory(wish) instanceof WebAssembly.Memory
  } catch {
    return false
  }
}
