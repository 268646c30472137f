/**
 * Language models behind one narrow door: load, generate, stats, unload. Adapters (`webllm/`, `wllama/`, `endpoint/`,
 * `built-in/`, `embedded/`, `scripted/`) implement {@link LanguageModel}; `workers/llm.worker.ts` hosts them; nobody else
 * knows what runs a model.
 */
import type { PromptKind } from '../core/completion.ts'
import type { Result } from '../core/result.ts'

/** Which model, and what its adapter needs to find it. Plain and cloneable (files are Blobs). */
export type ModelSpec =
  /** Our own small model of an arena's language, shipped with the page. */
  | {
      readonly adapter: 'embedded'
      readonly arena: string
      readonly model: string
      readonly engine: 'auto' | 'cpu' | 'gpu'
      /** Weights from the user's disk, in the language of the shipped model `like`. */
      readonly file?: Blob
      readonly like?: string
    }
  /** An MLC model: one of WebLLM's list by id alone, or any other by its addresses. */
  | {
      readonly adapter: 'webllm'
      readonly model: string
      /** Where its files are, and its WebAssembly library, for a model that is not in the list. */
      readonly url?: string
      readonly library?: string
      /** Context length to make room for; small ones save memory. */
      readonly context?: number
    }
  /** A GGUF file from the user's disk; several when it was split. */
  | { readonly adapter: 'wllama'; readonly model: string; readonly files: readonly Blob[]; readonly context?: number }
  /** An OpenAI-compatible server. The key lives in memory alone. */
  | {
      readonly adapter: 'endpoint'
      readonly model: string
      readonly url: string
      readonly key?: string
      readonly parallel?: number
    }
  /** The browser's own model (Prompt API); cannot be repeated. */
  | { readonly adapter: 'built-in'; readonly model: string }
  /** Answers from a list, over and over, for tests and demos. */
  | { readonly adapter: 'scripted'; readonly model: string; readonly texts: readonly string[] }

/** The specs of one adapter. */
export type SpecOf<Adapter extends ModelSpec['adapter']> = Extract<ModelSpec, { readonly adapter: Adapter }>

export interface Capabilities {
  /** Holds output to an EBNF grammar while it writes (the subset that XGrammar and GBNF share). */
  readonly grammar: boolean
  /** Holds output to a JSON schema. */
  readonly schema: boolean
  /** Same prompt, same seed, same text. */
  readonly repeatable: boolean
  /** Requests worth handing over at once. */
  readonly batch: number
  /** Speaks an arena's own dialect ({@link PromptKit.native}) and nothing else; of these kinds. */
  readonly native?: { readonly arena: string; readonly kinds: readonly PromptKind[] }
  /** Tokens of prompt and answer together. */
  readonly context: number
}

export interface GenerateRequest {
  /** Empty for none. */
  readonly system: string
  readonly prompt: string
  /** Tokens at most. */
  readonly maxTokens: number
  /** 0 to 2. */
  readonly temperature: number
  /** 0 to 2^31 - 1. */
  readonly seed: number
  /** EBNF; used by engines that can. */
  readonly grammar?: string
  /** JSON schema as text; used by engines that know schemas and no grammars. */
  readonly schema?: string
  readonly stop?: readonly string[]
}

export interface Generated {
  readonly text: string
  readonly tokens: number
  readonly promptTokens: number
  /** This answer's share of the wall time. */
  readonly ms: number
  readonly finish: 'stop' | 'length' | 'aborted'
}

export interface LoadProgress {
  readonly stage: 'download' | 'prepare'
  /** One line for people. */
  readonly text: string
  /** 0..1. */
  readonly done: number
  /** Bytes, where known. */
  readonly bytes?: number
  readonly total?: number
}

/** Totals since loading, for the read-out. */
export interface ModelStats {
  readonly requests: number
  readonly tokens: number
  readonly promptTokens: number
  /** Milliseconds spent generating. */
  readonly ms: number
  /** One line for people about how it runs, where something went otherwise than asked: e.g. what was lost. */
  readonly note?: string
}

export interface LoadedModel {
  readonly id: string
  readonly label: string
  /** What runs it, with its version: goes on the tape. */
  readonly version: string
  readonly capabilities: Capabilities
}

/** One model. Calls never overlap: the host queues them. Nothing throws; every failure is a fault with a sentence. */
export interface LanguageModel {
  load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>>
  /**
   * One answer per request, in order. `onText` gets text as it comes (index of the request, what was added). On abort the
   * answers so far come back with finish `aborted`. A fault with kind `model-lost` means: load again.
   */
  generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>>
  stats(): ModelStats
  unload(): Promise<void>
}

export type CreateModel<Spec extends ModelSpec = ModelSpec> = (spec: Spec) => LanguageModel

/** What `workers/llm.worker.ts` offers; ids are {@link ModelSpec.model}. Callbacks are Comlink proxies. */
export interface LlmWorkerApi {
  /** Loading one that is loaded already answers at once. */
  load(spec: ModelSpec, onProgress: (progress: LoadProgress) => void): Promise<Result<LoadedModel>>
  /** Stops a load under way; what is downloaded stays. */
  cancelLoad(model: string): void
  generate(
    model: string,
    requests: readonly GenerateRequest[],
    onText?: (index: number, added: string) => void,
  ): Promise<Result<readonly Generated[]>>
  /** Stops what the model is writing. */
  abort(model: string): void
  stats(model: string): ModelStats | null
  unload(model: string): Promise<void>
}
