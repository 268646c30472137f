/** The sampler, as the page asks it. */
import type { EngineChoice } from '../../../engine/protocol.ts'
import { startWorkshop } from '../../../engine/supervisor.ts'
import type { Options } from '../../../core/options.ts'
import type { PicturesApi } from '../pictures.ts'

export type Pictures = PicturesApi & { dispose(): void }

/** On the CPU unless an engine is asked for. */
export function startPictures(options: Options, engine: EngineChoice = 'cpu'): Pictures {
  const workshop = startWorkshop<PicturesApi>('diffusion-cache', options, engine)
  return {
    open: () => workshop.ask('open'),
    sample: (request, onStep) => workshop.ask('sample', request, onStep),
    baselines: (request) => workshop.ask('baselines', request),
    rescore: (request, onShare) => workshop.ask('rescore', request, onShare),
    dispose: () => workshop.dispose(),
  }
}
