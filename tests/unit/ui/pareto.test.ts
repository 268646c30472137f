import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Axis } from '../../../src/core/contracts.ts'
import type { RunSummary } from '../../../src/engine/protocol.ts'
import {
  followedIn,
  frontOf,
  goalsOf,
  kneeOf,
  membersOf,
  nearestTo,
  scaleOf,
  stepsOf,
  valueOf,
} from '../../../src/ui/pareto.ts'
import { momentsOf } from '../../../src/ui/moments.ts'
import { seriesOf } from '../../../src/ui/series.ts'
import { lastRunIn } from '../../../src/ui/worlds.ts'

const axis = (key: string, goal?: 'min' | 'max'): Axis => ({
  key, label: key, help: '', unit: '', min: key === 'error' ? 1e-6 : 0, max: 1,
  ...(goal === undefined ? {} : { goal }), ...(key === 'error' ? { scale: 'log' } : {}),
}) // prettier-ignore
const objectives = [axis('fidelity'), axis('error', 'min'), axis('cost', 'min')]
const goals = goalsOf(objectives) ?? expect.fail('two goals')

/** Members by error and cost; null is an empty slot. */
function population(rows: readonly (readonly [number, number] | null)[]) {
  const points = Float64Array.from(rows.flatMap((row) => (row === null ? [NaN, NaN, NaN] : [0.5, ...row])))
  const ids = Float64Array.from(rows, (row, cell) => (row === null ? 0 : cell + 1))
  const beaten = (one: readonly [number, number]) =>
    rows.some((other) => other !== null && other[0] <= one[0] && other[1] <= one[1] && (other[0] < one[0] || other[1] < one[1])) // prettier-ignore
  const front = Uint8Array.from(rows, (row) => (row === null || beaten(row) ? 0 : 1))
  return { kind: 'population' as const, objectives, points, ids, front }
}
const share = fc.double({ min: 0, max: 1, noNaN: true })
const populations = fc
  .array(fc.option(fc.tuple(share, share), { freq: 6 }), { minLength: 1, maxLength: 40 })
  .map(population)

describe('two goals against each other', () => {
  it('[P52] the first goal is drawn upwards, the second to the right; without two there is no plot', () => {
    expect([goals.y.axis.key, goals.x.axis.key]).toEqual(['error', 'cost'])
    expect(goalsOf([axis('fidelity'), axis('error', 'min')])).toBeNull()
  })

  it('[P52] errors lie by decades, 0 below them all, and order is kept', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 20 }), (values) => {
        const scale = scaleOf(axis('error', 'min'), values)
        const sorted = [...values].sort((x, y) => x - y)
        const places = sorted.map((value) => scale.place(value))
        places.forEach((place, at) => {
          expect(place).toBeGreaterThanOrEqual(places[at - 1] ?? 0)
          expect(place).toBeLessThanOrEqual(1)
          expect(sorted[at] === 0).toBe(place === 0)
        })
      }),
    )
    const scale = scaleOf(axis('error', 'min'), [0.0001, 0.01, 0])
    expect(scale.ticks.map(({ label }) => label)).toEqual(['0', '10⁻⁴', '0.001', '0.01'])
    expect(scale.place(0.001) - scale.place(0.0001)).toBeCloseTo(scale.place(0.01) - scale.place(0.001))
  })

  it('[P52] the front goes from left to right and each step down, whatever the population', () => {
    fc.assert(
      fc.property(populations, (people) => {
        const front = frontOf(people, goals)
        expect(front.length > 0).toBe(membersOf(people).length > 0)
        front.slice(1).forEach((cell, at) => {
          const before = front[at] ?? -1
          expect(valueOf(people, cell, goals.x.index)).toBeGreaterThan(valueOf(people, before, goals.x.index))
          expect(valueOf(people, cell, goals.y.index)).toBeLessThan(valueOf(people, before, goals.y.index))
        })
      }),
    )
  })

  it('[P52] the stepped line turns on the dominated side of each point', () => {
    const points = [[0, 9], [2, 5], [6, 1]] as const // prettier-ignore
    expect(stepsOf(points, 'min')).toEqual([[0, 9], [2, 9], [2, 5], [6, 5], [6, 1]]) // prettier-ignore
    expect(stepsOf(points, 'max')).toEqual([[0, 9], [0, 5], [2, 5], [2, 1], [6, 1]]) // prettier-ignore
    expect(nearestTo([3, 4], points, 4)).toBe(1)
    expect(nearestTo([30, 4], points, 4)).toBe(-1)
  })

  it('[P62] the knee is on the front, and neither end where something lies between', () => {
    fc.assert(
      fc.property(populations, (people) => {
        const knee = kneeOf(people)
        if (membersOf(people).length === 0) expect(knee).toBe(-1)
        else expect(frontOf(people, goals)).toContain(knee)
      }),
    )
    const three = population([[0, 1], [0.001, 0.3], [0.1, 0.05], null]) // prettier-ignore
    expect(kneeOf(three)).toBe(1)
    expect(followedIn(three, 0)).toBe(1)
    expect(followedIn({ ...three, kind: 'grid' }, 0)).toBe(0)
  })

  it('[P62] the timeline of a population is what its front dominates', () => {
    expect(seriesOf('population').map(({ key }) => key)).toEqual(['qd'])
    expect(seriesOf('grid').map(({ key }) => key)).toEqual(['best', 'mean', 'coverage', 'qd'])
    const point = { generation: 0, evaluations: 0, best: 1, mean: 1, coverage: 1, qdScore: 0.5, filled: 1 }
    const history = [
      point,
      { ...point, generation: 1, qdScore: 0.6 },
      { ...point, generation: 2, best: 2, qdScore: 0.6 },
    ]
    expect(momentsOf(history, 0, 'population').map(({ text }) => text)).toEqual([
      'What the front dominates leaps from 50.0 % to 60.0 %',
    ])
  })
})

describe('going to another arena', () => {
  const run = (id: string, arena: string, changedAt: number, more: Partial<RunSummary> = {}) =>
    ({ id, settings: { arena }, changedAt, deleted: false, elsewhere: false, ...more }) as RunSummary

  it('[P50] its run that was changed last is opened; none that is deleted, one of another tab only if there is no other', () => {
    const runs = [
      run('old', 'one', 1),
      run('new', 'one', 5),
      run('gone', 'one', 9, { deleted: true }),
      run('there', 'one', 7, { elsewhere: true }),
      run('other', 'two', 8),
    ]
    expect(lastRunIn(runs, 'one')?.id).toBe('new')
    expect(lastRunIn(runs.slice(2), 'one')?.id).toBe('there')
    expect(lastRunIn(runs, 'three')).toBeNull()
  })
})
