import { describe, expect, it } from 'vitest'
import { textOf } from '../../../src/arenas/diffusion-cache/lines.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { canonical, COMPUTE, fullSchedule, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { evenly, fora, onGrid, seedsOf, tgate } from '../../../src/arenas/diffusion-cache/seeds.ts'
import { worldOf } from '../../support/diffusion.ts'

const small = { steps: 6, blocks: 2 }
const lines = (schedule: Schedule) => textOf(schedule).trimEnd().split('\n').map((line) => line.slice(3)) // prettier-ignore
const keys = (all: readonly { genome: Schedule }[]) => new Set(all.map(({ genome }) => genome.genes.join('')))

describe('schedules that people made', () => {
  it("[J9] are 24 and 72 that differ, in canonical form, in ECAD's proportions", () => {
    const [few, many] = ['few', 'ecad'].map((seeds) => seedsOf(worldOf({ seeds })))
    expect([few!.length, many!.length]).toEqual([24, 72])
    expect([keys(few!).size, keys(many!).size]).toEqual([24, 72])
    for (const all of [few!, many!]) {
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
      for (const { genome } of all) expect(canonical(genome)).toEqual(genome)
      expect(all[0]!.genome).toEqual(fullSchedule({ steps: 12, blocks: MODEL.blocks }))
    }
    const count = (pattern: RegExp) => many!.filter(({ name }) => pattern.test(name)).length
    const counts = [/^everything$/, /^FORA \d+$/, /^FORA \d+, attention/, /^TGATE/, /rests/].map(count)
    expect(counts).toEqual([1, 7, 6, 13, 45])
    expect(seedsOf(worldOf({ seeds: 'none' }))).toEqual([])
  })

  it('[J9] are there once each, whatever the number of steps', () => {
    for (let steps = 4; steps <= 20; steps++)
      for (const [seeds, most] of [['few', 24], ['ecad', 72]] as const) {
        const all = seedsOf(worldOf({ seeds, steps }))
        expect(keys(all).size).toBe(all.length)
        expect(all.every(({ genome }) => genome.steps === steps)).toBe(true)
        expect(all.length, `${seeds} ${steps}`).toBeLessThanOrEqual(most)
        if (steps >= 10) expect(all.length).toBe(most)
      } // prettier-ignore
  })

  it('[J10] FORA computes every n-th step, or attention alone in it', () => {
    const [all, none] = ['CCC CCC', '... ...']
    expect(lines(fora(small, 2))).toEqual([all, none, all, none, all, none])
    expect(lines(fora(small, 3))).toEqual([all, none, none, all, none, none])
    expect(lines(fora(small, 12))).toEqual([all, none, none, none, none, none])
    expect(lines(fora(small, 2, [0, 1]))).toEqual([all, '..C ..C', all, '..C ..C', all, '..C ..C'])
  })

  it('[J10] TGATE drops the caption at its gate, and self-attention between its steps', () => {
    expect(lines(tgate(small, 4, 3))).toEqual(
      ['CCC', 'CCC', '.CC', 'CCC', '..C', '..C'].map((block) => `${block} ${block}`),
    )
  })

  it('[J10] evenly spaced rests are as many as said; a grid computes its steps alone', () => {
    const rest = evenly({ steps: 8, blocks: 4 }, 2, 2, 4)
    const resting = lines(rest).map((line) => line.split(' ').map((block) => block[2] === '.'))
    expect(resting.flat().filter(Boolean).length).toBe(8)
    expect(resting.filter((row) => row.some(Boolean)).length).toBe(4)
    expect(rest.genes.filter((gene) => gene !== COMPUTE).length).toBe(8)
    expect(lines(onGrid(small, [0, 1, 4]))).toEqual(['CCC CCC', 'CCC CCC', '... ...', '... ...', 'CCC CCC', '... ...'])
  })
})
