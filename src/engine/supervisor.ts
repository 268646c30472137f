/**
 * Starts workers and speaks to them; the only importer of Comlink beside the workers themselves. A call to a dead worker
 * would never settle and a thrown error would lose its fields, so what crosses here is plain values and `Result`s, and
 * whoever waits has a patience of its own (see cpu-pool.ts).
 */
import * as Comlink from 'comlink'
import type { Scores } from '../core/batch.ts'
import { Breakable } from '../core/breakable.ts'
import type { Evaluator } from '../core/contracts.ts'
import type { Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { ExperimentRequest, ExperimentWatch } from '../experiments/dei/live.ts'
import { browserPromptApi } from '../llm/built-in/api.ts'
import { LlmHost } from '../llm/host.ts'
import { routedLlm, type Llm, type LlmHostApi } from '../llm/llm.ts'
import type { LlmWorkerDoor, ModelShelf } from '../llm/shelf.ts'
import { fetchFromPage } from '../share/page-file.ts'
import type { Lane } from './cpu-pool.ts'
import { CpuPool } from './cpu-pool.ts'
import type { EvaluatorSources, GpuOffer, JudgedSources, Needs } from './evaluators.ts'
import type { Boot, EngineChoice, Notice, RunWorkerApi, Snapshot } from './protocol.ts'
import type { CpuWorkerApi, GpuWorkerApi } from './scoring-workers.ts'
import type { SwarmKind, SwarmLook, SwarmTally, SwarmWorkerApi } from './swarm.ts'
import type { Asked, OpenWorkshop } from './workshop.ts'

/** Lanes worth having: all cores but one, which the page keeps where there are more than two; never more than 16. */
export function laneCount(): number {
  const cores = navigator.hardwareConcurrency
  return Math.min(16, Math.max(1, cores > 2 ? cores - 1 : cores))
}

/** `judge` is where judges of arenas are found: `src/arenas/discover.ts` knows. */
export const workerEvaluators = (judge: JudgedSources['judge']): EvaluatorSources => ({
  file: fetchFromPage,
  cpu: startLanes,
  gpu: startGpu,
  judged: { judge, lanes: startLanes },
})

function startLanes(arena: string, options: Options, { files, genomeMs }: Needs): CpuPool {
  return new CpuPool(laneCount(), () => startLane(arena, options, files), genomeMs)
}

function startLane(arena: string, options: Options, files: Files): Lane {
  const worker = new Worker(new URL('../../workers/cpu.worker.ts', import.meta.url), { type: 'module', name: 'cpu' })
  const api = Comlink.wrap<CpuWorkerApi>(worker)
  const whole = watching(worker)
  const opened = api.open(arena, options, files).then((result) => {
    if (!result.ok) throw new Error(result.fault.message)
  })
  opened.catch(() => undefined)
  return {
    async setEnvironment(environment) {
      await whole.guard(opened)
      await whole.guard(Promise.resolve(api.setEnvironment(environment)))
    },
    evaluate: (batch) => whole.guard(Promise.resolve(api.evaluate(batch))),
    draft: (batch) => whole.guard(Promise.resolve(api.draft(batch))),
    dispose: () => worker.terminate(),
  }
}

/** A GPU that does not answer for so long is given up: the slowest single dispatch is far below. */
const GPU_SILENCE_MS = 60_000
const GPU_START_MS = 20_000
/** A software GPU is slower than a lane, but not by this much. */
const GPU_PATIENCE = 5

async function startGpu(
  arena: string,
  options: Options,
  { files, genomeMs }: Needs,
  plain: boolean,
): Promise<Result<GpuOffer>> {
  const worker = new Worker(new URL('../../workers/gpu.worker.ts', import.meta.url), { type: 'module', name: 'gpu' })
  const api = Comlink.wrap<GpuWorkerApi>(worker)
  const whole = watching(worker)
  const opened = await settle(
    whole.guard<Awaited<ReturnType<GpuWorkerApi['open']>>>(api.open(arena, options, files, plain)),
    GPU_START_MS,
  )
  if (!opened.ok) {
    worker.terminate()
    return opened
  }
  let known: unknown
  const evaluator: Evaluator = {
    kind: 'gpu',
    label: opened.value.label,
    async evaluate(batch, environment, cancel) {
      if (known !== environment) {
        await whole.guard(Promise.resolve(api.setEnvironment(environment)))
        known = environment
      }
      const watch = setInterval(() => {
        if (cancel.aborted) void api.cancel()
      }, 50)
      const patience = Math.max(GPU_SILENCE_MS, GPU_PATIENCE * genomeMs * batch.count)
      const result = await settle(whole.guard<Result<Scores>>(api.evaluate(batch)), patience)
      clearInterval(watch)
      return result
    },
    dispose: () => worker.terminate(),
  }
  return ok({ evaluator, software: opened.value.software })
}

/** Breaks when the worker does. */
function watching(worker: Worker): Breakable {
  const whole = new Breakable()
  worker.addEventListener('error', (event) => whole.break(new Error(event.message || 'the worker could not be loaded')))
  return whole
}

async function settle<T>(promise: Promise<Result<T>>, patience: number): Promise<Result<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<Result<T>>((resolve) => {
    timer = setTimeout(
      () => resolve(fail('silent', `the GPU's worker gave no answer for ${patience / 1000} s`)),
      patience,
    )
  })
  try {
    return await Promise.race([promise, silence])
  } catch (error) {
    return fail('worker-broken', error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

/** What workers/run.worker.ts offers: the engine, once it is ready. */
export interface RunWorkerDoor {
  /** `builtIn` is what {@link offerBuiltIn} gave, where the browser has a model of its own. */
  engine(builtIn: LlmHostApi | null): Promise<RunWorkerApi>
}

/** The page's door to the engine: starts workers/run.worker.ts and connects to it. */
export async function connectRunWorker(
  onSnapshot: (snapshot: Snapshot) => void,
  onNotice: (notice: Notice) => void,
  engine: EngineChoice,
): Promise<{ readonly api: RunWorkerApi; readonly boot: Boot }> {
  const worker = new Worker(new URL('../../workers/run.worker.ts', import.meta.url), { type: 'module', name: 'run' })
  const door = Comlink.wrap<RunWorkerDoor>(worker)
  const whole = watching(worker)
  const remote = (await whole.guard(
    door.engine(browserPromptApi() === null ? null : offerBuiltIn()),
  )) as Comlink.Remote<RunWorkerApi>
  const boot = await whole.guard(remote.connect(Comlink.proxy(onSnapshot), Comlink.proxy(onNotice), engine))
  worker.addEventListener('error', ({ message }) =>
    onNotice({
      kind: 'error',
      text: `The engine stopped (${message || 'its worker broke'}). Reload the page to go on from the last save.`,
    }),
  )
  return { api: remote as unknown as RunWorkerApi, boot }
}

/** A swarm being drawn on a canvas that is the worker's from now on. */
export interface Swarm {
  setLook(look: SwarmLook): void
  setKinds(kinds: readonly SwarmKind[]): void
  tally(): Promise<SwarmTally>
  dispose(): void
}

/** Starts workers/swarm.worker.ts on a canvas. */
export async function startSwarm(arena: string, options: Options, canvas: OffscreenCanvas): Promise<Swarm> {
  const worker = new Worker(new URL('../../workers/swarm.worker.ts', import.meta.url), {
    type: 'module',
    name: 'swarm',
  })
  const api = Comlink.wrap<SwarmWorkerApi>(worker)
  const whole = watching(worker)
  await whole.guard(api.open(arena, options, Comlink.transfer(canvas, [canvas])))
  return {
    setLook: (look) => void api.setLook(look),
    setKinds: (kinds) => void api.setKinds(kinds),
    tally: () => whole.guard<SwarmTally>(Promise.resolve(api.tally())),
    dispose: () => worker.terminate(),
  }
}

/** What workers/workshop.worker.ts offers. */
export interface WorkshopWorkerApi {
  open(arena: string, options: Options, engine: EngineChoice): Promise<Result<void>>
  /** `tell` is a Comlink proxy. */
  ask(name: string, request: unknown, tell: (told: never) => void): Promise<Result<unknown>>
}

/** Starts workers/workshop.worker.ts for an arena. When it breaks, whoever waits gets `worker-broken`. */
export function startWorkshop<Api extends Asked<Api>>(
  arena: string,
  options: Options,
  engine: EngineChoice = 'cpu',
): OpenWorkshop<Api> {
  const worker = new Worker(new URL('../../workers/workshop.worker.ts', import.meta.url), {
    type: 'module',
    name: 'workshop',
  })
  const whole = watching(worker)
  const api = Comlink.wrap<WorkshopWorkerApi>(worker)
  let opened: Promise<Result<void>> | null = null
  const answer = async (name: string, request: unknown, tell: (told: never) => void): Promise<Result<unknown>> => {
    try {
      opened ??= whole.guard<Result<void>>(api.open(arena, options, engine))
      const open = await opened
      if (!open.ok) {
        opened = null
        return open
      }
      return await whole.guard<Result<unknown>>(api.ask(name, request, Comlink.proxy(tell)))
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      return fail('worker-broken', `A worker of the page broke (${problem}): reload the page.`)
    }
  }
  return {
    // What comes back is what the arena's own workshop says: `Api` is its word for it.
    ask: (name, ...[request, tell]) => answer(name, request, tell ?? (() => undefined)) as ReturnType<Api[typeof name]>,
    dispose() {
      whole.break(new Error('it was stopped'))
      worker.terminate()
    },
  }
}

/** What workers/experiment.worker.ts offers. */
export interface ExperimentWorkerApi {
  run(request: ExperimentRequest, watch: ExperimentWatch): Promise<Result<void>>
}

/** Starts workers/experiment.worker.ts. What `watch` was told stays true when it is stopped. */
export function startExperiment(
  request: ExperimentRequest,
  watch: ExperimentWatch,
): { readonly over: Promise<Result<void>>; stop(): void } {
  const worker = new Worker(new URL('../../workers/experiment.worker.ts', import.meta.url), {
    type: 'module',
    name: 'experiment',
  })
  const whole = watching(worker)
  const api = Comlink.wrap<ExperimentWorkerApi>(worker)
  const over = whole
    .guard<Result<void>>(api.run(request, Comlink.proxy(watch)))
    .catch((error: unknown) =>
      fail('broken', `The experiment broke off (${error instanceof Error ? error.message : String(error)}).`),
    ) // prettier-ignore
    .finally(() => worker.terminate())
  return {
    over,
    stop() {
      whole.break(new Error('it was stopped'))
      worker.terminate()
    },
  }
}

/** The browser's own model, which lives in the page alone: the page runs it, and hands this to the engine. */
export function offerBuiltIn(): LlmHostApi {
  const host = new LlmHost(
    { 'built-in': async () => (await import('../llm/built-in/index.ts')).createBuiltIn },
    {},
    letGo,
  )
  return Comlink.proxy(host)
}

/**
 * The language models, in a worker of their own that starts with the first load. When it breaks, those who wait get
 * `model-lost`, and the next load starts another. `builtIn` is what {@link offerBuiltIn} gave the page, if it came.
 */
export function startLlm(builtIn: LlmHostApi | null = null): Llm {
  const worker = llmDoor(() => {
    const started = new Worker(new URL('../../workers/llm.worker.ts', import.meta.url), { type: 'module', name: 'llm' })
    // Otherwise it would count as an error of this worker too, and the engine is well.
    started.addEventListener('error', (event) => event.preventDefault())
    return { api: Comlink.wrap<LlmHostApi>(started), whole: watching(started), stop: () => started.terminate() }
  })
  if (builtIn === null) return routedLlm([worker], ({ adapter }) => (adapter === 'built-in' ? null : worker))
  const page = llmDoor(() => ({
    api: builtIn as unknown as Comlink.Remote<LlmHostApi>,
    whole: new Breakable(),
    stop: () => letGo(builtIn),
  }))
  return routedLlm([worker, page], ({ adapter }) => (adapter === 'built-in' ? page : worker))
}

/** The shelf of WebLLM's models, in a worker of its own: what is fetched for it goes when the page is done with it. */
export function startShelf(): ModelShelf & { dispose(): void } {
  const worker = new Worker(new URL('../../workers/llm.worker.ts', import.meta.url), { type: 'module', name: 'shelf' })
  const whole = watching(worker)
  const opened = Promise.resolve(Comlink.wrap<LlmWorkerDoor>(worker).shelf())
  const ask = async <T>(work: (shelf: Comlink.Remote<ModelShelf>) => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await whole.guard(work((await whole.guard(opened)) as unknown as Comlink.Remote<ModelShelf>))
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      return fail('worker-broken', `The models' worker broke (${problem}): close the list of models and open it again.`)
    }
  }
  opened.catch(() => undefined)
  return {
    machine: () => ask((shelf) => shelf.machine()),
    catalogue: () => ask((shelf) => shelf.catalogue()),
    held: (spec) => ask((shelf) => shelf.held(spec)),
    all: () => ask((shelf) => shelf.all()),
    check: (spec) => ask((shelf) => shelf.check(spec)),
    remove: (spec) => ask((shelf) => shelf.remove(spec)),
    needed: (model) => ask((shelf) => shelf.needed(model)),
    import: (model, files, onProgress) => ask((shelf) => shelf.import(model, files, Comlink.proxy(onProgress))),
    dispose: () => worker.terminate(),
  }
}

interface LlmConnection {
  readonly api: Comlink.Remote<LlmHostApi>
  readonly whole: Breakable
  stop(): void
}

function llmDoor(open: () => LlmConnection): Llm {
  let door: LlmConnection | null = null
  const opened = () => {
    // It may have broken while nobody waited for it.
    if (door !== null && door.whole.broken === null) return
    door?.stop()
    door = open()
  }
  /** Asks what is open; what is broken is closed. */
  const ask = async <T>(work: (api: LlmConnection['api']) => Promise<T>, otherwise: (problem: string) => T) => {
    const asked = door
    if (asked === null) return otherwise('nothing is loaded')
    try {
      return await asked.whole.guard(work(asked.api))
    } catch (error) {
      if (asked.whole.broken !== null && door === asked) {
        asked.stop()
        door = null
      }
      return otherwise(error instanceof Error ? error.message : String(error))
    }
  }
  const lost = (model: string) => (problem: string) =>
    fail('model-lost', `${model} is not there any more (${problem}): load it again.`)
  const nothing = () => undefined
  return {
    load(spec, onProgress) {
      opened()
      return ask(async (api) => api.load(spec, Comlink.proxy(onProgress)), lost(spec.model))
    },
    cancelLoad: (model) => void ask(async (api) => api.cancelLoad(model), nothing),
    generate: (model, requests, onText) =>
      ask(
        async (api) => api.generate(model, requests, onText === undefined ? undefined : Comlink.proxy(onText)),
        lost(model),
      ),
    abort: (model) => void ask(async (api) => api.abort(model), nothing),
    stats: (model) =>
      ask(
        async (api) => api.stats(model),
        () => null,
      ),
    unload: (model) => ask(async (api) => api.unload(model), nothing),
    listModels(url, key) {
      opened()
      return ask(
        async (api) => api.listModels(url, key),
        (problem) => fail('model-lost', `The server could not be asked for its models (${problem}): try again.`),
      )
    },
    dispose() {
      door?.whole.break(new Error('the models were let go'))
      door?.stop()
      door = null
    },
  }
}

/** Closes the port behind a callback or object that came from another thread. */
function letGo(remote: unknown): void {
  ;(remote as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.()
}
