/** Warriors as each other's environment: whom a plan holds, plans with others, single games, and panels to be measured against. */
import { batchOf } from '../../core/batch.ts'
import type { Coevolution, Named, Standing } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { deriveSeed, rng } from '../../core/rng.ts'
import { formatOf, opponentsOf, placesOf, type BattlePlan } from './environment.ts'
import { encodeWarrior } from './genome.ts'
import { FastMars } from './mars/fast.ts'
import { NOBODY, WasmMars } from './mars/wasm.ts'
import { hasWebAssembly } from '../../wasm/instance.ts'
import { rulesOf } from './options.ts'
import { panelsOf } from './panels.ts'
import type { Program } from './redcode/instruction.ts'

/** Opponents of one candidate; the oldest go first. */
export const MOST_OPPONENTS = 64
/** Warriors in one core: the plain engine counts no further. */
const MOST_IN_MELEE = 64
const MOST_NAME = 80

export function warriorCoevolution(options: Options): Coevolution<Program, BattlePlan> {
  const stride = 1 + 2 * numberOption(options, 'maxLength')
  const most = mostOpponents(options)
  const facing = ({ seed, own }: BattlePlan, rivals: readonly Named<Program>[]): BattlePlan => {
    const kept = keptOf(rivals, own, most)
    return {
      format: formatOf(options),
      seed,
      own,
      names: kept.map(({ name }) => cleanName(name)),
      opponents: batchOf(stride, kept.map(({ genome }) => encodeWarrior(genome, stride))),
      positions: placesOf(options, seed, 1 + kept.length),
    }
  } // prettier-ignore
  const rivals = (plan: BattlePlan): readonly Named<Program>[] =>
    opponentsOf(plan).map((genome, index) => ({ name: plan.names[index] ?? '', genome }))
  return {
    rivals,
    facing,
    advance: (plan, champion) => facing(plan, [...rivals(plan), champion]),
    panels: panelsOf(options),
    play: playerOf(options),
  }
}

/** The world's own opponents come first and stay; of the others the oldest make room. One newcomer always gets in, where two do. */
function keptOf<T>(rivals: readonly T[], own: number, most: number): readonly T[] {
  if (rivals.length <= most) return rivals
  const stay = Math.min(own, Math.max(1, most - 1))
  return [...rivals.slice(0, stay), ...rivals.slice(rivals.length - most + stay)]
}

/** One line without anything invisible, as it goes into prompts and files. */
const cleanName = (name: string): string =>
  name
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, MOST_NAME)
    .replace(/\p{Surrogate}/gu, '')

/** In a melee each warrior needs a segment of its own that is as long as the least distance. */
export function mostOpponents(options: Options): number {
  if (formatOf(options) === 'duels') return MOST_OPPONENTS
  const segments = Math.floor(numberOption(options, 'coreSize') / numberOption(options, 'minDistance'))
  return Math.max(1, Math.min(MOST_IN_MELEE, segments) - 1)
}

/** Pairs of distances that two meet at. */
const PAIRS = 4
/** In large cores, where a game takes a hundred times as long. */
const FEWER_PAIRS = 2
const LARGE = 2000

/**
 * Two alone, 16 games (8 in large cores): at each of some distances and at its mirror image, each side beginning once. So
 * whoever is named first makes no difference. `wasm` is for tests: both machines find the same.
 */
export function playerOf(options: Options, wasm = hasWebAssembly): Coevolution<Program, BattlePlan>['play'] {
  const rules = { ...rulesOf(options), endsWhen: 'one-left' as const }
  const { coreSize, minDistance } = rules
  const random = rng(deriveSeed('games', coreSize, minDistance))
  const spots = Math.max(1, coreSize + 1 - 2 * minDistance)
  const distances = Array.from({ length: coreSize > LARGE ? FEWER_PAIRS : PAIRS }, () => minDistance + random.int(spots)).flatMap((distance) => [distance % coreSize, (coreSize - distance) % coreSize]) // prettier-ignore
  const machine = wasm ? new WasmMars(rules) : new FastMars(rules)
  return (one, other): Standing => {
    const games = distances.flatMap((position) =>
      [0, 1].map((first) => ({ warriors: [{ program: one, position: 0 }, { program: other, position }], first })),
    ) // prettier-ignore
    if (machine instanceof WasmMars) machine.prepare(games)
    let [won, lost] = [0, 0]
    for (const game of games) {
      const winner = winnerOf(machine, game)
      if (winner === 0) won++
      else if (winner === 1) lost++
    }
    return { won, tied: games.length - won - lost, lost }
  }
}

function winnerOf(machine: WasmMars | FastMars, game: Parameters<WasmMars['winner']>[0]): number {
  if (machine instanceof WasmMars) return machine.winner(game)
  machine.fight(game)
  const alive = [0, 1].filter((warrior) => machine.diedAt(warrior) === -1)
  return alive.length === 1 ? (alive[0] ?? NOBODY) : NOBODY
}
