/** From tallies to objectives and measures. Integers go in; the divisions are done here once, for every engine. */
import type { Axis } from '../../core/contracts.ts'
import { numberOption, textOption, type Options } from '../../core/options.ts'
import { axesOf, type MeasureKey } from './measures.ts'
import { opcodeOf, type Program } from './redcode/instruction.ts'
import type { Tally } from './tally.ts'

export const POINTS = { win: 3, tie: 1, loss: 0 } as const

export function objectivesOf(options: Options): readonly Axis[] {
  const warriors = 1 + numberOption(options, 'opponents')
  if (textOption(options, 'fitness') === 'survival') {
    return [
      { key: 'fitness', label: 'Fitness', unit: '', min: 0, max: 1, help: 'Survival fitness as a share of the most there is.' },
      { key: 'survival', label: 'Survival fitness', unit: '', min: 0, max: warriors, help: 'Digital Red Queen: time alive, worth more when fewer are left; 1 is a fair share.' },
      { key: 'alive', label: 'Time alive', unit: '', min: 0, max: 1, help: 'Share of the cycles it was alive.' },
    ]
  }
  return [
    { key: 'fitness', label: 'Fitness', unit: '', min: 0, max: 1, help: 'Points as a share of the most there is.' },
    { key: 'points', label: 'Points', unit: 'per 100 rounds', min: 0, max: 300, help: '3 for a win, 1 for a tie: 300 is always winning, 100 always tying.' },
    { key: 'wins', label: 'Won', unit: '', min: 0, max: 1, help: 'Share of the duels won.' },
    { key: 'ties', label: 'Tied', unit: '', min: 0, max: 1, help: 'Share of the duels that nobody lost in time.' },
  ]
} // prettier-ignore

/** Does the score ask when everybody died? Else sums do. */
export const asksForDeaths = (options: Options): boolean => textOption(options, 'fitness') === 'survival'

/** Objectives of one candidate, in the order of {@link objectivesOf}. */
export function objectiveValues({ battles, wins, ties, deaths }: Tally, options: Options): number[] {
  if (asksForDeaths(options)) {
    const cycles = numberOption(options, 'maxCycles')
    const survival = mean(deaths.map((diedAt) => survivalFitness(diedAt, 0, cycles)))
    const alive = mean(deaths.map((diedAt) => cyclesAlive(diedAt[0] ?? -1, cycles) / cycles))
    return [survival / (deaths[0]?.length ?? 1), survival, alive]
  }
  const points = (100 * (POINTS.win * wins + POINTS.tie * ties)) / battles
  return [points / (100 * POINTS.win), points, wins / battles, ties / battles]
}

export function measureValues(program: Program, tally: Tally, options: Options): number[] {
  return axesOf(options).map((key) => measureValue(key, program, tally))
}

export function measureValue(key: MeasureKey, program: Program, { battles, spawned, covered }: Tally): number {
  switch (key) {
    case 'spawned':
      return spawned / battles
    case 'covered':
      return covered / battles
    case 'opcodes':
      return new Set(Array.from(program.instructions, opcodeOf)).size
    default:
      return program.instructions.length
  }
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

/** Cycles after which the warrior was still alive: the one it died in does not count. */
const cyclesAlive = (diedAt: number, cycles: number) => (diedAt === -1 ? cycles : diedAt - 1)

/**
 * Digital Red Queen's fitness of warrior `who` in one melee of N: the sum over cycles of N / T * alive / number alive, from
 * 0 (dead at once) over 1 (a fair share) to N (alone from the start). Source: arXiv 2601.03335, run_single_round.
 */
export function survivalFitness(diedAt: ArrayLike<number>, who: number, cycles: number): number {
  const lives = Array.from(diedAt, (at) => cyclesAlive(at, cycles))
  const own = lives[who] ?? 0
  // Between two deaths the number alive stands still, so the sum over cycles is one term for each such stretch.
  const ends = [...new Set(lives.filter((life) => life <= own))].sort((x, y) => x - y)
  let sum = 0
  let from = 0
  for (const to of ends) {
    const alive = lives.filter((life) => life > from).length
    if (to > from) sum += (to - from) / alive
    from = to
  }
  return (sum * lives.length) / cycles
}
