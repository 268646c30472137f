/** Editing schedules by hand, as pure functions: what a click makes of a gene, and how genes are shown. */
import { COMPONENTS, COMPUTE, EXTRAPOLATE, geneAt, REUSE, type Gene, type Schedule } from '../schedule.ts'

export interface GeneLook {
  readonly name: 'compute' | 'reuse' | 'extrapolate'
  readonly glyph: string
  /** What it does, after "step 3, block 2, feed-forward: ". */
  readonly words: string
}

/** By {@link Gene}. */
export const LOOKS: Readonly<Record<Gene, GeneLook>> = {
  [REUSE]: { name: 'reuse', glyph: '·', words: 'reused' },
  [COMPUTE]: { name: 'compute', glyph: '■', words: 'computed' },
  [EXTRAPOLATE]: { name: 'extrapolate', glyph: '╱', words: 'extrapolated' },
}

/** In {@link COMPONENTS}' order. */
export const PANELS = ['Self-attention', 'Caption attention', 'Feed-forward'] as const

/** What a click makes of a gene: computed, reused, extrapolated, computed. */
const NEXT: Readonly<Record<Gene, Gene>> = { [COMPUTE]: REUSE, [REUSE]: EXTRAPOLATE, [EXTRAPOLATE]: COMPUTE }

export const isGene = (value: number | undefined): value is Gene =>
  value === REUSE || value === COMPUTE || value === EXTRAPOLATE

export const geneOf = (schedule: Schedule, step: number, block: number, component: number): Gene => {
  const gene = schedule.genes[geneAt(schedule, step, block, component)]
  return isGene(gene) ? gene : REUSE
}

export function withCycled(schedule: Schedule, step: number, block: number, component: number): Schedule {
  const genes = schedule.genes.slice()
  genes[geneAt(schedule, step, block, component)] = NEXT[geneOf(schedule, step, block, component)]
  return { ...schedule, genes }
}

/** A step that is computed somewhere is reused everywhere, and the other way round. */
export function withStepToggled(schedule: Schedule, step: number): Schedule {
  const genes = schedule.genes.slice()
  const from = geneAt(schedule, step, 0, 0)
  const to = geneAt(schedule, step + 1, 0, 0)
  genes.fill(genes.subarray(from, to).includes(COMPUTE) ? REUSE : COMPUTE, from, to)
  return { ...schedule, genes }
}

export const isSame = (one: Schedule, other: Schedule): boolean =>
  one.steps === other.steps && one.blocks === other.blocks && one.genes.every((gene, at) => gene === other.genes[at])

/** How many genes differ, where both have the same shape. */
export const editsBetween = (one: Schedule, other: Schedule): number =>
  one.genes.reduce((count, gene, at) => count + (gene === other.genes[at] ? 0 : 1), 0)

/** One place of the grid: columns go through the blocks of one component after the other. */
export interface Place {
  readonly step: number
  readonly column: number
}

/** Where an arrow key leads; null where it leads nowhere. Column -1 is the step's own label. */
export function placeAfter(key: string, { step, column }: Place, { steps, blocks }: Schedule): Place | null {
  const last = blocks * COMPONENTS.length - 1
  const to = {
    ArrowUp: { step: step - 1, column },
    ArrowDown: { step: step + 1, column },
    ArrowLeft: { step, column: column - 1 },
    ArrowRight: { step, column: column + 1 },
    Home: { step, column: -1 },
    End: { step, column: last },
    PageUp: { step: 0, column },
    PageDown: { step: steps - 1, column },
  }[key]
  if (to === undefined || to.step < 0 || to.step >= steps || to.column < -1 || to.column > last) return null
  return to
}
