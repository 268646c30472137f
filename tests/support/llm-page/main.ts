/** Puts the language models on `globalThis.llm`, reached as in the real page: page, engine's worker, models' worker. */
import * as Comlink from 'comlink'
import { offerBuiltIn } from '../../../src/engine/supervisor.ts'
import type { LlmWorkerApi } from '../../../src/llm/contracts.ts'
import type { Llm } from '../../../src/llm/llm.ts'

const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
const engine = Comlink.wrap<{ start(builtIn: LlmWorkerApi): Llm }>(worker)
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
    dispose: () => void llm.dispose(),
  }
  return page
}
globalThis.llm = start()
