/**
 * Any server that speaks as OpenAI's does: Ollama, LM Studio, llama-server, or one on the web. llama-server is handed
 * grammars, the others JSON schemas, and one that knows neither is asked without. The key is held in memory and sent in
 * one header; it is in no message, log or store.
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
import { inLanes } from '../lanes.ts'
import { noStats, notBegun, tally } from '../tally.ts'
import { parseAddress, type ServerKind } from './address.ts'
import { readAnswer } from './answer.ts'
import type { ListedModel } from './chunks.ts'
import { badKey, isKey, PATIENCE, Server, stopped, type ServerPatience } from './server.ts'

type EndpointSpec = SpecOf<'endpoint'>

/** Requests at once, and tokens of context, where neither spec nor server says. */
const PARALLEL = 4
const CONTEXT = 4096

export const createEndpoint: CreateModel<EndpointSpec> = (spec) => new EndpointModel(spec)

export class EndpointModel implements LanguageModel {
  readonly #spec: EndpointSpec
  readonly #patience: ServerPatience
  #server: Server | null = null
  #parallel = PARALLEL
  /** What the server is asked to hold answers to; less when it refuses. */
  #held: 'grammar' | 'schema' | 'nothing' = 'schema'
  #isLlamaServer = false
  #stats = noStats

  constructor(spec: EndpointSpec, patience: Partial<ServerPatience> = {}) {
    this.#spec = spec
    this.#patience = { ...PATIENCE, ...patience }
  }

  async load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    const { model, url, key = '', parallel } = this.#spec
    const address = parseAddress(url)
    if (!address.ok) return address
    const { host } = address.value
    if (!isKey(key)) return badKey
    onProgress({ stage: 'prepare', text: `Asking ${host} for its models`, done: 0 })
    const server = new Server(address.value, model, key.trim(), this.#patience)
    const models = await server.models(signal)
    if (!models.ok)
      return models.fault.kind === 'not-found'
        ? fail('not-found', `${host} has no list of models at ${address.value.base}: end the address in /v1.`)
        : models
    const listed = models.value.find(({ id }) => id === model || id === `${model}:latest`)
    if (listed === undefined) return unknownModel(model, host, models.value)
    const kind = kindOf(listed.owner) ?? address.value.kind
    server.know(kind)
    this.#isLlamaServer = kind === 'llama-server' && listed.owner === 'llamacpp'
    this.#held = this.#isLlamaServer ? 'grammar' : 'schema'
    const props = this.#isLlamaServer ? await server.props(signal) : { context: null, slots: null }
    if (signal.aborted) return fail('cancelled', `Loading ${model} was stopped.`)
    this.#parallel = Math.max(1, Math.min(64, parallel ?? props.slots ?? PARALLEL))
    this.#server = server
    onProgress({ stage: 'prepare', text: `${model} on ${host} is ready`, done: 1 })
    return ok({
      id: model,
      label: `${model} on ${host}`,
      // The tape and its exports are no place for people's addresses.
      version: kind === 'other' ? 'OpenAI-compatible server' : kind,
      capabilities: {
        grammar: this.#isLlamaServer,
        schema: true,
        // Servers take a seed, but batch, cache and round as they like.
        repeatable: false,
        batch: this.#parallel,
        context: props.context ?? CONTEXT,
      },
    })
  }

  async generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const server = this.#server
    if (server === null) return fail('model-lost', `${this.#spec.model} is not loaded: load it again.`)
    const began = performance.now()
    const result = await inLanes(this.#parallel, requests, signal, (request, index, stop) =>
      this.#write(server, request, (added) => onText(index, added), stop),
    )
    if (result.ok) this.#stats = tally(this.#stats, result.value, performance.now() - began)
    return result
  }

  stats() {
    return this.#stats
  }

  unload(): Promise<void> {
    this.#server = null
    return Promise.resolve()
  }

  async #write(
    server: Server,
    request: GenerateRequest,
    onText: (added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<Generated>> {
    const asked = await this.#ask(server, request, signal)
    if (asked.ok) return readAnswer(asked.value, request, server.asked, this.#patience.stallMs, onText, signal)
    if (signal.aborted) return ok(notBegun)
    const { kind, message } = asked.fault
    // Where nobody answers any more, the next load finds out whether somebody does again.
    return kind === 'unreachable' || kind === 'cors' ? fail('model-lost', message) : asked
  }

  /** Asks with a grammar or schema, and without where the server knows no such thing. */
  async #ask(server: Server, request: GenerateRequest, signal: AbortSignal): Promise<Result<Response>> {
    for (;;) {
      const held = this.#held
      const holding = holdingOf(held, request)
      if (!holding.ok) return holding
      const body = { ...this.#bodyOf(request), ...holding.value }
      const asked = await server.ask('/chat/completions', body, signal)
      if (signal.aborted) return stopped
      if (asked.ok || asked.fault.kind !== 'refused' || Object.keys(holding.value).length === 0) return asked
      if (!/response_format|schema|grammar|structured/i.test(asked.fault.message)) return asked
      if (this.#held === held) this.#held = held === 'grammar' ? 'schema' : 'nothing'
    }
  }

  #bodyOf({ system, prompt, maxTokens, temperature, seed, stop = [] }: GenerateRequest): object {
    return {
      model: this.#spec.model,
      messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: prompt }],
      max_tokens: maxTokens,
      temperature,
      seed,
      stream: true,
      stream_options: { include_usage: true },
      // More than four are refused by some; all of them are kept to here in any case.
      ...(stop.length === 0 ? {} : { stop: stop.slice(0, 4) }),
      ...(this.#isLlamaServer ? { cache_prompt: true, chat_template_kwargs: { enable_thinking: false } } : {}),
    }
  }
}

function holdingOf(held: 'grammar' | 'schema' | 'nothing', { grammar, schema }: GenerateRequest): Result<object> {
  if (held === 'grammar' && grammar !== undefined) return ok({ grammar })
  if (held === 'nothing' || schema === undefined) return ok({})
  try {
    const parsed: unknown = JSON.parse(schema)
    return ok({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: parsed } },
    })
  } catch {
    return fail('bad-grammar', 'The schema that answers should keep to is not JSON.')
  }
}

/** Servers sign their lists of models. */
function kindOf(owner: string): ServerKind | null {
  if (owner === 'llamacpp') return 'llama-server'
  if (owner === 'library') return 'ollama'
  return /^organization[_-]owner$/.test(owner) ? 'lm-studio' : null
}

function unknownModel(model: string, host: string, models: readonly ListedModel[]): Result<never> {
  const some = models.slice(0, 5).map(({ id }) => id)
  const others = models.length > some.length ? ` and ${models.length - some.length} more` : ''
  return fail(
    'not-found',
    some.length === 0
      ? `${host} has no models yet: get one there first.`
      : `${host} has no model ${model}. It has ${some.join(', ')}${others}: pick one of them.`,
  )
}
