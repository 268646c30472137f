/** Models in MLC's format on the user's GPU, run by WebLLM in this worker. */
import type { AppConfig, InitProgressReport, MLCEngine, ModelRecord } from '@mlc-ai/web-llm'
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import type {
  CreateModel,
  Generated,
  GenerateRequest,
  LanguageModel,
  LoadedModel,
  LoadProgress,
  ModelStats,
} from '../contracts.ts'
import type { Machine, WebLlmSpec } from '../shelf.ts'
import { checkShards, obtainPlan, rememberHashes, rememberLibrary, shardsHere } from './cache.ts'
import { needsF16 } from './catalogue.ts'
import { Devices } from './devices.ts'
import { cancelled, generateFault, loadFault, modelLost, noF16, tooBig } from './faults.ts'
import { CONFIG, type Weights } from './files.ts'
import { integrityOf, known } from './known.ts'
import { loadWebLlm, WEBLLM_VERSION, type WebLlm } from './library.ts'
import { probeMachine } from './machine.ts'
import { placeOf, type Place } from './place.ts'
import { Progress } from './progress.ts'
import { NOTHING_WRITTEN, write } from './writing.ts'

/** Room for prompt and answer where nothing else is asked for: enough for ours, and easy on memory. */
const CONTEXT = 2048
/** How often a download that breaks off is taken up again, and after how long. */
const TRIES = 5
/** So many tries in a row may bring nothing: a server that is busy for a moment is not one that is gone. */
const FRUITLESS = 2
const PAUSE_MS = 500
/** How long a load that was stopped may take to come to rest. */
const REST_MS = 10_000

export const createWebLlm: CreateModel<WebLlmSpec> = (spec) => new WebLlmModel(spec)

/** Loads follow one another: they share the network, the GPU and the watch over its devices. */
let lastLoad: Promise<unknown> = Promise.resolve()
let loads = 0

interface Plan {
  readonly place: Place
  readonly record: ModelRecord
  readonly weights: Weights
  readonly context: number
}

interface Running {
  readonly engine: MLCEngine
  readonly devices: Devices
  readonly context: number
}

class WebLlmModel implements LanguageModel {
  readonly #spec: WebLlmSpec
  #running: Running | null = null
  #stats: ModelStats = { requests: 0, tokens: 0, promptTokens: 0, ms: 0 }
  /** Calls should not overlap; if they do, they wait for each other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(spec: WebLlmSpec) {
    this.#spec = spec
  }

  load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    const { model: id } = this.#spec
    if (loads > 0) onProgress({ stage: 'prepare', text: `${id} waits until another model is loaded`, done: 0 })
    loads++
    const turn = lastLoad.then(async (): Promise<Result<LoadedModel>> => {
      try {
        if (signal.aborted) return { ok: false, fault: cancelled(id) }
        await this.unload()
        const result = await this.#load(onProgress, signal)
        return result.ok || !signal.aborted ? result : { ok: false, fault: cancelled(id) }
      } catch (error) {
        return { ok: false, fault: signal.aborted ? cancelled(id) : loadFault(error, id) }
      } finally {
        loads--
      }
    })
    lastLoad = turn
    return turn
  }

  async #load(onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Result<LoadedModel>> {
    const { model: id } = this.#spec
    onProgress({ stage: 'prepare', text: `Loading ${id}: fetching what runs it`, done: 0 })
    const library = await loadWebLlm()
    if (!library.ok) return library
    const found = await placeOf(this.#spec, library.value.prebuiltAppConfig)
    if (!found.ok) return found
    const place = found.value
    const unfit = whyUnfit(id, await probeMachine(), library.value.prebuiltAppConfig)
    if (unfit !== null) return { ok: false, fault: unfit }
    const plan = await obtainPlan(place, signal)
    if (!plan.ok) return plan
    await rememberLibrary(place)
    const { config, weights } = plan.value
    const checking = (done: number) => onProgress({ stage: 'prepare', text: `Checking the files of ${id}`, done })
    const damaged = await checkShards(place, weights, false, checking)
    if (damaged !== null && place.local) return { ok: false, fault: damaged }

    const context = Math.min(this.#spec.context ?? CONTEXT, place.context ?? config.context)
    const integrity = integrityOf(CONFIG, config.tokenizer, place.library, await known(place.base))
    const record: ModelRecord = { ...place.record, integrity }
    const progress = new Progress(id, weights.bytes)
    const tell = (report: InitProgressReport) => onProgress(progress.read(report))
    const { engine, devices, fault } = await this.#persist(
      library.value,
      { place, record, weights, context },
      tell,
      signal,
    )
    // After a failure that files may have caused, those that were found whole before are looked at again.
    const suspicious = fault?.kind === 'file-damaged' || fault?.kind === 'load-failed'
    const bad = fault === null || suspicious ? await checkShards(place, weights, suspicious, checking) : null
    if (fault !== null || bad !== null || signal.aborted) {
      await letGo(engine, devices)
      return { ok: false, fault: bad ?? fault ?? cancelled(id) }
    }
    await rememberHashes(place, config)
    onProgress({ stage: 'prepare', text: `${id} is ready`, done: 1 })
    this.#running = { engine, devices, context }
    return ok({
      id,
      label: id.replace(/-MLC(-\w+)?$/, ''),
      version: `web-llm ${WEBLLM_VERSION}`,
      capabilities: { grammar: true, schema: true, repeatable: true, batch: 1, context },
    })
  }

  /** Loads; when the network fails, goes on from what has arrived, as long as something does now and then. */
  async #persist(
    { MLCEngine }: WebLlm,
    { place, record, weights, context }: Plan,
    tell: (report: InitProgressReport) => void,
    signal: AbortSignal,
  ): Promise<{ readonly engine: MLCEngine; readonly devices: Devices; readonly fault: Fault | null }> {
    let fruitless = 0
    for (let tries = 1; ; tries++) {
      const before = await shardsHere(place, weights)
      const devices = new Devices()
      const engine = new MLCEngine({
        appConfig: { model_list: [record], cacheBackend: 'cache' },
        initProgressCallback: tell,
        logLevel: 'SILENT',
      })
      const fault = await this.#reload(engine, devices, place, context, signal)
      const over = fault?.kind !== 'network' || signal.aborted || tries === TRIES
      if (!over) fruitless = (await shardsHere(place, weights)) > before ? 0 : fruitless + 1
      if (over || fruitless > FRUITLESS) return { engine, devices, fault }
      await letGo(engine, devices)
      await new Promise((resolve) => setTimeout(resolve, tries * PAUSE_MS))
    }
  }

  /** Null when all went well. */
  async #reload(engine: MLCEngine, devices: Devices, { id }: Place, context: number, signal: AbortSignal) {
    const stop = () => void engine.unload()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const reload = devices.during(() => engine.reload(id, { context_window_size: context, sliding_window_size: -1 }))
      await Promise.race([reload, rest(signal)])
      if (devices.lostBecause !== null) return tooBig(id, devices.lostBecause)
      return signal.aborted ? cancelled(id) : null
    } catch (error) {
      // A load that is stopped rejects with an error or a bare string, or does not reject at all.
      if (signal.aborted) return cancelled(id)
      return devices.lostBecause === null ? loadFault(error, id) : tooBig(id, devices.lostBecause)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const turn = this.#last.then(() => this.#generate(requests, onText, signal))
    this.#last = turn
    return turn
  }

  async #generate(
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void,
    signal: AbortSignal,
  ): Promise<Result<readonly Generated[]>> {
    const { model: id } = this.#spec
    const running = this.#running
    if (running === null) return fail('not-loaded', `${id} is not loaded: load it first.`)
    const { engine, devices, context } = running
    const answers: Generated[] = []
    const interrupt = () => void engine.interruptGenerate()
    signal.addEventListener('abort', interrupt)
    try {
      for (const [index, request] of requests.entries()) {
        if (signal.aborted) answers.push(NOTHING_WRITTEN)
        else {
          const written = write(engine, id, request, (added) => onText(index, added), signal)
          written.catch(() => undefined)
          const answer = await Promise.race([written, devices.lost])
          if (typeof answer === 'string') throw new Error(answer)
          answers.push(answer)
          this.#count(answer)
        }
      }
      return ok(answers)
    } catch (error) {
      const lost = devices.lostBecause
      const fault = lost === null ? generateFault(error, id, context) : modelLost(id, lost)
      if (fault.kind === 'model-lost') await this.unload()
      return { ok: false, fault }
    } finally {
      signal.removeEventListener('abort', interrupt)
    }
  }

  stats(): ModelStats {
    return this.#stats
  }

  async unload(): Promise<void> {
    const running = this.#running
    this.#running = null
    if (running !== null) await letGo(running.engine, running.devices)
  }

  #count({ tokens, promptTokens, ms }: Generated): void {
    const now = this.#stats
    this.#stats = {
      requests: now.requests + 1,
      tokens: now.tokens + tokens,
      promptTokens: now.promptTokens + promptTokens,
      ms: now.ms + ms,
    }
  }
}

/** What this machine lacks for a model, before anything is fetched. */
function whyUnfit(id: string, machine: Machine, list: AppConfig): Fault | null {
  if (machine.why !== null) return { kind: 'no-gpu', message: machine.why }
  if (machine.f16 || !needsF16(id)) return null
  const twin = id.replace('f16', 'f32')
  return noF16(id, list.model_list.some(({ model_id }) => model_id === twin) ? twin : null)
}

/** Puts an engine away, whatever state it is in. */
async function letGo(engine: MLCEngine, devices: Devices): Promise<void> {
  try {
    await engine.unload()
  } catch {
    // Its device is destroyed below all the same.
  }
  devices.destroy()
}

/** Settles a while after the signal is aborted, and never otherwise. */
function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const later = () => setTimeout(resolve, REST_MS)
    if (signal.aborted) later()
    else signal.addEventListener('abort', later, { once: true })
  })
}
