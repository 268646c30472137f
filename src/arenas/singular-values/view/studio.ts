/** The model, as the page asks it. */
import { startWorkshop } from '../../../engine/supervisor.ts'
import type { Options } from '../../../core/options.ts'
import type { StudioApi } from '../studio.ts'

export type Studio = StudioApi & { dispose(): void }

export function startStudio(options: Options): Studio {
  const workshop = startWorkshop<StudioApi>('singular-values', options)
  return {
    open: () => workshop.ask('open'),
    held: (request) => workshop.ask('held', request),
    ask: (request) => workshop.ask('ask', request),
    effect: (request) => workshop.ask('effect', request),
    reach: (request) => workshop.ask('reach', request),
    moved: (request) => workshop.ask('moved', request),
    controls: (request) => workshop.ask('controls', request),
    cost: (request) => workshop.ask('cost', request),
    save: (request) => workshop.ask('save', request),
    dispose: () => workshop.dispose(),
  }
}
