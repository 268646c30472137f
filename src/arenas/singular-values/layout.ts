/** Which matrices of a network are adapted, and where their genes lie in a genome. Known from the settings alone, without the model. */
import type { TaskId, World } from './options.ts'

export interface Part {
  /** As in the model's file, e.g. `layers.0.attention.query`. */
  readonly name: string
  /** The transformer's layer, and which of its four matrices; the picture model has one of each. */
  readonly layer: number
  readonly matrix: 'query' | 'key' | 'value' | 'output' | 'all'
  /** The factor that its genes belong to; `product` where both are one; `noise` where they are directions of all weights. */
  readonly factor: 'A' | 'B' | 'product' | 'noise'
  readonly first: number
  readonly genes: number
}

/** Layers of the sums model, and of the model of warriors. */
export const LAYERS = 4
export const WRITER_LAYERS = 3
const MATRICES = ['query', 'key', 'value', 'output'] as const

type Name = Pick<Part, 'name' | 'layer' | 'matrix'>
const attentionOf = (layers: number): readonly Name[] =>
  Array.from({ length: layers }, (_, layer) =>
    MATRICES.map((matrix) => ({ name: `layers.${layer}.attention.${matrix}`, layer, matrix })),
  ).flat()

const NAMES: Readonly<Record<TaskId, readonly Name[]>> = {
  fashion: [{ name: 'base', layer: 0, matrix: 'all' }],
  sums: attentionOf(LAYERS),
  warriors: attentionOf(WRITER_LAYERS),
}

/** Genes of one factor: the share alpha of its rank, one at least. */
export const genesOfFactor = ({ alpha, rank }: Pick<World, 'alpha' | 'rank'>): number =>
  // A tenth of ten is one, whatever the product of floats says.
  Math.max(1, Math.floor(alpha * rank + 1e-9))

/** Directions that are told in a line. */
const LINE = 16

export function partsOf(world: Pick<World, 'task' | 'alpha' | 'rank' | 'svd' | 'directions'>): readonly Part[] {
  if (world.directions > 0) return lines(world.directions)
  const genes = genesOfFactor(world)
  const factors = world.svd === 'product' ? (['product'] as const) : (['A', 'B'] as const)
  return NAMES[world.task]
    .flatMap((name) => factors.map((factor) => ({ ...name, factor })))
    .map((part, at) => ({ ...part, first: at * genes, genes }))
}

const lines = (directions: number): readonly Part[] =>
  Array.from({ length: Math.ceil(directions / LINE) }, (_, line): Part => {
    const [first, genes] = [line * LINE, Math.min(LINE, directions - line * LINE)]
    return { name: `directions.${first + 1}`, layer: 0, matrix: 'all', factor: 'noise', first, genes }
  })

export const dimensionsOf = (world: Parameters<typeof partsOf>[0]): number =>
  partsOf(world).reduce((sum, { genes }) => sum + genes, 0)
