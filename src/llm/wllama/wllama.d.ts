/** As much of wllama as we use: its own types bring Node's with them, which have no place in a worker. */
declare module '@wllama/wllama/esm/index.min.js' {
  export interface ChatChunk {
    readonly choices?: readonly {
      readonly delta?: { readonly content?: string | null }
      readonly finish_reason?: string | null
    }[]
    /** Of the last chunk. */
    readonly timings?: {
      readonly prompt_n?: number
      readonly cache_n?: number
      readonly predicted_n?: number
    }
  }
  export interface ChatParams {
    readonly messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[]
    readonly stream: true
    readonly onData: (chunk: ChatChunk) => void
    readonly abortSignal: AbortSignal
    readonly max_tokens: number
    readonly temperature: number
    readonly seed: number
    readonly grammar?: string
    readonly response_format?: {
      readonly type: 'json_schema'
      readonly json_schema: { readonly name: string; readonly schema: unknown; readonly strict: true }
    }
    /** Not in its types, but handed on to llama.cpp's server, which knows them. */
    readonly stop?: readonly string[]
    readonly cache_prompt?: boolean
    readonly return_progress?: boolean
    readonly chat_template_kwargs?: Readonly<Record<string, unknown>>
  }
  export interface WllamaLogger {
    debug(...args: readonly unknown[]): void
    log(...args: readonly unknown[]): void
    warn(...args: readonly unknown[]): void
    error(...args: readonly unknown[]): void
  }
  export class Wllama {
    static getLibllamaVersion(): string
    constructor(paths: { readonly default: string }, config?: { readonly logger?: WllamaLogger })
    setCompat(compat: null): void
    loadModel(files: readonly Blob[], params: Readonly<Record<string, unknown>>): Promise<void>
    getModelMetadata(): {
      readonly hparams: { readonly nCtxTrain: number; readonly nVocab: number }
      readonly meta: Readonly<Record<string, string>>
    }
    createChatCompletion(params: ChatParams): Promise<void>
    exit(): Promise<void>
  }
}
