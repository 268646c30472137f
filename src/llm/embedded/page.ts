/** The embedded models as the page's worker runs them: found among its arenas, fetched from its own site. */
import { loadDialects } from '../../arenas/discover.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { CreateModel } from '../contracts.ts'
import { acquireGpu } from '../../gpu/device.ts'
import { bundledShaders } from '../../gpu/shaders.ts'
import { cpuOffer, gpuOffer } from './engines.ts'
import { Embedded, type EmbeddedSpec, type Offer, type Sources } from './model.ts'
import type { Weights } from '../transformer/weights.ts'

/** Models are a few hundred kilobytes. */
const MOST_BYTES = 1 << 26

/**
 * A file of the page. Workers lie one folder below the page, as `workers/llm.worker.ts` and in what is built from it, so what
 * is fetched is `../<path>` from here.
 */
export async function fetchFromPage(path: string, signal: AbortSignal): Promise<Result<Uint8Array>> {
  const url = new URL(`../${path}`, self.location.href)
  try {
    const response = await fetch(url, { signal })
    if (!response.ok)
      return fail('no-file', `The page has no ${path} (${response.status}): was it built with its models?`)
    if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES)
      return fail('bad-weights', `${path} is bigger than any model of ours.`)
    return ok(new Uint8Array(await response.arrayBuffer()))
  } catch (error) {
    return signal.aborted
      ? fail('cancelled', 'Loading was stopped.')
      : fail('no-file', `${path} could not be fetched (${String(error)}): is the connection gone?`)
  }
}

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
