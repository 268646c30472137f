/** Models for the host's tests: whatever a model may do wrong, on command. */
import { ok, type Result } from '../../../src/core/result.ts'
import type {
  CreateModel,
  Generated,
  GenerateRequest,
  LanguageModel,
  LoadProgress,
  ModelSpec,
} from '../../../src/llm/contracts.ts'
import { LlmHost } from '../../../src/llm/host.ts'
import type { Patience } from '../../../src/llm/seat.ts'

export type ScriptedSpec = Extract<ModelSpec, { readonly adapter: 'scripted' }>

export const spec = (model = 'm', texts: readonly string[] = ['a b c']): ScriptedSpec => ({
  adapter: 'scripted',
  model,
  texts,
})

export const request = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  system: '',
  prompt: 'p',
  maxTokens: 16,
  temperature: 1,
  seed: 1,
  ...more,
})

/** A model that does what it is told by its fields, and keeps a diary. */
export class PuppetModel implements LanguageModel {
  readonly diary: string[] = []
  onLoad: (progress: (progress: LoadProgress) => void, signal: AbortSignal) => Promise<Result<void>> = () =>
    Promise.resolve(ok(undefined))
  onGenerate: (
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ) => Promise<Result<readonly Generated[]>> = (requests) => Promise.resolve(ok(requests.map(() => answer('x'))))
  onUnload: () => Promise<void> = () => Promise.resolve()

  async load(progress: (progress: LoadProgress) => void, signal: AbortSignal) {
    this.diary.push('load')
    const result = await this.onLoad(progress, signal)
    if (!result.ok) return result
    const capabilities = { grammar: false, schema: false, repeatable: true, batch: 1, context: 100 }
    return ok({ id: 'm', label: 'm', version: 'puppet 1', capabilities })
  }
  async generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ) {
    this.diary.push(`generate ${requests.map(({ prompt }) => prompt).join()}`)
    const result = await this.onGenerate(requests, onText, signal)
    this.diary.push('generated')
    return result
  }
  stats() {
    return { requests: 1, tokens: 2, promptTokens: 3, ms: 4 }
  }
  async unload() {
    this.diary.push('unload')
    await this.onUnload()
  }
}

export const answer = (text: string, finish: Generated['finish'] = 'stop'): Generated => ({
  text,
  tokens: 1,
  promptTokens: 1,
  ms: 1,
  finish,
})

/** A host whose models are puppets, made in this order. */
export function puppetHost(puppets: readonly LanguageModel[], patience: Partial<Patience> = {}): LlmHost {
  let next = 0
  const create: CreateModel<ScriptedSpec> = () => {
    const puppet = puppets[next++]
    if (puppet === undefined) throw new Error('no puppet is left')
    return puppet
  }
  return new LlmHost({ scripted: () => Promise.resolve(create) }, { textMs: 0, graceMs: 40, ...patience })
}

/** Until the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
export const nothing = (): void => undefined
