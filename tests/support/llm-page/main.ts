/** Puts the language models on `globalThis.llm` (see ../llm-page.ts), reached as in the real page: page, engine's worker, models' worker. */
import * as Comlink from 'comlink'
import { offerBuiltIn } from '../../../src/engine/supervisor.ts'
import type { Llm, LlmHostApi } from '../../../src/llm/llm.ts'

const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
const engine = Comlink.wrap<{ start(builtIn: LlmHostApi): Llm; workers(): number; crash(): void }>(worker)
const start = async () => {
  const llm = (await engine.start(offerBuiltIn())) as unknown as Llm
  const page: Llm = {
    load: (spec, onProgress) => llm.load(spec, Comlink.proxy(onProgress)),
    cancelLoad: (model) => void llm.cancelLoad(model),
    generate: (model, requests, onText) =>
      llm.generate(model, requests, onText === undefined ? undefined : Comlink.proxy(onText)),
    abort: (model) => void llm.abort(model),
    stats: (model) => llm.stats(model),
    unload: (model) => llm.unload(model),
    listModels: (url, key) => llm.listModels(url, key),
    dispose: () => void llm.dispose(),
  }
  return page
}
globalThis.llm = start()
globalThis.engine = { workers: () => engine.workers(), crash: () => engine.crash() }
