/**
 * Schedules that people made, as ECAD seeds its first population (arXiv 2506.15682, and the generators of its repository; facts
 * only): FORA recomputes everything, or attention alone, in every n-th step; TGATE drops the caption's attention from a gate on; the
 * rest reuse one component in evenly spaced blocks and steps.
 */
import type { Named } from '../../core/contracts.ts'
import { textOption, type Options } from '../../core/options.ts'
import { shapeOf } from './options.ts'
import { canonical, COMPUTE, fullSchedule, genesOf, REUSE, type Schedule, type ScheduleShape } from './schedule.ts'

const [SELF, CROSS, FEED] = [0, 1, 2] as const
const NAMES = ['self-attention', 'caption attention', 'feed-forward'] as const

/** A schedule that computes where `computes` says so. */
export function made(
  shape: ScheduleShape,
  computes: (step: number, block: number, component: number) => boolean,
): Schedule {
  const row = shape.blocks * 3
  const genes = Uint8Array.from({ length: genesOf(shape) }, (_, gene) =>
    computes(Math.floor(gene / row), Math.floor((gene % row) / 3), gene % 3) ? COMPUTE : REUSE,
  )
  return canonical({ ...shape, genes })
}

/** Selvaraju et al. 2024: these components in every n-th step, the others always. */
export const fora = (
  shape: ScheduleShape,
  every: number,
  components: readonly number[] = [SELF, CROSS, FEED],
): Schedule => made(shape, (step, _, component) => !components.includes(component) || step % every === 0)

/** Zhang et al. 2024, without averaging: caption attention until the gate, from then on self-attention alone, now and then. */
export const tgate = (shape: ScheduleShape, gate: number, every: number, warmUp = 2): Schedule =>
  made(shape, (step, _, component) => {
    if (component === FEED) return true
    if (component === CROSS) return step < gate
    return step < warmUp || step % every === 0
  })

/** One component rests in so many evenly spaced blocks, in so many evenly spaced steps. */
export function evenly(shape: ScheduleShape, component: number, blocks: number, steps: number): Schedule {
  const spread = (count: number, of: number) => new Set(Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * of) / count))) // prettier-ignore
  const [restingBlocks, restingSteps] = [spread(blocks, shape.blocks), spread(steps, shape.steps)]
  return made(shape, (step, block, at) => !(at === component && restingBlocks.has(block) && restingSteps.has(step)))
}

/** The sampler that takes only these steps, as a schedule: everything is computed in them, nothing in the others. */
export const onGrid = (shape: ScheduleShape, steps: readonly number[]): Schedule =>
  made(shape, (step) => steps.includes(step))

const named = (name: string, genome: Schedule): Named<Schedule> => ({ name, genome })
const foraNamed = (shape: ScheduleShape) => (every: number) => named(`FORA ${every}`, fora(shape, every))
const attentionNamed = (shape: ScheduleShape) => (every: number) =>
  named(`FORA ${every}, attention alone`, fora(shape, every, [SELF, CROSS]))
const tgateNamed =
  (shape: ScheduleShape) =>
  ([gate, every]: readonly [number, number]) =>
    named(`TGATE, gate ${gate}, every ${every}`, tgate(shape, gate, every))

/** Twenty-four for the usual number of steps. */
function few(shape: ScheduleShape): Named<Schedule>[] {
  const { steps, blocks } = shape
  const gate = (share: number) => Math.max(2, Math.round(share * steps))
  return [
    named('everything', fullSchedule(shape)),
    ...[2, 3, 4, 5, 6, 8, 12].map(foraNamed(shape)),
    ...[2, 3, 4].map(attentionNamed(shape)),
    ...[SELF, CROSS, FEED].flatMap((component) =>
      [2, 3].map((every) => named(`${NAMES[component]} every ${every}`, fora(shape, every, [component]))),
    ),
    ...([[gate(0.33), 2], [gate(0.5), 2], [gate(0.5), 3], [gate(0.67), 4]] as const).map(tgateNamed(shape)),
    ...[SELF, CROSS, FEED].map((component) =>
      named(`${NAMES[component]} rests evenly`, evenly(shape, component, Math.ceil(blocks / 2), Math.ceil(steps / 2))),
    ),
  ] // prettier-ignore
}

/** Seventy-two for the usual number of steps, in the proportions of ECAD's generation 0: 1 + 7 + 6 + 13 + 45. */
function many(shape: ScheduleShape): Named<Schedule>[] {
  const { steps, blocks } = shape
  const gates = [0.5, 0.6, 0.7, 0.8, 0.9].map((share) => Math.round(share * steps))
  const evenlyOf = (component: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const inBlocks = 1 + (i % blocks)
      const inSteps = 2 + Math.floor(((i + 1) * (steps - 3)) / count)
      return named(`${NAMES[component] ?? ''} rests in ${inBlocks} blocks and ${inSteps} steps`, evenly(shape, component, inBlocks, inSteps)) // prettier-ignore
    })
  return [
    named('everything', fullSchedule(shape)),
    ...[2, 3, 4, 5, 6, 8, 12].map(foraNamed(shape)),
    ...[2, 3, 4, 5, 6, 12].map(attentionNamed(shape)),
    ...gates.flatMap((gate) => [2, 3, 5].map((every) => [gate, every] as const)).slice(0, 13).map(tgateNamed(shape)),
    ...evenlyOf(SELF, 20),
    ...evenlyOf(FEED, 18),
    ...evenlyOf(CROSS, 7),
  ] // prettier-ignore
}

/** Each once: with fewer than ten steps several of them come to the same, and there are fewer than said. */
export function seedsOf(options: Options): readonly Named<Schedule>[] {
  const kind = textOption(options, 'seeds')
  const shape = shapeOf(options)
  const all = kind === 'none' ? [] : kind === 'ecad' ? many(shape) : few(shape)
  const seen = new Set<string>()
  return all.filter(({ genome }) => {
    const key = genome.genes.join('')
    return !seen.has(key) && seen.add(key)
  })
}
