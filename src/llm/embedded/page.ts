/** The embedded models as the page's worker runs them: found among its arenas, fetched from its own site. */
import { loadDialects } from '../../arenas/discover.ts'
import { ok, type Result } from '../../core/result.ts'
import type { CreateModel } from '../contracts.ts'
import { acquireGpu } from '../../gpu/device.ts'
import { bundledShaders } from '../../gpu/shaders.ts'
import { fetchFromPage } from '../../share/page-file.ts'
import { cpuOffer, gpuOffer } from './engines.ts'
import { Embedded, type EmbeddedSpec, type Offer, type Sources } from './model.ts'
import type { Weights } from '../transformer/weights.ts'

/** A device of the model's own: evaluation goes on with another when this one is given back. */
async function gpuFromPage(weights: Weights): Promise<Result<Offer>> {
  const found = await acquireGpu(navigator.gpu as GPU | undefined)
  const offer = await gpuOffer(found, bundledShaders, weights)
  if (!found.ok || !offer.ok) return offer
  const { writer, ...rest } = offer.value
  const dispose = () => {
    writer.dispose()
    found.value.device.destroy()
  }
  return ok({ ...rest, writer: { write: writer.write.bind(writer), dispose } })
}

const page: Sources = { models: loadDialects, fetch: fetchFromPage, cpu: cpuOffer, gpu: gpuFromPage }

export const createEmbedded: CreateModel<EmbeddedSpec> = (spec) => new Embedded(spec, page)
