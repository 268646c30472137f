/** Language models without a browser: our own, from public/, and the scripted one. For the command line, tests and the bench. */
import { cpuOffer, gpuOffer } from '../llm/embedded/engines.ts'
import { Embedded, type Sources } from '../llm/embedded/model.ts'
import { LlmHost } from '../llm/host.ts'
import { localLlm, type Llm } from '../llm/llm.ts'
import { createScripted } from '../llm/scripted/index.ts'
import { loadDialects } from './arenas.ts'
import { publicFile } from './public-file.ts'

export const nodeSources: Sources = {
  models: loadDialects,
  fetch: publicFile,
  cpu: cpuOffer,
  async gpu(weights) {
    // Dawn is loaded for those alone who ask for a GPU.
    const { createNodeGpu, nodeShaders } = await import('./node-gpu.ts')
    return gpuOffer(await createNodeGpu(), nodeShaders, weights)
  },
}

export const nodeModels = (): Llm =>
  localLlm(
    new LlmHost({
      scripted: () => Promise.resolve(createScripted),
      embedded: () => Promise.resolve((spec) => new Embedded(spec, nodeSources)),
    }),
  )
