/** The sampler, as the page asks it. */
import { startWorkshop } from '../../../engine/supervisor.ts'
import type { Options } from '../../../core/options.ts'
import type { PicturesApi } from '../pictures.ts'

export type Pictures = PicturesApi & { dispose(): void }

export function startPictures(options: Options): Pictures {
  const workshop = startWorkshop<PicturesApi>('diffusion-cache', options)
  return {
    open: () => workshop.ask('open'),
    sample: (request, onStep) => workshop.ask('sample', request, onStep),
    baselines: (request) => workshop.ask('baselines', request),
    rescore: (request, onShare) => workshop.ask('rescore', request, onShare),
    dispose: () => workshop.dispose(),
  }
}
