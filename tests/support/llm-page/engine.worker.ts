/** Stands where the engine stands: a worker that starts the language models' worker, and hands the page what it says. */
import * as Comlink from 'comlink'
import { startLlm } from '../../../src/engine/supervisor.ts'
import type { LlmHostApi } from '../../../src/llm/llm.ts'

/** Every worker that was started here, so that a test can break one. */
const workers: Worker[] = []
const Real = globalThis.Worker
globalThis.Worker = class extends Real {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options)
    workers.push(this)
  }
}

Comlink.expose({
  start: (builtIn: LlmHostApi) => Comlink.proxy(startLlm(builtIn)),
  workers: () => workers.length,
  crash: () => {
    const worker = workers.at(-1)
    worker?.terminate()
    worker?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))
  },
})
