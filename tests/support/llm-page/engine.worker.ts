/** Stands where the engine stands: a worker that starts the language models' worker, and hands the page what it says. */
import * as Comlink from 'comlink'
import { startLlm } from '../../../src/engine/supervisor.ts'
import type { LlmWorkerApi } from '../../../src/llm/contracts.ts'

Comlink.expose({ start: (builtIn: LlmWorkerApi) => Comlink.proxy(startLlm(builtIn)) })
