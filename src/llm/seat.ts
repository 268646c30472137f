/**
 * One model in the host: its load, its queue, its end. A model is foreign code that may hang, throw, stay silent or come
 * too late; whoever called gets an answer all the same, and what was half done is put away.
 */
import { fail, ok, type Result } from '../core/result.ts'
import type { Generated, GenerateRequest, LanguageModel, LoadedModel, LoadProgress, ModelSpec } from './contracts.ts'
import { Alarm, attempt, whenAborted, within } from './patience.ts'
import { notBegun } from './tally.ts'
import { tell, TextBatch } from './text-batch.ts'

export interface Patience {
  /** A model that writes nothing for so long is stopped. */
  readonly silenceMs: number
  /** How long a model may take to stop before it is given up. */
  readonly graceMs: number
  /** Text is handed on so often. */
  readonly textMs: number
}

/** How long an answer waits for a listener to hear the last of the text. */
const HEARD_MS = 250

type Answers = Result<readonly Generated[]>
export type OnProgress = (progress: LoadProgress) => unknown
export type OnText = (index: number, added: string) => unknown

interface Job {
  readonly requests: readonly GenerateRequest[]
  readonly onText: OnText
  readonly stop: AbortController
  readonly resolve: (answers: Answers) => void
}

export class Seat {
  readonly spec: ModelSpec
  /** Settles when nothing of the model is left, or when it was given up. */
  readonly gone: Promise<void>
  readonly #patience: Patience
  readonly #stopLoad = new AbortController()
  readonly #listeners = new Set<OnProgress>()
  readonly #opening: Promise<Result<LoadedModel>>
  readonly #queue: Job[] = []
  #model: LanguageModel | null = null
  #state: 'loading' | 'ready' | 'leaving' = 'loading'
  #running: { readonly job: Job; readonly over: Promise<void> } | null = null
  #left: () => void = () => undefined
  readonly #onLeaving: () => void

  /** Starts loading at once. `onLeaving` is called when the model can no longer be used: it failed, was lost, or is unloaded. */
  constructor(
    spec: ModelSpec,
    create: () => Promise<Result<LanguageModel>>,
    patience: Patience,
    onLeaving: () => void,
  ) {
    this.spec = spec
    this.#patience = patience
    this.#onLeaving = onLeaving
    this.gone = new Promise((resolve) => {
      this.#left = resolve
    })
    this.#opening = this.#open(create)
  }

  get model(): LanguageModel | null {
    return this.#state === 'ready' ? this.#model : null
  }

  /** How loading ended, or will end; progress is told until then. */
  async loaded(onProgress: OnProgress): Promise<Result<LoadedModel>> {
    this.#listeners.add(onProgress)
    const result = await this.#opening
    this.#listeners.delete(onProgress)
    return result
  }

  cancelLoad(): void {
    if (this.#state === 'loading') this.#stopLoad.abort()
  }

  generate(requests: readonly GenerateRequest[], onText: OnText): Promise<Answers> {
    const name = this.spec.model
    if (this.#state === 'loading')
      return Promise.resolve(fail('not-loaded', `${name} is still being loaded: wait until it is ready.`))
    if (this.#state === 'leaving')
      return Promise.resolve(fail('not-loaded', `${name} is being unloaded: load it again.`))
    if (requests.length === 0) return Promise.resolve(ok([]))
    return new Promise((resolve) => {
      this.#queue.push({ requests, onText, stop: new AbortController(), resolve })
      void this.#next()
    })
  }

  /** Stops what is being written, and what waits. */
  abort(): void {
    for (const { requests, resolve } of this.#queue.splice(0)) resolve(ok(requests.map(() => notBegun)))
    this.#running?.job.stop.abort()
  }

  /** Puts the model away, whatever it is doing. */
  async close(): Promise<void> {
    this.cancelLoad()
    await this.#opening
    if (this.#state === 'ready') {
      this.#leave()
      this.abort()
      await this.#running?.over
      this.#putAway()
    }
    await this.gone
  }

  async #open(create: () => Promise<Result<LanguageModel>>): Promise<Result<LoadedModel>> {
    const { signal } = this.#stopLoad
    const broke = `${this.spec.model} could not be loaded`
    const loading = attempt('load-failed', broke, async () => {
      const created = await create()
      if (!created.ok) return created
      if (signal.aborted) return this.#cancelled()
      this.#model = created.value
      return created.value.load((progress) => this.#tell(progress), signal)
    })
    const first = await Promise.race([loading, whenAborted(signal)])
    if (first !== 'aborted' && first.ok && !signal.aborted) {
      this.#state = 'ready'
      return first
    }
    this.#leave()
    // What is half loaded goes as soon as the adapter lets go of it.
    void within(loading, this.#patience.graceMs).then(() => this.#putAway())
    return first === 'aborted' || first.ok || signal.aborted ? this.#cancelled() : first
  }

  #cancelled(): Result<never> {
    return fail('cancelled', `Loading ${this.spec.model} was stopped.`)
  }

  #tell(progress: LoadProgress): void {
    if (this.#state === 'loading') for (const listener of this.#listeners) tell(() => listener(progress))
  }

  #leave(): void {
    this.#state = 'leaving'
    this.#onLeaving()
  }

  #putAway(): void {
    const unload = async () => this.#model?.unload()
    void within(unload(), this.#patience.graceMs).then(() => {
      this.#model = null
      this.#left()
    })
  }

  async #next(): Promise<void> {
    if (this.#running !== null || this.#model === null) return
    const job = this.#queue.shift()
    if (job === undefined) return
    let over: () => void = () => undefined
    this.#running = { job, over: new Promise((resolve) => (over = resolve)) }
    const { answers, lost } = await this.#run(job, this.#model)
    this.#running = null
    job.resolve(answers)
    over()
    if (lost === null) void this.#next()
    else if (this.#state === 'ready') {
      this.#leave()
      for (const { resolve } of this.#queue.splice(0)) resolve(fail('model-lost', lost))
      this.#putAway()
    }
  }

  /** Never rejects. `lost` is set when the model cannot go on, and says why. */
  async #run(job: Job, model: LanguageModel): Promise<{ answers: Answers; lost: string | null }> {
    const { silenceMs, graceMs, textMs } = this.#patience
    const name = this.spec.model
    const texts = new TextBatch(job.onText, textMs)
    const alarm = new Alarm(silenceMs)
    let listening = true
    const written = attempt('model-lost', `${name} broke off and must be loaded again`, () =>
      model.generate(
        job.requests,
        (index, added) => {
          if (!listening) return
          alarm.putOff()
          texts.add(index, added)
        },
        job.stop.signal,
      ),
    )
    const first = await Promise.race([written, alarm.rang, whenAborted(job.stop.signal)])
    alarm.stop()
    job.stop.abort()
    const answers = typeof first === 'string' ? await within(written, graceMs) : first
    listening = false
    // The answer goes another way than the text, and should not overtake it.
    await within(texts.heard(), HEARD_MS)
    if (answers !== null && !answers.ok && answers.fault.kind === 'model-lost')
      return { answers, lost: answers.fault.message }
    const lost = answers === null ? `${name} did not stop when it was told to, and must be loaded again.` : null
    if (first === 'silent') {
      const again = lost === null ? 'It was stopped; ask again.' : 'Load it again, or choose a smaller one.'
      return { answers: fail('silent', `${name} wrote nothing for ${silenceMs / 1000} s. ${again}`), lost }
    }
    return { answers: answers ?? ok(job.requests.map(() => notBegun)), lost }
  }
}
