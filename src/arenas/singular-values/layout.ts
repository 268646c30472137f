/** Which matrices of a network are adapted, and where their genes lie in a genome. Known from the settings alone, without the model. */
import type { TaskId, World } from './options.ts'

export interface Part {
  /** As in the model's file, e.g. `layers.0.attention.query`. */
  readonly name: string
  /** The transformer's layer, and which of its four matrices; the picture model has one of each. */
  readonly layer: number
  readonly matrix: 'query' | 'key' | 'value' | 'output' | 'all'
  /** The factor that its genes belong to; `product` where both are one. */
  readonly factor: 'A' | 'B' | 'product'
  readonly first: number
  readonly genes: number
}

/** Layers of the sums model. */
export const LAYERS = 4
const MATRICES = ['query', 'key', 'value', 'output'] as const

const NAMES: Readonly<Record<TaskId, readonly Pick<Part, 'name' | 'layer' | 'matrix'>[]>> = {
  fashion: [{ name: 'base', layer: 0, matrix: 'all' }],
  sums: Array.from({ length: LAYERS }, (_, layer) =>
    MATRICES.map((matrix) => ({ name: `layers.${layer}.attention.${matrix}`, layer, matrix })),
  ).flat(),
}

/** Genes of one factor: the share alpha of its rank, one at least. */
export const genesOfFactor = ({ alpha, rank }: Pick<World, 'alpha' | 'rank'>): number =>
  // A tenth of ten is one, whatever the product of floats says.
  Math.max(1, Math.floor(alpha * rank + 1e-9))

export function partsOf(world: Pick<World, 'task' | 'alpha' | 'rank' | 'svd'>): readonly Part[] {
  const genes = genesOfFactor(world)
  const factors = world.svd === 'product' ? (['product'] as const) : (['A', 'B'] as const)
  return NAMES[world.task]
    .flatMap((name) => factors.map((factor) => ({ ...name, factor })))
    .map((part, at) => ({ ...part, first: at * genes, genes }))
}

export const dimensionsOf = (world: Parameters<typeof partsOf>[0]): number =>
  partsOf(world).reduce((sum, { genes }) => sum + genes, 0)
