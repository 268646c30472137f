/** The test's page: starts the worker and lets the test call it. */
import * as Comlink from 'comlink'
import type { Result } from '../../../src/core/result.ts'
import { startShelf } from '../../../src/engine/supervisor.ts'
import type { WebLlmSpec } from '../../../src/llm/shelf.ts'
import type {
  Generated,
  GenerateRequest,
  LlmWorkerApi,
  LoadedModel,
  LoadProgress,
  ModelSpec,
} from '../../../src/llm/contracts.ts'

const worker = new Worker(new URL('./llm.worker.ts', import.meta.url), { type: 'module' })
const host = Comlink.wrap<LlmWorkerApi>(worker)
const shelf = startShelf()

const page = {
  /** Loads; `cancelAt` stops it at the first report that this says yes to. */
  async load(spec: ModelSpec, cancelAt = ''): Promise<{ result: Result<LoadedModel>; reports: LoadProgress[] }> {
    const reports: LoadProgress[] = []
    const result = await host.load(
      spec,
      Comlink.proxy((progress: LoadProgress) => {
        reports.push(progress)
        if (cancelAt !== '' && progress.text.includes(cancelAt)) void host.cancelLoad(spec.model)
      }),
    )
    return { result, reports }
  },
  cancel: (model: string) => host.cancelLoad(model),
  /** `abortAfter`: characters after which it is interrupted. */
  async generate(
    model: string,
    requests: readonly GenerateRequest[],
    abortAfter = Infinity,
  ): Promise<{ result: Result<readonly Generated[]>; pieces: string[] }> {
    const pieces: string[] = []
    const result = await host.generate(
      model,
      requests,
      Comlink.proxy((_index: number, added: string) => {
        pieces.push(added)
        if (pieces.join('').length >= abortAfter) void host.abort(model)
      }),
    )
    return { result, pieces }
  },
  machine: () => shelf.machine(),
  catalogue: () => shelf.catalogue(),
  needed: (model: string) => shelf.needed(model),
  held: (spec: WebLlmSpec) => shelf.held(spec),
  all: () => shelf.all(),
  check: (spec: WebLlmSpec) => shelf.check(spec),
  remove: (spec: WebLlmSpec) => shelf.remove(spec),
  /** Files cross as arrays of bytes. */
  import(model: string, files: readonly { readonly path: string; readonly base64: string }[]) {
    const blobs = files.map(({ path, base64 }) => ({
      path,
      blob: new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
    }))
    return shelf.import(model, blobs, () => undefined)
  },
  /** Everything in the browser's caches, by name of the cache. */
  async cached(): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {}
    for (const name of await caches.keys()) {
      const urls = (await (await caches.open(name)).keys()).map(({ url }) => url)
      if (urls.length > 0) all[name] = urls
    }
    return all
  },
  /** Flips a bit of a file in the caches, cuts it short, adds a space, or puts a web page in its place. */
  async damage(name: string, how: 'flip' | 'cut' | 'longer' | 'page'): Promise<void> {
    for (const scope of await caches.keys()) {
      const cache = await caches.open(scope)
      for (const request of await cache.keys()) {
        if (!request.url.endsWith(name)) continue
        const bytes = new Uint8Array(await ((await cache.match(request)) ?? new Response()).arrayBuffer())
        const middle = bytes.length >> 1
        if (how === 'flip') bytes[middle] = (bytes[middle] ?? 0) ^ 1
        const body =
          how === 'cut'
            ? bytes.slice(0, middle)
            : how === 'page'
              ? '<!doctype html><p>Sign in'
              : how === 'longer'
                ? new Blob([bytes, ' '])
                : bytes
        await cache.put(request, new Response(body))
      }
    }
  },
  stats: (model: string) => host.stats(model),
  unload: (model: string) => host.unload(model),
  devices: () =>
    new Promise<number>((resolve) => {
      const answer = ({ data }: MessageEvent<{ readonly devices?: number } | null>) => {
        if (typeof data?.devices !== 'number') return
        worker.removeEventListener('message', answer)
        resolve(data.devices)
      }
      worker.addEventListener('message', answer)
      worker.postMessage('devices?')
    }),
}
export type TestPage = typeof page
Object.defineProperty(globalThis, 'llm', { value: page })
