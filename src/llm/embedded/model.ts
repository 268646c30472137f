/**
 * Our own small models behind the door of all language models: a prompt in the dialect becomes a plan, all plans are written in
 * one pass, their tokens become text. On the graphics card where there is a real one, else on the CPU; equal seeds give equal
 * texts either way, but where two tokens are so near that rounding decides.
 */
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import type { PromptKind } from '../../core/completion.ts'
import { hashBytes } from '../../core/hash.ts'
import type {
  GenerateRequest,
  Generated,
  LanguageModel,
  LoadedModel,
  LoadProgress,
  SpecOf,
  ModelStats,
} from '../contracts.ts'
import type { EmbeddedModel, EmbeddedModels } from '../dialect.ts'
import { misfit, type Writing, type Written } from '../transformer/sequence.ts'
import { readWeights, type Weights } from '../transformer/weights.ts'
import type { Writer } from '../transformer/writer.ts'

export type EmbeddedSpec = SpecOf<'embedded'>

/** A writer, and a line about it for people. */
export interface Offer {
  readonly writer: Writer
  readonly label: string
  /** A program stands in for the hardware. */
  readonly software: boolean
}

/** Where the adapter gets what it needs, so that the page, the command line and tests can each bring their own. */
export interface Sources {
  models(arena: string): Promise<EmbeddedModels | null>
  /** The bytes of `models/<id>.safetensors`. */
  fetch(path: string, signal: AbortSignal): Promise<Result<Uint8Array>>
  cpu(weights: Weights): Offer
  gpu(weights: Weights): Promise<Result<Offer>>
}

/** Part of the version on the tape: raised when the same seed would give another text. */
const ENGINE = 'evolarium-lm 1'
/** What one pass takes well. */
const BATCH = 256
/** Kinds of prompt that plans are made of. */
const KINDS: readonly PromptKind[] = ['new', 'mutate', 'resample']

export class Embedded implements LanguageModel {
  readonly #spec: EmbeddedSpec
  readonly #sources: Sources
  #loaded: { readonly model: EmbeddedModel; readonly weights: Weights; readonly answer: LoadedModel } | null = null
  #offer: (Offer & { readonly isGpu: boolean }) | null = null
  #stats: ModelStats = { requests: 0, tokens: 0, promptTokens: 0, ms: 0 }
  #note = ''

  constructor(spec: EmbeddedSpec, sources: Sources) {
    this.#spec = spec
    this.#sources = sources
  }

  async load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    if (this.#loaded !== null) return ok(this.#loaded.answer)
    const { arena, model: id, like = id, file } = this.#spec
    const models = (await this.#sources.models(arena)) ?? []
    const shipped = models.find((one) => one.id === like)
    if (shipped === undefined)
      return fail('no-model', `The arena ${arena} has no model of its own called ${JSON.stringify(like)}.`)
    const model = file === undefined ? shipped : { ...shipped, id, label: id }
    onProgress({ stage: 'download', text: `Reading ${model.label}`, done: 0 })
    const bytes = await (file === undefined ? this.#sources.fetch(`models/${id}.safetensors`, signal) : read(file, id))
    if (!bytes.ok) return bytes
    if (signal.aborted) return fail('cancelled', 'Loading was stopped.')
    const weights = readWeights(bytes.value)
    if (!weights.ok) return weights
    const { vocabulary, context } = weights.value.shape
    if (vocabulary !== model.dialect.vocabulary || context < model.dialect.context)
      return fail('bad-weights', `The file of ${id} knows ${vocabulary} tokens and ${context} places; its language has ${model.dialect.vocabulary} and ${model.dialect.context}.`) // prettier-ignore
    onProgress({ stage: 'prepare', text: `Preparing ${model.label}`, done: 0.5, bytes: bytes.value.length, total: bytes.value.length }) // prettier-ignore
    const offer = await this.#choose(weights.value)
    const answer: LoadedModel = {
      id,
      label: `${model.label} (${offer.label})`,
      // Whose texts they are: files of one name may differ.
      version: `${ENGINE} ${file === undefined ? (weights.value.metadata.get('model') ?? id) : `${id} ${hashBytes(bytes.value)}`}`,
      capabilities: {
        grammar: false,
        schema: false,
        repeatable: true,
        batch: BATCH,
        native: { arena, kinds: KINDS },
        context,
      },
    }
    this.#loaded = { model, weights: weights.value, answer }
    onProgress({ stage: 'prepare', text: this.#note || `${model.label} is ready (${offer.label})`, done: 1 })
    return ok(answer)
  }

  async generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const loaded = this.#loaded
    if (loaded === null) return fail('model-lost', 'The model is not loaded.')
    const { dialect } = loaded.model
    const began = performance.now()
    const planned = requests.map((request) => planOf(request, loaded.model))
    const faults = planned.flatMap((one) => ('fault' in one ? [one.fault] : []))
    const [first] = faults
    if (first !== undefined && faults.length === requests.length) return { ok: false, fault: first }
    // A prompt that is not in the dialect gets an empty answer, which is refused like any other that is no genome.
    const places = planned.flatMap((one, at) => ('fault' in one ? [] : [at]))
    const writings = planned.flatMap((one) => ('fault' in one ? [] : [one]))
    const texts = requests.map(() => '')
    const onWritten = (index: number, { answer }: Written) => {
      const place = places[index] ?? 0
      // After a loss texts are written a second time.
      const isNew = texts[place] === ''
      texts[place] = dialect.text(answer)
      if (isNew) onText(place, texts[place] ?? '')
    }
    const written = await this.#write(writings, onWritten, signal)
    if (!written.ok) return written
    const ms = performance.now() - began
    const answers = requests.map((_, at): Generated => {
      const index = places.indexOf(at)
      const one = written.value[index]
      const writing = writings[index]
      return {
        text: one === undefined ? '' : texts[at] || dialect.text(one.answer),
        tokens: one?.answer.length ?? 0,
        promptTokens: writing?.plan.prompt.length ?? 0,
        ms: ms / requests.length,
        finish: one?.finish ?? 'stop',
      }
    })
    const total = (of: (answer: Generated) => number) => answers.reduce((sum, answer) => sum + of(answer), 0)
    this.#stats = {
      requests: this.#stats.requests + requests.length,
      tokens: this.#stats.tokens + total(({ tokens }) => tokens),
      promptTokens: this.#stats.promptTokens + total(({ promptTokens }) => promptTokens),
      ms: this.#stats.ms + ms,
    }
    return ok(answers)
  }

  stats(): ModelStats {
    return this.#note === '' ? this.#stats : { ...this.#stats, note: this.#note }
  }

  unload(): Promise<void> {
    this.#offer?.writer.dispose()
    this.#offer = null
    this.#loaded = null
    return Promise.resolve()
  }

  async #write(
    writings: readonly Writing[],
    onWritten: (index: number, written: Written) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Written[]>> {
    const [loaded, offer] = [this.#loaded, this.#offer]
    if (loaded === null || offer === null) return fail('model-lost', 'The model is not loaded.')
    const { dialect } = loaded.model
    try {
      return ok(await offer.writer.write(dialect, writings, onWritten, signal))
    } catch (error) {
      if (!offer.isGpu) return fail('model-lost', `The model broke off: ${String(error)}.`)
      offer.writer.dispose()
      const reason = error instanceof Error ? error.message : String(error)
      this.#offer = { ...this.#sources.cpu(loaded.weights), isGpu: false }
      this.#note = `${loaded.model.label} goes on on the CPU: ${reason}`
    }
    // Same noise, same texts: all of it once more is simpler than to find out how far the card came, and takes moments.
    return this.#write(writings, onWritten, signal)
  }

  async #choose(weights: Weights): Promise<Offer> {
    const { engine } = this.#spec
    if (engine !== 'cpu') {
      const gpu = await this.#sources.gpu(weights)
      if (gpu.ok && (engine === 'gpu' || !gpu.value.software)) {
        this.#offer = { ...gpu.value, isGpu: true }
        return this.#offer
      }
      if (gpu.ok) gpu.value.writer.dispose()
      else if (engine === 'gpu') this.#note = `The CPU writes: ${gpu.fault.message}`
    }
    this.#offer = { ...this.#sources.cpu(weights), isGpu: false }
    return this.#offer
  }
}

/** A file from the disk; one that was moved or changed since it was chosen cannot be read. */
async function read(file: Blob, name: string): Promise<Result<Uint8Array>> {
  try {
    return ok(new Uint8Array(await file.arrayBuffer()))
  } catch {
    return fail('no-file', `The file of ${name} cannot be read any more: choose it again.`)
  }
}

function planOf(request: GenerateRequest, { dialect, id }: EmbeddedModel): Writing | { readonly fault: Fault } {
  const plan = dialect.plan(request.prompt, request.seed)
  if (!plan.ok) return { fault: plan.fault }
  const problem = misfit(plan.value, dialect)
  if (problem !== null) return { fault: { kind: 'bad-prompt', message: `${id} cannot write this: ${problem}.` } }
  return { plan: plan.value, temperature: request.temperature, seed: request.seed, most: request.maxTokens }
}
