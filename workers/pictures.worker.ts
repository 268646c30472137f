/** Samples pictures for the page: an arena's own sampler, on the files that the arena needs. */
import * as Comlink from 'comlink'
import { loadArena, loadSampling } from '../src/arenas/discover.ts'
import type { PicturesApi } from '../src/arenas/diffusion-cache/pictures.ts'
import { loadFiles } from '../src/core/files.ts'
import { fail, type Result } from '../src/core/result.ts'
import type { PicturesWorkerApi } from '../src/engine/supervisor.ts'
import { fetchFromPage } from '../src/share/page-file.ts'

let pictures: PicturesApi | null = null

const ask = <T>(work: (pictures: PicturesApi) => Promise<Result<T>>): Promise<Result<T>> =>
  pictures === null
    ? Promise.resolve(fail('not-open', 'There is no model to make pictures with: reload the page.'))
    : work(pictures)

/** Closes the port behind a callback of the page's. */
const letGo = (callback: object) => (callback as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.()

const api: PicturesWorkerApi = {
  async open(id, options) {
    const arena = await loadArena(id)
    if (!arena.ok) return arena
    const create = await loadSampling(id)
    if (create === null) return fail('no-sampler', `${arena.value.label} makes no pictures.`)
    const files = await loadFiles(arena.value, options, fetchFromPage)
    if (!files.ok) return files
    const made = await create(files.value, options)
    if (!made.ok) return made
    pictures = made.value
    return pictures.open()
  },
  sample: (request, onStep) => ask((open) => open.sample(request, onStep)).finally(() => letGo(onStep)),
  baselines: (request) => ask((open) => open.baselines(request)),
  rescore: (request, onShare) => ask((open) => open.rescore(request, onShare)).finally(() => letGo(onShare)),
}
Comlink.expose(api)
