/**
 * An arena of whole numbers that meet each other, small enough to follow by hand: who is nearer to half a rival's number
 * beats it. So small numbers beat large ones, until only nearness counts, and there is always somebody who beats you.
 */
import { rowOf } from '../../src/core/batch.ts'
import type { Arena, Coevolution, Named, Standing } from '../../src/core/contracts.ts'
import { fail, ok } from '../../src/core/result.ts'

export const LIMIT = 64
export interface Rivals {
  readonly rivals: readonly Named<number>[]
}

/** 1 where `one` beats `other`: half of the rival's number is what counts, and who is nearer to it wins. */
export function beats(one: number, other: number): boolean {
  return one !== other && Math.abs(one - other / 2) < Math.abs(other - other / 2)
}

export const scoreOf = (genome: number, { rivals }: Rivals): number =>
  rivals.filter(({ genome: rival }) => beats(genome, rival)).length / rivals.length

const clamp = (number: number) => Math.max(0, Math.min(LIMIT - 1, number))

export const coevolution: Coevolution<number, Rivals> = {
  rivals: ({ rivals }) => rivals,
  advance: ({ rivals }, champion) => ({ rivals: [...rivals, champion] }),
  facing: (_environment, rivals) => ({ rivals }),
  panels: [
    { id: 'held-out', label: 'Held out', help: '', members: [5, 17, 33].map((genome) => ({ name: String(genome), genome })) },
    { id: 'ladder', label: 'Ladder', help: '', members: [60, 30, 10].map((genome) => ({ name: String(genome), genome })) },
  ],
  play: (one, other): Standing => ({
    won: Number(beats(one, other)), lost: Number(beats(other, one)), tied: Number(beats(one, other) === beats(other, one)),
  }),
} // prettier-ignore

/** A genome is one word. Kinds: which quarter of the numbers it lies in, and odd or even. */
export const duelArena: Arena<number, Rivals> = {
  id: 'numbers',
  version: 1,
  label: 'Numbers',
  summary: 'Whole numbers meet.',
  unit: { one: 'game', many: 'games', steps: 'comparisons' },
  options: [],
  presets: [{ id: 'numbers', label: 'Numbers', summary: '', options: {} }],
  codec: () => ({
    stride: 1,
    encode: (genome) => Uint32Array.of(genome),
    decode: (words) => words[0] ?? 0,
    check: (words) => ((words[0] ?? 0) < LIMIT ? null : 'is too large'),
    print: (genome) => String(genome),
    parse: (text) => (/^\d{1,2}$/.test(text) ? ok(clamp(Number(text))) : fail('no-number', 'This is no number.')),
  }),
  objectives: () => [
    { key: 'fitness', label: 'Fitness', help: '', unit: '', min: 0, max: 1 },
    { key: 'wins', label: 'Wins', help: '', unit: '', min: 0, max: 100 },
  ],
  measures: () => ({
    axes: [
      { key: 'quarter', label: 'Quarter', help: '', unit: '', min: 0, max: 3, thresholds: [1, 2, 3, Infinity] },
      { key: 'odd', label: 'Odd', help: '', unit: '', min: 0, max: 1, thresholds: [1, Infinity] },
    ],
    reachable: () => true,
  }),
  operators: () => [
    { id: 'any', label: 'Any', help: '', arity: 0, weight: 1, propose: (_parents, rng) => rng.int(LIMIT) },
    {
      id: 'step', label: 'Step', help: '', arity: 1, weight: 1,
      propose: ([parent = 0], rng) => clamp(parent + (rng.chance(0.5) ? 1 : -1) * (1 + rng.int(4))),
    },
  ],
  environment: () => ({ rivals: [{ name: 'first', genome: 60 }] }),
  coevolution: () => coevolution,
  evaluator: () => (batch, environment) => {
    const genomes = Array.from({ length: batch.count }, (_, index) => rowOf(batch, index)[0] ?? 0)
    return {
      count: batch.count,
      objectives: Float64Array.from(
        genomes.flatMap((genome) => {
          const score = scoreOf(genome, environment)
          return [score, score * environment.rivals.length]
        }),
      ),
      measures: Float64Array.from(genomes.flatMap((genome) => [Math.floor(genome / (LIMIT / 4)), genome % 2])),
      work: { units: batch.count * environment.rivals.length, steps: batch.count },
    }
  },
} // prettier-ignore
