/** How schedules vary: ECAD's two operators (pymoo's, as published), and moves by whole steps, which is what pays here (docs/diffusion-cache.md). */
import type { Operator } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import { shapeOf } from './options.ts'
import {
  computedIn,
  stepOf,
  COMPUTE,
  EXTRAPOLATE,
  geneAt,
  genesOf,
  REUSE,
  type Schedule,
  type ScheduleShape,
} from './schedule.ts'

const POINTS = 4
function withGenes(schedule: Schedule, change: (genes: Uint8Array) => void): Schedule {
  const genes = schedule.genes.slice()
  change(genes)
  return { ...schedule, genes }
}

/** Any schedule: half of them made of whole steps, half gene by gene, at any share of compute. */
function random(shape: ScheduleShape, hasLines: boolean, rng: Rng): Schedule {
  const density = rng.unit()
  const whole = rng.chance(0.5)
  const draw = () => (rng.chance(density) ? COMPUTE : hasLines && rng.chance(0.5) ? EXTRAPOLATE : REUSE)
  const row = shape.blocks * 3
  const steps = Array.from({ length: shape.steps }, draw)
  return {
    ...shape,
    genes: Uint8Array.from({ length: genesOf(shape) }, (_, gene) => (whole ? (steps[Math.floor(gene / row)] ?? REUSE) : draw())),
  } // prettier-ignore
}

/** Cut at four different places of the step-major row, and put together from both in turn (pymoo's PointCrossover). */
function crossed(one: Schedule, other: Schedule, rng: Rng): Schedule {
  const length = one.genes.length
  const places = new Set<number>()
  while (places.size < POINTS) places.add(1 + rng.int(length - 1))
  const cuts = [...places].sort((x, y) => x - y)
  return withGenes(one, (genes) => {
    for (let i = 0; i < POINTS; i += 2) {
      const [from, to] = [cuts[i] ?? length, cuts[i + 1] ?? length]
      genes.set(other.genes.subarray(from, to), from)
    }
  })
}

/** Every gene with a chance of one in their number (pymoo's BitflipMutation); a flipped gene computes, or does not any more. */
function flipped(schedule: Schedule, rng: Rng): Schedule {
  return withGenes(schedule, (genes) => {
    for (let at = 0; at < genes.length; at++)
      if (rng.chance(1 / genes.length)) genes[at] = genes[at] === COMPUTE ? REUSE : COMPUTE
  })
}

/** A step and its neighbour change places; never the first, which computes everything anyhow. */
function shifted(schedule: Schedule, rng: Rng): Schedule | null {
  const places = Array.from({ length: schedule.steps - 2 }, (_, i) => i + 1).filter(
    (step) => computedIn(schedule, step) !== computedIn(schedule, step + 1),
  )
  if (places.length === 0) return null
  const step = rng.pick(places)
  return withGenes(schedule, (genes) => {
    const row = schedule.blocks * 3
    genes.set(stepOf(schedule, step + 1), step * row)
    genes.set(stepOf(schedule, step), (step + 1) * row)
  })
}

/** One component of one block, or of all blocks, is computed in another step instead: the cost stays. */
function traded(schedule: Schedule, rng: Rng): Schedule | null {
  const component = rng.int(3)
  const blocks = rng.chance(0.5) ? [rng.int(schedule.blocks)] : Array.from({ length: schedule.blocks }, (_, i) => i)
  const first = blocks[0] ?? 0
  const steps = Array.from({ length: schedule.steps - 1 }, (_, i) => i + 1)
  const isComputed = (step: number) => schedule.genes[geneAt(schedule, step, first, component)] === COMPUTE
  const [taken, free] = [steps.filter(isComputed), steps.filter((step) => !isComputed(step))]
  if (taken.length === 0 || free.length === 0) return null
  const [from, to] = [rng.pick(taken), rng.pick(free)]
  return withGenes(schedule, (genes) => {
    for (const block of blocks) {
      const [x, y] = [geneAt(schedule, from, block, component), geneAt(schedule, to, block, component)]
      const gene = genes[x] ?? REUSE
      genes[x] = genes[y] ?? REUSE
      genes[y] = gene
    }
  })
}

/** A whole step, or one component of it, is computed or is not any more. */
function switched(schedule: Schedule, rng: Rng): Schedule {
  const step = 1 + rng.int(schedule.steps - 1)
  const only = rng.chance(0.25) ? rng.int(3) : -1
  const to = computedIn(schedule, step) > (schedule.blocks * 3) / 2 ? REUSE : COMPUTE
  return withGenes(schedule, (genes) => {
    for (let block = 0; block < schedule.blocks; block++)
      for (let component = 0; component < 3; component++)
        if (only === -1 || only === component) genes[geneAt(schedule, step, block, component)] = to
  })
}

/** Each step from one parent or the other, whole. */
function stepped(one: Schedule, other: Schedule, rng: Rng): Schedule {
  return withGenes(one, (genes) => {
    const row = one.blocks * 3
    for (let step = 1; step < one.steps; step++) if (rng.chance(0.5)) genes.set(stepOf(other, step), step * row)
  })
}

/** A step that is computed in part becomes whole, or nothing of it is computed any more. */
function evened(schedule: Schedule, rng: Rng): Schedule | null {
  const row = schedule.blocks * 3
  const ragged = Array.from({ length: schedule.steps - 1 }, (_, i) => i + 1).filter((step) => {
    const computed = computedIn(schedule, step)
    return computed > 0 && computed < row
  })
  if (ragged.length === 0) return null
  const step = rng.pick(ragged)
  const to = rng.chance(computedIn(schedule, step) / row) ? COMPUTE : REUSE
  return withGenes(schedule, (genes) => genes.fill(to, step * row, (step + 1) * row))
}

/** What is not computed follows the line, or does not any more: one component of a step, a step, or everywhere. */
function lined(schedule: Schedule, rng: Rng): Schedule | null {
  const resting = Array.from(schedule.genes.keys()).filter((at) => schedule.genes[at] !== COMPUTE)
  if (resting.length === 0) return null
  const chosen = rng.pick(resting)
  const row = schedule.blocks * 3
  const to = schedule.genes[chosen] === EXTRAPOLATE ? REUSE : EXTRAPOLATE
  const reach = rng.int(3)
  const isOf = (at: number) =>
    reach === 2 || (Math.floor(at / row) === Math.floor(chosen / row) && (reach === 1 || at % 3 === chosen % 3))
  return withGenes(schedule, (genes) => {
    for (const at of resting) if (isOf(at)) genes[at] = to
  })
}

export function scheduleOperators(options: Options): readonly Operator<Schedule>[] {
  const shape = shapeOf(options)
  const hasLines = options['lines'] === true
  const more = options['moves'] === 'more' ? 1 : 0
  const one = (change: (schedule: Schedule, rng: Rng) => Schedule | null): Operator<Schedule>['propose'] =>
    ([parent], rng) => (parent === undefined ? null : change(parent, rng)) // prettier-ignore
  const two = (change: (one: Schedule, other: Schedule, rng: Rng) => Schedule): Operator<Schedule>['propose'] =>
    ([mother, father], rng) => (mother === undefined || father === undefined ? null : change(mother, father, rng)) // prettier-ignore
  return [
    {
      id: 'random', label: 'At random', help: 'Whole steps or single genes, at any share of compute.', arity: 0, weight: 0,
      propose: (_, rng) => random(shape, hasLines, rng),
    },
    {
      id: 'cross', label: 'Four cuts', help: 'Stretches of steps from one parent, the rest from the other (ECAD).', arity: 2, weight: 2,
      propose: two(crossed),
    },
    { id: 'steps', label: 'Steps of two', help: 'Each step whole, from one parent or the other.', arity: 2, weight: 4 * more, propose: two(stepped) },
    { id: 'flip', label: 'Single genes', help: 'Each gene with a chance of one in their number (ECAD).', arity: 1, weight: 1, propose: one(flipped) },
    { id: 'shift', label: 'Shift a step', help: 'A step changes places with its neighbour; the cost stays.', arity: 1, weight: 4 * more, propose: one(shifted) },
    { id: 'trade', label: 'Trade', help: 'A part is computed in another step instead; the cost stays.', arity: 1, weight: more, propose: one(traded) },
    { id: 'switch', label: 'Switch a step', help: 'A whole step, or a component of it, on or off.', arity: 1, weight: 4 * more, propose: one(switched) },
    { id: 'even', label: 'Make a step whole', help: 'What is computed of a step in part is computed whole, or not at all.', arity: 1, weight: 2 * more, propose: one(evened) },
    { id: 'line', label: 'Follow the line', help: 'What is not computed follows the line through the last two, or stops doing so.', arity: 1, weight: hasLines ? 2 : 0, propose: one(hasLines ? lined : () => null) },
  ] // prettier-ignore
}
