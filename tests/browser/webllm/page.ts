/** The test's page: starts the worker and lets the test call it. */
import * as Comlink from 'comlink'
import type { Result } from '../../../src/core/result.ts'
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
