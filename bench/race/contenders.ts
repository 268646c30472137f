/** Who races: the same world, the same number of judged children, other writers. */
import type { Options } from '../../src/core/options.ts'

export interface Contender {
  readonly id: string
  readonly label: string
  /** One line for people who read the table. */
  readonly what: string
  readonly strategy: 'map-elites' | 'random'
  /** How children are shared out (src/core/mix.ts); null: no model is asked. */
  readonly mix: Options | null
  /** `soup`: the first generation is made from nothing by the operators, as that of the classical run. `written`: by the model. */
  readonly start: 'soup' | 'written'
  /** What the bandit takes the judging of a generation to have taken: the clock's word, or so little that writing is free. */
  readonly clock: boolean
}

const inStep = { pace: 'lockstep' }
const thirds = { policy: 'shares', classical: 1, mutate: 1, resample: 1, crossover: 0, new: 0 }

export const CONTENDERS: readonly Contender[] = [
  {
    id: 'classical', label: 'classical only', strategy: 'map-elites', mix: null, start: 'soup', clock: false,
    what: 'the arena\'s operators by their weights',
  },
  {
    id: 'embedded', label: 'embedded model only', strategy: 'map-elites', start: 'soup', clock: false,
    mix: { ...inStep, policy: 'shares', classical: 0 },
    what: 'mutate, resample and a few written from nothing by the shares of the page; operators only where the model gave nothing new',
  },
  {
    id: 'bandit', label: 'mixed by bandit', strategy: 'map-elites', start: 'soup', clock: true,
    mix: { ...inStep, policy: 'bandit' },
    what: 'one bandit over all operators and kinds of prompt; pays for milliseconds by the clock, so it is not repeatable',
  },
  {
    id: 'bandit-free', label: 'bandit, writing free', strategy: 'map-elites', start: 'soup', clock: false,
    mix: { ...inStep, policy: 'bandit' },
    what: 'the same bandit where only judging costs, as on a machine that writes at once; repeatable',
  },
  {
    id: 'thirds', label: 'thirds', strategy: 'map-elites', mix: { ...inStep, ...thirds }, start: 'soup', clock: false,
    what: 'a third each: operators, mutate, resample',
  },
  {
    id: 'page', label: 'thirds, first written', strategy: 'map-elites', mix: { ...inStep, ...thirds }, start: 'written', clock: false,
    what: 'the same, but the model writes its share of the first generation, as it does in the page: it begins with what it learned',
  },
  {
    id: 'random', label: 'random', strategy: 'random', mix: null, start: 'soup', clock: false,
    what: 'every child from nothing',
  },
] // prettier-ignore

/** Does the same seed give the same rows on every machine? */
export const isRepeatable = ({ clock }: Contender): boolean => !clock
