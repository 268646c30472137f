/**
 * As much of Chrome's Prompt API as we use; TypeScript does not know it yet. Names of two counters changed on the way
 * (`inputUsage` to `contextUsage`, `inputQuota` to `contextWindow`): both are read.
 */
export interface PromptApi {
  availability(options: PromptLanguages): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>
  create(options: PromptLanguages & CreateOptions): Promise<PromptSession>
}

export interface PromptLanguages {
  readonly expectedInputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[]
  readonly expectedOutputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[]
}

export interface CreateOptions {
  readonly initialPrompts?: readonly { readonly role: 'system'; readonly content: string }[]
  readonly monitor?: (monitor: DownloadMonitor) => void
  readonly signal?: AbortSignal
}

export interface DownloadMonitor {
  /** `loaded` is a share, 0 to 1. */
  addEventListener(type: 'downloadprogress', listener: (event: { readonly loaded: number }) => void): void
}

export interface PromptSession {
  promptStreaming(
    text: string,
    options: { readonly responseConstraint?: unknown; readonly signal?: AbortSignal },
  ): ReadableStream<string>
  /** The same beginning, to go on from separately. */
  clone(options?: { readonly signal?: AbortSignal }): Promise<PromptSession>
  destroy(): void
  readonly contextUsage?: number
  readonly inputUsage?: number
  readonly contextWindow?: number
  readonly inputQuota?: number
}

/** The browser's, where it has one: in windows only, never in workers. */
export const browserPromptApi = (): PromptApi | null =>
  (globalThis as { readonly LanguageModel?: PromptApi }).LanguageModel ?? null
