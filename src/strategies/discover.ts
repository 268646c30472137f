/** Finds strategies by looking: a folder with an `index.ts` is one. */
import type { Strategy } from '../core/contracts.ts'

const modules = import.meta.glob<{ default: Strategy<unknown> }>('./*/index.ts', { eager: true })

/** MAP-Elites first, the others by name. */
export const strategies = (): Strategy<unknown>[] =>
  Object.values(modules)
    .map((module) => module.default)
    .sort((x, y) => Number(y.id === 'map-elites') - Number(x.id === 'map-elites') || x.id.localeCompare(y.id))
