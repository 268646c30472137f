/** The schedules that are timed, and the work that they come to. */
import { planOf } from '../../src/arenas/diffusion-cache/kernel/plan.ts'
import { macsOf, TOKENS, VALUES, type DitShape } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { COMPONENTS, COMPUTE, costOf, fullSchedule, genesOf, REUSE, type Schedule, type ScheduleShape } from '../../src/arenas/diffusion-cache/schedule.ts' // prettier-ignore
import { rng, type Rng } from '../../src/core/rng.ts'

/** Every n-th step computes everything (FORA, arXiv 2407.01425). */
const everyNth = (shape: ScheduleShape, n: number): Schedule => {
  const slots = shape.blocks * COMPONENTS.length
  const genes = Uint8Array.from({ length: genesOf(shape) }, (_, gene) => (Math.floor(gene / slots) % n === 0 ? COMPUTE : REUSE)) // prettier-ignore
  return { ...shape, genes }
}

/** A generation as evolution has it: seeds, and children of four-point crossover with a few genes changed. */
export function generation(shape: ScheduleShape, size: number, seed: number): Schedule[] {
  const random = rng(seed)
  const seeds = [fullSchedule(shape), ...[2, 3, 4, 5].map((n) => everyNth(shape, n)), sparse(shape, 0.5, random), sparse(shape, 0.25, random)] // prettier-ignore
  const members = seeds.slice(0, size)
  while (members.length < size) members.push(child(random.pick(members), random.pick(members), random))
  return members
}

function child(mother: Schedule, father: Schedule, random: Rng): Schedule {
  const genes = mother.genes.slice()
  const cuts = [0, 0, 0, 0].map(() => random.int(genes.length + 1)).sort((x, y) => x - y)
  for (const [begin, end] of [cuts.slice(0, 2), cuts.slice(2)]) genes.set(father.genes.subarray(begin, end), begin)
  for (let flips = 0; flips < 3; flips++) {
    const gene = random.int(genes.length)
    genes[gene] = genes[gene] === COMPUTE ? REUSE : COMPUTE
  }
  return { ...mother, genes }
}

const sparse = (shape: ScheduleShape, share: number, random: Rng): Schedule => ({
  ...shape,
  genes: Uint8Array.from({ length: genesOf(shape) }, () => (random.chance(share) ? COMPUTE : REUSE)),
})

/** Schedules of evenly rising cost: each gene computes by chance. */
export function ofEveryCost(shape: ScheduleShape, count: number, seed: number): Schedule[] {
  const random = rng(seed)
  return Array.from({ length: count }, (_, at) => sparse(shape, at / (count - 1), random))
}

/** Multiply-accumulates of one picture under a schedule, both branches of guidance: components, patches and last layer. */
export const macsOfSchedule = (net: DitShape, schedule: Schedule): number => {
  const [a, b, c] = macsOf(net)
  return 2 * (costOf(schedule, [a, b, c]) * (a + b + c) * schedule.steps * net.blocks) + ends(net) * schedule.steps
}

/** Patches go in once for both branches, and come out of each. */
const ends = ({ width }: DitShape): number => 3 * TOKENS * VALUES * width

/** Those of one picture under all schedules, what they share counted once: what the GPU does. */
export function macsOfPlan(net: DitShape, schedules: readonly Schedule[]): number {
  const macs = macsOf(net)
  let sum = 0
  for (const op of planOf(schedules).ops) {
    if (op.kind === 'compute') sum += 2 * op.goals.length * (macs[op.slot % COMPONENTS.length] ?? 0)
    if (op.kind === 'finish') sum += op.entries.length * ends(net)
  }
  return sum
}
