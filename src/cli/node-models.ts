/** Language models without a browser: our own, from public/, and the scripted one. For the command line, tests and the bench. */
import { readFile } from 'node:fs/promises'
import { fail, ok } from '../core/result.ts'
import { cpuOffer, gpuOffer } from '../llm/embedded/engines.ts'
import { Embedded, type Sources } from '../llm/embedded/model.ts'
import { LlmHost } from '../llm/host.ts'
import { localLlm, type Llm } from '../llm/llm.ts'
import { createScripted } from '../llm/scripted/index.ts'
import { loadDialects } from './arenas.ts'

const PUBLIC = new URL('../../public/', import.meta.url)

export const nodeSources: Sources = {
  models: loadDialects,
  async fetch(path) {
    try {
      return ok(new Uint8Array(await readFile(new URL(path, PUBLIC))))
    } catch (error) {
      return fail('no-file', `There is no public/${path} (${String(error)}).`)
    }
  },
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
