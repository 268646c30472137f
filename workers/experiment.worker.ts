/** DEI's experiment, on one core and apart from the open run. Whoever has enough of it ends the worker. */
import * as Comlink from 'comlink'
import { loadArena, loadDialects } from '../src/arenas/discover.ts'
import { fail } from '../src/core/result.ts'
import { inlineEvaluator } from '../src/engine/inline-evaluator.ts'
import type { ExperimentWorkerApi } from '../src/engine/supervisor.ts'
import { watchExperiment } from '../src/experiments/dei/live.ts'
import { LlmHost } from '../src/llm/host.ts'
import { localLlm } from '../src/llm/llm.ts'
import { strategies } from '../src/strategies/discover.ts'

const api: ExperimentWorkerApi = {
  async run(request, watch) {
    const arena = await loadArena(request.arena)
    if (!arena.ok) return arena
    const strategy = strategies().find(({ rounds }) => rounds !== undefined)
    if (strategy === undefined) return fail('no-strategy', 'There is no strategy that goes in rounds.')
    const { createEmbedded } = await import('../src/llm/embedded/page.ts')
    const host = {
      arena: arena.value,
      strategy,
      evaluator: (options: (typeof arena.value.presets)[number]['options']) => inlineEvaluator(arena.value, options),
      embedded: (await loadDialects(request.arena)) ?? [],
      models: () => localLlm(new LlmHost({ embedded: () => Promise.resolve(createEmbedded) })),
      now: () => performance.now(),
    }
    return watchExperiment(request, host, watch, new AbortController().signal)
  },
}
Comlink.expose(api)
