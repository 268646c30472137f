/**
 * One model in play: takes orders, asks for children, asks again where they are of no use, and hands over completions.
 * Whatever goes wrong, nobody waits for it: orders are dropped, the fault is told, and the model is tried again later.
 */
import { judge, type Judged, type Known } from '../core/arrivals.ts'
import { MOST_ATTEMPTS, MOST_TEXT, type Completion, type PromptKind } from '../core/completion.ts'
import type { Make } from '../core/generation.ts'
import { hashBytes } from '../core/hash.ts'
import type { Fault, Result } from '../core/result.ts'
import { deriveSeed } from '../core/rng.ts'
import type { GenerateRequest, Generated, LoadedModel, LoadProgress, ModelSpec } from '../llm/contracts.ts'
import type { Llm } from '../llm/llm.ts'
import type { Order } from './orders.ts'

export type ScribeState = 'loading' | 'ready' | 'writing' | 'failed'

export interface ScribeHost {
  readonly make: Make
  readonly door: Llm
  /** What a completion is judged against now. */
  known(): Known
  /** The request for a call. */
  request(call: Call, loaded: LoadedModel): Result<Asked>
  /** Milliseconds to leave the GPU to others after a call that took `ms`. */
  rest(ms: number): number
  changed(): void
}

/** One call to the model for an order. */
export interface Call {
  readonly order: Order
  /** 0 for the first one. */
  readonly attempt: number
  readonly seed: number
  /** What a fix has to mend. */
  readonly refused: Judged | null
  /** Asked without what the run knows: with it the prompt was too long. */
  readonly brief: boolean
}

export interface Asked {
  readonly request: GenerateRequest
  readonly fix: boolean
  /** There is a shorter prompt for the same. */
  readonly canBeBrief: boolean
  /** Kept with the completion where the prompt does not follow from kind and parents. */
  readonly keepsPrompt: boolean
  /** The parent's source, where the answer may be edits to it. */
  readonly base?: string
}

interface Task {
  readonly order: Order
  readonly attempt: number
  readonly refused: Judged | null
  readonly brief: boolean
  /** One of several was too long for the model, and which is to be found out. */
  readonly alone: boolean
  /** Called once the order is written, or given up. */
  readonly done: () => void
}

/** Pauses before a model that failed is loaded again, in milliseconds: each twice the last. */
const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 120_000
/** Orders in a row that had no room in the model, after which it is given a rest like one that failed. */
const MOST_TOO_LONG = 8
/** Characters of the text being written that are shown. */
const SHOWN = 2_000

export class Scribe {
  readonly spec: ModelSpec
  readonly #host: ScribeHost
  #loaded: LoadedModel | null = null
  #tasks: Task[] = []
  #inbox: { readonly completion: Completion; readonly isChild: boolean }[] = []
  #working = false
  #closed = false
  #pause = FIRST_PAUSE
  #timer: ReturnType<typeof setTimeout> | null = null
  #since = 0
  #tooLong = 0
  /** Why orders cannot be asked, or empty. */
  #trouble = ''
  progress: LoadProgress | null = null
  state: ScribeState = 'loading'
  /** What went wrong and what is done about it, or empty. */
  note = ''
  /** What is being written, or was last. */
  text = ''
  /** Of the last calls. */
  tokensPerSecond = 0

  constructor(spec: ModelSpec, host: ScribeHost) {
    this.spec = spec
    this.#host = host
  }

  get loaded(): LoadedModel | null {
    return this.#loaded
  }

  get isReady(): boolean {
    return this.#loaded !== null && (this.state === 'ready' || this.state === 'writing')
  }

  /** Orders waiting or being written. */
  get backlog(): number {
    return this.#tasks.length
  }

  get waiting(): number {
    return this.#inbox.length
  }

  async load(): Promise<Result<LoadedModel>> {
    this.#say('loading')
    let isLoading = true
    const result = await settled(
      this.#host.door.load(this.spec, (progress) => {
        // The last of it may come after the answer, which goes another way.
        if (!isLoading) return
        this.progress = progress
        this.#host.changed()
      }),
    )
    isLoading = false
    if (this.#closed) return result
    this.progress = null
    if (!result.ok) {
      this.#fail(result.fault)
      return result
    }
    this.#loaded = result.value
    this.#say('ready')
    return result
  }

  /** Takes orders; the promise settles when each is written or given up. */
  take(orders: readonly Order[]): Promise<void> {
    if (!this.isReady || orders.length === 0) return Promise.resolve()
    const all = orders.map(
      (order) =>
        new Promise<void>(
          (done) => void this.#tasks.push({ order, attempt: 0, refused: null, brief: false, alone: false, done }),
        ),
    )
    if (!this.#working) void this.#work()
    return Promise.all(all).then(() => undefined)
  }

  /** Finished completions, as far as at most so many of them look like children. */
  collect(most: number): { readonly completions: readonly Completion[]; readonly children: number } {
    let children = 0
    let count = 0
    for (const { isChild } of this.#inbox) {
      if (isChild && children === most) break
      if (isChild) children++
      count++
    }
    return { completions: this.#inbox.splice(0, count).map(({ completion }) => completion), children }
  }

  /** Gives up what is ordered and what is being written. */
  drop(): void {
    for (const { done } of this.#tasks.splice(0)) done()
    if (this.state === 'writing') this.#host.door.abort(this.spec.model)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.drop()
    this.#inbox = []
    if (this.state === 'loading') this.#host.door.cancelLoad(this.spec.model)
    await settled(this.#host.door.unload(this.spec.model).then((): Result<void> => ({ ok: true, value: undefined })))
  }

  async #work(): Promise<void> {
    this.#working = true
    while (this.#tasks.length > 0 && this.#loaded !== null && !this.#closed) {
      const tasks = this.#next(this.#loaded.capabilities.batch)
      this.#say('writing')
      const began = performance.now()
      const fault = await this.#write(tasks, this.#loaded)
      if (this.#closed) break
      if (fault !== null) {
        this.#fail(fault)
        break
      }
      this.#say('ready')
      const rest = this.#host.rest(performance.now() - began)
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
    }
    this.#working = false
  }

  #next(batch: number): readonly Task[] {
    return this.#tasks[0]?.alone === true ? this.#tasks.slice(0, 1) : this.#tasks.slice(0, batch)
  }

  async #write(next: readonly Task[], loaded: LoadedModel): Promise<Fault | null> {
    const asked: Asked[] = []
    const tasks: Task[] = []
    for (const task of next) {
      const { order, attempt, done } = task
      const seed = attempt === 0 ? order.seed : deriveSeed(order.seed, attempt) >>> 1
      const request = this.#host.request({ ...task, seed }, loaded)
      if (request.ok) {
        asked.push(request.value)
        tasks.push(task)
      } else {
        // Such as a template that has no room in this model: it would have none the next time either.
        this.#trouble = request.fault.message
        this.#tasks = this.#tasks.filter((one) => one !== task)
        done()
      }
    }
    if (tasks.length === 0) return null
    this.#trouble = ''
    let isFresh = true
    const result = await settled(
      this.#host.door.generate(
        this.spec.model,
        asked.map(({ request }) => request),
        (index, added) => {
          if (index === 0) {
            this.text = ((isFresh ? '' : this.text) + added).slice(-SHOWN)
            isFresh = false
          }
          this.#host.changed()
        },
      ),
    )
    // Dropped meanwhile: nobody waits for these any more.
    const wanted = tasks.filter((task) => this.#tasks.includes(task))
    if (!result.ok) return result.fault.kind === 'too-long' ? this.#shorten(wanted, asked, result.fault) : result.fault
    this.#tooLong = 0
    // Only what wrote is well again: one that loads and fails is tried ever more rarely.
    this.#pause = FIRST_PAUSE
    // Written in one pass, and shown as a whole.
    if (isFresh) this.text = (result.value[0]?.text ?? '').slice(-SHOWN)
    this.#tasks = this.#tasks.filter((task) => !tasks.includes(task))
    this.#measure(result.value)
    const known = this.#host.known()
    const hashes = new Set(known.hashes)
    for (const [index, task] of tasks.entries()) {
      const [generated, how] = [result.value[index], asked[index]]
      if (!wanted.includes(task)) continue
      if (generated === undefined || how === undefined || generated.finish === 'aborted') {
        task.done()
        continue
      }
      const completion = completionOf(task, loaded, how, generated)
      const judged = judge(this.#host.make.codec, this.#host.make.prompts, completion, { ...known, hashes })
      if (judged.hash !== null) hashes.add(judged.hash)
      this.#inbox.push({ completion, isChild: judged.verdict === 'novel' })
      if (judged.verdict === 'novel' || task.attempt >= Math.min(MOST_ATTEMPTS - 1, this.#host.make.mix.retries)) {
        task.done()
        continue
      }
      const refused = judged.verdict === 'refused' ? judged : null
      this.#tasks.push({ ...task, attempt: task.attempt + 1, refused, alone: false })
    }
    return null
  }

  /**
   * A prompt that is too long is the affair of its order: it is found among its batch, asked without what the run knows, and
   * given up where that is too long too. Each order fares as it would alone, so that runs in step stay the same.
   */
  #shorten(wanted: readonly Task[], asked: readonly Asked[], fault: Fault): Fault | null {
    const [first] = wanted
    if (first === undefined) return null
    const rest = this.#tasks.filter((task) => !wanted.includes(task))
    if (asked.length > 1) this.#tasks = [...wanted.map((task) => ({ ...task, alone: true })), ...rest]
    else if (asked[0]?.canBeBrief === true) this.#tasks = [...rest, { ...first, brief: true, alone: false }]
    else {
      this.#tasks = rest
      this.#trouble = fault.message
      first.done()
      if (++this.#tooLong < MOST_TOO_LONG) return null
      this.#tooLong = 0
      return fault
    }
    return null
  }

  #measure(answers: readonly Generated[]): void {
    const ms = answers.reduce((sum, answer) => sum + answer.ms, 0)
    const tokens = answers.reduce((sum, answer) => sum + answer.tokens, 0)
    if (ms <= 0) return
    const now = (tokens * 1000) / ms
    this.tokensPerSecond = this.#since++ === 0 ? now : this.tokensPerSecond * 0.8 + now * 0.2
  }

  /** Everything ordered is given up, so that the run goes on without it; the model is loaded again after a while. */
  #fail(fault: Fault): void {
    for (const { done } of this.#tasks.splice(0)) done()
    this.#loaded = null
    if (this.#closed) return
    this.note = `${fault.message} It is tried again in ${Math.round(this.#pause / 1000)} s; operators go on meanwhile.`
    this.#say('failed')
    this.#timer = setTimeout(() => void this.load(), this.#pause)
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2)
  }

  #say(state: ScribeState): void {
    if (state === 'ready' || state === 'writing') this.note = this.#trouble
    this.state = state
    this.#host.changed()
  }
}

function completionOf({ order, attempt }: Task, loaded: LoadedModel, how: Asked, generated: Generated): Completion {
  const { system, prompt, seed } = how.request
  const whole = system === '' ? prompt : `${system}\n\n${prompt}`
  return {
    model: order.model,
    version: loaded.version,
    kind: order.kind,
    ...(how.fix ? { fix: true as const } : {}),
    parents: order.parents.map(({ id }) => id),
    promptHash: hashBytes(new TextEncoder().encode(whole)),
    ...(how.keepsPrompt ? { prompt: whole.slice(0, MOST_PROMPT) } : {}),
    seed,
    text: generated.text.slice(0, MOST_TEXT + 1).replace(/\p{Surrogate}/gu, '\ufffd'),
    tokens: generated.tokens,
    ms: generated.ms,
    finish: generated.finish,
    attempt,
    ...(how.base === undefined ? {} : { base: how.base }),
  }
}

const MOST_PROMPT = 30_000

/** A door whose worker died rejects; here that is a fault like any other. */
async function settled<T>(promise: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await promise
  } catch (error) {
    return {
      ok: false,
      fault: { kind: 'model-lost', message: error instanceof Error ? error.message : String(error) },
    }
  }
}

/** Kinds that a model can be asked for. */
export const kindsOf = ({ capabilities: { native } }: LoadedModel): readonly PromptKind[] =>
  native === undefined ? ['new', 'mutate', 'crossover'] : native.kinds
