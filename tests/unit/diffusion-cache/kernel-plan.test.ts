import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allotted } from '../../../src/arenas/diffusion-cache/kernel/pages.ts'
import { planOf, type Op, type Plan } from '../../../src/arenas/diffusion-cache/kernel/plan.ts'
import { Slices, UNIT } from '../../../src/gpu/slices.ts'
import type { Work } from '../../../src/arenas/diffusion-cache/kernel/work.ts'
import { fullSchedule, usesOf, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { rng } from '../../../src/core/rng.ts'
import { branched, randomSchedule } from '../../support/shapes-dit.ts'

const shape = { steps: 4, blocks: 2 }
const SLOTS = 6

/** Schedules that have beginnings in common, and twins among them. */
const populations = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat()).map(([count, seed]): Schedule[] => {
  const random = rng(seed)
  const all = [randomSchedule(shape, 0.5, random)]
  while (all.length < count) all.push(branched(random.pick(all), random.int(shape.steps * SLOTS + 1), random))
  return all
})

/** A network of one number a page: what it is, is told by everything that went into it. */
const embedded = (x: number) => Math.fround(x * 0.7 + 0.1)
const component = (h: number, step: number, slot: number) => Math.fround(Math.sin(h * (slot + 2) + step))
const gate = (step: number, slot: number) => Math.fround(0.3 + 0.1 * Math.cos(step + 2 * slot))
const stepped = (x: number, h: number) => Math.fround(0.6 * x + 0.4 * Math.tanh(h))
const added = (h: number, step: number, slot: number, last: number, before: number, ahead: number) =>
  Math.fround(h + gate(step, slot) * (last + (ahead === 0 ? 0 : ahead * (last - before))))

function alone(schedule: Schedule): number {
  const uses = usesOf(schedule)
  const [last, before] = [new Array<number>(SLOTS).fill(NaN), new Array<number>(SLOTS).fill(NaN)]
  let x = 0.5
  for (let step = 0; step < shape.steps; step++) {
    let h = embedded(x)
    for (let slot = 0; slot < SLOTS; slot++) {
      const { computes, ahead } = uses[step * SLOTS + slot]!
      if (computes) {
        before[slot] = last[slot]!
        last[slot] = component(h, step, slot)
      }
      h = added(h, step, slot, last[slot]!, before[slot]!, ahead)
    }
    x = stepped(x, h)
  }
  return x
}

/** Does what a plan says, in its pages; what is written by an operation is not seen by the same. */
function together({ ops, pages, xPages, ends }: Plan): number[] {
  const [hs, xs] = [new Array<number>(pages).fill(NaN), new Array<number>(xPages).fill(NaN)]
  xs[0] = 0.5
  let fresh: number[] = []
  const settled = (op: Exclude<Op, { kind: 'embed' }>) => {
    const values = op.entries.map((entry) => {
      let h = entry.fresh ? fresh[entry.from]! : hs[entry.from]!
      for (const { last, before, ahead, slot } of entry.terms)
        h = added(h, op.step, slot, hs[last]!, hs[before]!, ahead)
      return h
    })
    op.entries.forEach(({ into }, at) => {
      if (into !== null) hs[into] = values[at]!
    })
    return values
  }
  for (const op of ops) {
    if (op.kind === 'embed') fresh = op.xs.map((page) => embedded(xs[page]!))
    else if (op.kind === 'compute') settled(op).forEach((h, at) => (hs[op.goals[at]!] = component(h, op.step, op.slot)))
    else {
      const next = settled(op).map((h, at) => stepped(xs[op.xs[at]!.from]!, h))
      op.xs.forEach(({ into }, at) => (xs[into] = next[at]!))
    }
  }
  return ends.map((page) => xs[page]!)
}

const computedIn = ({ ops }: Plan): number =>
  ops.reduce((sum, op) => sum + (op.kind === 'compute' ? op.goals.length : 0), 0)

describe('the plan of a population', () => {
  it('[G22] [G23] comes to what each schedule comes to alone, with pages as few as are needed at once', () => {
    let spared = 0
    fc.assert(fc.property(populations, (schedules) => {
      const expected = schedules.map(alone)
      const plan = planOf(schedules)
      expect(together(plan)).toEqual(expected)
      const small = allotted(plan)
      expect(together(small)).toEqual(expected)
      spared += plan.pages - small.pages
      // Two of every slot, and what runs through the blocks before and after.
      expect(small.pages).toBeLessThanOrEqual(schedules.length * (2 * SLOTS + 2))
      expect(small.xPages).toBeLessThanOrEqual(2 * schedules.length)
    }), { seed: 1, numRuns: 300 }) // prettier-ignore
    expect(spared).toBeGreaterThan(1000)
  })

  it('[G23] computes once what schedules have in common: twins, the first step, all before the first difference', () => {
    const full = fullSchedule(shape)
    const genes = shape.steps * SLOTS
    expect(computedIn(planOf([full]))).toBe(genes)
    expect(computedIn(planOf([full, full, full]))).toBe(genes)
    // Another at gene g: the one computes it and the rest, the other the rest.
    for (const gene of [SLOTS, SLOTS + 1, genes - 1]) {
      const other = { ...full, genes: full.genes.with(gene, 0) }
      expect(computedIn(planOf([full, other]))).toBe(genes + genes - gene - 1)
    }
    // What a first step says does not matter.
    const lazy = { ...full, genes: full.genes.with(2, 0) }
    expect(computedIn(planOf([full, lazy]))).toBe(genes)
  })

  it('[G23] has nothing at all to do for a component that nobody computes', () => {
    const genes = new Uint8Array(shape.steps * SLOTS)
    const { ops } = planOf([{ ...shape, genes }])
    expect(ops.filter(({ kind, step }) => kind === 'compute' && step > 0)).toEqual([])
  })
})

describe('slices', () => {
  const works = fc.array(
    fc.record({ rows: fc.integer({ min: 1, max: 5000 }), lines: fc.constantFrom(8, 16, 64), cost: fc.integer({ min: 1, max: 50_000 }) }),
    { minLength: 1, maxLength: 20 },
  ) // prettier-ignore

  it('[G28] cover all rows once, in order, none beyond its share but for one workgroup, and none too wide', () => {
    fc.assert(fc.property(works, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), (some, most, times, groups) => {
      const work = some.map((one) => ({ ...one, program: 'dense', buffers: [], columns: 1, job: new Uint32Array(2) }) satisfies Work)
      const slices = new Slices(work, groups)
      const reached = work.map(() => 0)
      const wrong: unknown[] = []
      let at = 0
      while (!slices.isDone && wrong.length === 0) {
        for (const { work: one, begin, end } of slices.next(most * times, most)) {
          while (work[at] !== one) at++
          const isShort = (end - begin) * one.cost <= Math.max(most * UNIT, one.lines * one.cost)
          const isNarrow = Math.ceil((end - begin) / one.lines) <= groups
          if (begin !== reached[at] || begin % one.lines !== 0 || end <= begin || !isShort || !isNarrow) wrong.push({ at, begin, end })
          reached[at] = end
        }
      }
      expect(wrong).toEqual([])
      expect(reached).toEqual(work.map(({ rows }) => rows))
      expect(slices.left).toBeCloseTo(0)
    }), { seed: 2, numRuns: 300 }) // prettier-ignore
  })
})
