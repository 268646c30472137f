/** The embedded models without a browser: files from public/, the graphics card by Dawn for Node. For tests and the bench. */
import { readFile } from 'node:fs/promises'
import { fail, ok } from '../core/result.ts'
import { cpuOffer, gpuOffer } from '../llm/embedded/engines.ts'
import type { Sources } from '../llm/embedded/model.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'
import { createNodeGpu, nodeShaders } from './node-gpu.ts'

export const nodeSources: Sources = {
  async models(arena) {
    if (!/^[a-z0-9-]+$/.test(arena)) return null
    try {
      const { default: models } = (await import(`../arenas/${arena}/dialect.ts`)) as { default: EmbeddedModels }
      return models
    } catch {
      return null
    }
  },
  async fetch(path) {
    try {
      return ok(new Uint8Array(await readFile(new URL(`../../public/${path}`, import.meta.url))))
    } catch (error) {
      return fail('no-file', `There is no public/${path} (${String(error)}).`)
    }
  },
  cpu: cpuOffer,
  gpu: async (weights) => gpuOffer(await createNodeGpu(), nodeShaders, weights),
}
