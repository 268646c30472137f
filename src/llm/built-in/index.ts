/**
 * The browser's own model, through Chrome's Prompt API. It knows JSON schemas and no grammars, no seed and no temperature,
 * so what it writes cannot be had again; a run with it is repeated from its tape.
 */
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
import { Stopping } from '../stopping.ts'
import { noStats, notBegun, tally } from '../tally.ts'
import { browserPromptApi, type PromptApi, type PromptLanguages, type PromptSession } from './api.ts'

type BuiltInSpec = SpecOf<'built-in'>

const ENGLISH: PromptLanguages = {
  expectedInputs: [{ type: 'text', languages: ['en'] }],
  expectedOutputs: [{ type: 'text', languages: ['en'] }],
}
/** Tokens of a session where the browser does not say. */
const CONTEXT = 4096

export const createBuiltIn: CreateModel<BuiltInSpec> = ({ model }) => new BuiltInModel(model, browserPromptApi())

export class BuiltInModel implements LanguageModel {
  readonly #name: string
  readonly #api: PromptApi | null
  /** Sessions that have read a system prompt and nothing else; each request goes on from a copy. */
  #base: { readonly system: string; readonly session: PromptSession } | null = null
  #stats = noStats

  constructor(name: string, api: PromptApi | null) {
    this.#name = name
    this.#api = api
  }

  async load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    if (this.#api === null) return NONE
    try {
      if ((await this.#api.availability(ENGLISH)) === 'unavailable') return NONE
      if (signal.aborted) return this.#cancelled()
      const session = await this.#api.create({
        ...ENGLISH,
        signal,
        monitor: (monitor) =>
          monitor.addEventListener('downloadprogress', ({ loaded }) =>
            onProgress({
              stage: 'download',
              text: `The browser is getting its own model: ${Math.round(loaded * 100)} %`,
              done: loaded,
            }),
          ),
      })
      this.#base = { system: '', session }
      onProgress({ stage: 'prepare', text: 'The browser’s own model is ready', done: 1 })
      return ok({
        id: this.#name,
        label: 'The browser’s own model',
        version: `Prompt API (${browserVersion()})`,
        capabilities: {
          grammar: false,
          schema: true,
          repeatable: false,
          batch: 1,
          context: session.contextWindow ?? session.inputQuota ?? CONTEXT,
        },
      })
    } catch (error) {
      if (signal.aborted) return this.#cancelled()
      if (nameOf(error) === 'NotAllowedError')
        return fail('needs-click', 'The browser gets its own model only after a click: press Load again.')
      return fail('load-failed', `The browser’s own model could not be loaded (${textOf(error)}): try again later.`)
    }
  }

  async generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const answers: Generated[] = []
    for (const [index, request] of requests.entries()) {
      const began = performance.now()
      try {
        const answer = await this.#write(request, (added) => onText(index, added), signal)
        answers.push({ ...answer, ms: performance.now() - began })
      } catch (error) {
        return this.#fault(error)
      }
    }
    this.#stats = tally(
      this.#stats,
      answers,
      answers.reduce((sum, { ms }) => sum + ms, 0),
    )
    return ok(answers)
  }

  stats() {
    return this.#stats
  }

  unload(): Promise<void> {
    this.#base?.session.destroy()
    this.#base = null
    return Promise.resolve()
  }

  async #write(request: GenerateRequest, onText: (added: string) => void, signal: AbortSignal): Promise<Generated> {
    if (signal.aborted) return notBegun
    const { prompt, maxTokens, schema, stop = [] } = request
    const enough = new AbortController()
    const onAbort = () => enough.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    const text = new Stopping(stop, onText)
    let pieces = 0
    let session: PromptSession | null = null
    try {
      session = await (await this.#sessionFor(request.system, enough.signal)).clone({ signal: enough.signal })
      const before = usageOf(session)
      const stream = session.promptStreaming(prompt, {
        signal: enough.signal,
        ...(schema === undefined ? {} : { responseConstraint: JSON.parse(schema) as unknown }),
      })
      const reader = stream.getReader()
      // It cannot be told how much to write; a piece is about a token.
      while (pieces < maxTokens && !text.stopped && !signal.aborted) {
        const { done, value } = await reader.read()
        if (done) break
        pieces++
        text.add(value)
      }
      text.end()
      const finish = signal.aborted ? 'aborted' : pieces >= maxTokens && !text.stopped ? 'length' : 'stop'
      const promptTokens = Math.max(0, usageOf(session) - before - pieces)
      return { text: text.text, tokens: pieces, promptTokens, ms: 0, finish }
    } catch (error) {
      if (!signal.aborted) throw error
      text.end()
      return { text: text.text, tokens: pieces, promptTokens: 0, ms: 0, finish: 'aborted' }
    } finally {
      signal.removeEventListener('abort', onAbort)
      enough.abort()
      session?.destroy()
    }
  }

  async #sessionFor(system: string, signal: AbortSignal): Promise<PromptSession> {
    if (this.#base?.system === system) return this.#base.session
    if (this.#api === null) throw new DOMException('there is no model', 'InvalidStateError')
    const session = await this.#api.create({
      ...ENGLISH,
      signal,
      ...(system === '' ? {} : { initialPrompts: [{ role: 'system', content: system }] }),
    })
    this.#base?.session.destroy()
    this.#base = { system, session }
    return session
  }

  #cancelled(): Result<never> {
    return fail('cancelled', `Loading ${this.#name} was stopped.`)
  }

  #fault(error: unknown): Result<never> {
    const said = textOf(error)
    switch (nameOf(error)) {
      case 'QuotaExceededError':
        return fail('too-long', 'The prompt is too long for the browser’s own model: show it less.')
      case 'NotSupportedError':
      case 'SyntaxError':
        return fail('bad-grammar', `The browser’s own model cannot keep to the schema it was given (${said}).`)
      case 'NotReadableError':
        return fail('refused', 'The browser held back what its own model wrote: ask again.')
      default:
        return fail('model-lost', `The browser’s own model broke off (${said}): load it again.`)
    }
  }
}

const NONE = fail(
  'no-built-in',
  'This browser has no model of its own to offer. It takes Chrome on a desktop computer with 22 GB of free disk, and 4 GB of ' +
    'GPU memory or 16 GB of memory.',
)

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : '')
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const usageOf = (session: PromptSession): number => session.contextUsage ?? session.inputUsage ?? 0
const browserVersion = (): string => {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent: string } }
  return /Chrom(?:e|ium)\/[\d.]+/.exec(navigator?.userAgent ?? '')?.[0] ?? 'unknown browser'
}
