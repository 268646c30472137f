/**
 * The genome: what of a diffusion transformer is computed in which step, and what is taken from the step before. ECAD's
 * encoding (arXiv 2506.15682, section 3): a gene for every step, block and component, step-major; any pattern is legal.
 */

/** Sub-modules of a block, in the order in which a block goes through them. */
export const COMPONENTS = ['attn1', 'attn2', 'ff'] as const
export type Component = (typeof COMPONENTS)[number]

/** What a gene says: take the output that was computed last, compute it, or go on in a line through the last two. */
export const REUSE = 0
export const COMPUTE = 1
export const EXTRAPOLATE = 2
export type Gene = typeof REUSE | typeof COMPUTE | typeof EXTRAPOLATE

export interface ScheduleShape {
  readonly steps: number
  readonly blocks: number
}

/** `genes[(step * blocks + block) * 3 + component]`; each is a {@link Gene}. */
export interface Schedule extends ScheduleShape {
  readonly genes: Uint8Array
}

export const genesOf = ({ steps, blocks }: ScheduleShape): number => steps * blocks * COMPONENTS.length

export const geneAt = ({ blocks }: ScheduleShape, step: number, block: number, component: number): number =>
  (step * blocks + block) * COMPONENTS.length + component

/** The genes of one step. */
export const stepOf = ({ blocks, genes }: Schedule, step: number): Uint8Array =>
  genes.subarray(step * blocks * COMPONENTS.length, (step + 1) * blocks * COMPONENTS.length)

/** Genes of a step that say compute. */
export const computedIn = (schedule: Schedule, step: number): number =>
  stepOf(schedule, step).reduce((sum, gene) => sum + Number(gene === COMPUTE), 0)

/** The schedule that computes everything. */
export const fullSchedule = (shape: ScheduleShape): Schedule => ({
  ...shape,
  genes: new Uint8Array(genesOf(shape)).fill(COMPUTE),
})

/** What one component of one step comes to. */
export interface Use {
  /** Whether it is computed. */
  readonly computes: boolean
  /** Where not: output = last + ahead * (last - before), of the last two that were computed. 0 takes the last as it is. */
  readonly ahead: number
}

/**
 * What a schedule does, gene by gene, in the genes' order. ECAD's only repair: where nothing was computed yet, it is computed,
 * whatever the gene says; so the first step always computes everything. A line needs two computed outputs, else the last is taken.
 */
export function usesOf(schedule: Schedule): Use[] {
  const { steps, blocks, genes } = schedule
  const uses = new Array<Use>(genes.length)
  const slots = blocks * COMPONENTS.length
  for (let slot = 0; slot < slots; slot++) {
    let last = -1
    let before = -1
    for (let step = 0; step < steps; step++) {
      const gene = genes[step * slots + slot]
      if (gene === COMPUTE || last === -1) {
        before = last
        last = step
        uses[step * slots + slot] = { computes: true, ahead: 0 }
      } else {
        const ahead = gene === EXTRAPOLATE && before >= 0 ? (step - last) / (last - before) : 0
        uses[step * slots + slot] = { computes: false, ahead }
      }
    }
  }
  return uses
}

/** The genes that do the same and say no more: the first step computes, and a line that cannot be followed is a reuse. */
export function canonical(schedule: Schedule): Schedule {
  const genes = Uint8Array.from(usesOf(schedule), ({ computes, ahead }) =>
    computes ? COMPUTE : ahead > 0 ? EXTRAPOLATE : REUSE,
  )
  return { ...schedule, genes }
}

/** Multiply-accumulates of each component of one block, for one picture and one pass: in {@link COMPONENTS}' order. */
export type Macs = readonly [number, number, number]

/** Share of the full schedule's multiply-accumulates in the components that a schedule spends, 1/steps..1. */
export function costOf(schedule: Schedule, macs: Macs): number {
  let spent = 0
  usesOf(schedule).forEach(({ computes }, gene) => {
    if (computes) spent += macs[gene % COMPONENTS.length] ?? 0
  })
  const each = macs[0] + macs[1] + macs[2]
  return spent / (each * schedule.steps * schedule.blocks)
}
