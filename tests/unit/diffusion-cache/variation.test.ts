import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scheduleCodec } from '../../../src/arenas/diffusion-cache/genome.ts'
import { macsOf } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { scheduleOperators } from '../../../src/arenas/diffusion-cache/operators.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { canonical, COMPUTE, costOf, EXTRAPOLATE, fullSchedule, geneAt, genesOf, REUSE, usesOf, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts' // prettier-ignore
import { rng } from '../../../src/core/rng.ts'
import { anySchedule, worldOf } from '../../support/diffusion.ts'

const { blocks } = MODEL
const macs = macsOf(MODEL)
const operatorsFor = (steps: number, lines: boolean) => scheduleOperators(worldOf({ steps, lines }))
const operator = (id: string, steps = 6, lines = false) => operatorsFor(steps, lines).find((one) => one.id === id)!
const seed = fc.integer({ min: 0, max: 1e9 })
/** As schedules are when operators meet them: canonical. */
const parent = (steps = 6, kinds: 2 | 3 = 2) => anySchedule(steps, kinds).map(canonical)

describe('what a schedule does and costs', () => {
  it('[J5] the first step is computed, and a schedule costs from that step alone to everything', () => {
    fc.assert(
      fc.property(anySchedule(7), (schedule) => {
        const uses = usesOf(schedule)
        expect(uses.slice(0, blocks * 3).every(({ computes }) => computes)).toBe(true)
        expect(uses.filter(({ computes }) => computes).every(({ ahead }) => ahead === 0)).toBe(true)
        expect(costOf(schedule, macs)).toBeGreaterThanOrEqual(1 / 7)
        expect(costOf(schedule, macs)).toBeLessThanOrEqual(1)
      }),
    )
    for (const steps of [4, 12, 20]) {
      expect(costOf({ steps, blocks, genes: new Uint8Array(genesOf({ steps, blocks })) }, macs)).toBe(1 / steps)
      expect(costOf(fullSchedule({ steps, blocks }), macs)).toBe(1)
    }
    // Each component costs its own: one feed-forward more is its share of a full schedule.
    const one = { steps: 4, blocks, genes: new Uint8Array(genesOf({ steps: 4, blocks })) }
    one.genes[geneAt(one, 2, 3, 2)] = COMPUTE
    expect(costOf(one, macs)).toBeCloseTo(1 / 4 + macs[2] / ((macs[0] + macs[1] + macs[2]) * 4 * blocks), 12)
  })

  it('[J5] a line goes through the last two that were computed, and until there are two the last is taken', () => {
    const genes = [COMPUTE, EXTRAPOLATE, COMPUTE, EXTRAPOLATE, EXTRAPOLATE, REUSE, COMPUTE, EXTRAPOLATE]
    const uses = usesOf({ steps: 8, blocks: 1, genes: Uint8Array.from(genes.flatMap((gene) => [gene, REUSE, REUSE])) })
    const first = uses.filter((_, at) => at % 3 === 0)
    expect(first.map(({ computes }) => computes)).toEqual([true, false, true, false, false, false, true, false])
    expect(first.map(({ ahead }) => ahead)).toEqual([0, 0, 0, 1 / 2, 2 / 2, 0, 0, 1 / 4])
    expect(uses.filter((_, at) => at % 3 === 1).map(({ computes }) => computes)).toEqual([true, ...new Array<boolean>(7).fill(false)]) // prettier-ignore
  })
})

describe('operators on schedules', () => {
  it('[J6] make legal schedules only, change no parent, and the same from the same seed', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.constantFrom(4, 12, 20), seed, (lines, steps, at) => {
        const codec = scheduleCodec(worldOf({ steps, lines }))
        const draw = rng(at)
        for (const one of operatorsFor(steps, lines)) {
          // Some of the parents are the ends: nothing computed, everything.
          const any = () => canonical({ steps, blocks, genes: Uint8Array.from({ length: genesOf({ steps, blocks }) }, () => draw.int(lines ? 3 : 2)) }) // prettier-ignore
          const ends = [fullSchedule({ steps, blocks }), canonical({ steps, blocks, genes: new Uint8Array(genesOf({ steps, blocks })) })] // prettier-ignore
          const parents = Array.from({ length: one.arity }, () => (draw.chance(0.2) ? draw.pick(ends) : any()))
          const before = structuredClone(parents)
          const own = draw.int(1e9)
          const child = one.propose(parents, rng(own))
          expect(parents).toEqual(before)
          expect(one.propose(parents, rng(own))).toEqual(child)
          if (child === null) continue
          expect([child.steps, child.blocks, child.genes.length]).toEqual([steps, blocks, genesOf({ steps, blocks })])
          expect(codec.check?.(codec.encode(child))).toBeNull()
        }
      }),
      { numRuns: 60 },
    )
    for (const one of operatorsFor(6, true)) if (one.arity > 0) expect(one.propose([], rng(1))).toBeNull()
  })

  it("[J7] four cuts: each gene is a parent's, in five stretches by turns", () => {
    const [zeros, ones] = [REUSE, COMPUTE].map((gene): Schedule => ({ steps: 4, blocks, genes: new Uint8Array(genesOf({ steps: 4, blocks })).fill(gene) })) // prettier-ignore
    fc.assert(
      fc.property(seed, parent(4), parent(4), (at, one, other) => {
        const mask = operator('cross', 4).propose([zeros!, ones!], rng(at))!.genes
        const turns = mask.filter((gene, i) => i > 0 && gene !== mask[i - 1]).length
        expect([turns, mask[0], mask.at(-1)]).toEqual([4, REUSE, REUSE])
        const child = operator('cross', 4).propose([one, other], rng(at))!.genes
        mask.forEach((from, i) => expect(child[i]).toBe((from === COMPUTE ? other : one).genes[i]))
      }),
    )
  })

  it('[J7] single genes: each with a chance of one in their number, so that one is expected to change', () => {
    const full = fullSchedule({ steps: 6, blocks })
    const draw = rng(3)
    const flips = Array.from({ length: 3000 }, () => operator('flip').propose([full], draw)!.genes.filter((gene) => gene !== COMPUTE).length) // prettier-ignore
    const mean = flips.reduce((sum, count) => sum + count, 0) / flips.length
    expect(mean).toBeCloseTo(1, 1)
    // Poisson's: none at all in 37 of 100.
    expect(flips.filter((count) => count === 0).length / flips.length).toBeCloseTo(Math.exp(-1), 1)
    expect(Math.max(...flips)).toBeGreaterThan(3)
  })

  it('[J8] a shift and a trade keep the cost to the last bit, and change something', () => {
    for (const [id, kinds] of [['shift', 2], ['trade', 2], ['shift', 3], ['trade', 3]] as const)
      fc.assert(
        fc.property(parent(6, kinds), seed, (schedule, at) => {
          const child = operator(id, 6, kinds === 3).propose([schedule], rng(at))
          fc.pre(child !== null)
          expect(costOf(child!, macs)).toBe(costOf(schedule, macs))
          expect(child!.genes).not.toEqual(schedule.genes)
        }),
      ) // prettier-ignore
    // Where nothing can move, they say so.
    for (const id of ['shift', 'trade']) expect(operator(id).propose([fullSchedule({ steps: 6, blocks })], rng(1))).toBeNull() // prettier-ignore
  })

  it('[J8] lines are followed only where the world has them, and following changes no cost', () => {
    const [plain, lined] = [operatorsFor(6, false), operatorsFor(6, true)]
    expect(plain.find(({ id }) => id === 'line')!.weight).toBe(0)
    expect(lined.find(({ id }) => id === 'line')!.weight).toBeGreaterThan(0)
    // A person may give the operator weight all the same.
    expect(operator('line').propose([canonical({ ...fullSchedule({ steps: 6, blocks }), genes: new Uint8Array(genesOf({ steps: 6, blocks })) })], rng(1))).toBeNull() // prettier-ignore
    fc.assert(
      fc.property(parent(6, 3), seed, (schedule, at) => {
        const child = operator('line', 6, true).propose([schedule], rng(at))
        if (child !== null) expect(costOf(child, macs)).toBe(costOf(schedule, macs))
      }),
    )
    const ecad = scheduleOperators(worldOf({ moves: 'ecad' })).filter(({ weight }) => weight > 0)
    expect(ecad.map(({ id }) => id)).toEqual(['cross', 'flip'])
  })
})
