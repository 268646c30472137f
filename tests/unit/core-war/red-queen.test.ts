/**
 * Digital Red Queen's numbers, followed by hand. The operators are replaced by a list of warriors; all else is the preset.
 *
 * Imp (`MOV 0, 1`) runs through all 8,000 cells and never dies: it starts no process (bin 0) and covers 8,000 addresses (bin
 * 5). `DAT` dies in its first cycle: fitness 0, and it covers none (bin 0). `JMP 0` stays where it is until an imp runs over
 * it and is an imp from then on: as good as Imp, and of the same kind. With N warriors who all live to the end each has
 * survival fitness 1, a share of 1 / N of the most there is.
 */
import { describe, expect, it } from 'vitest'
import coreWar from '../../../src/arenas/core-war/index.ts'
import { PRESETS } from '../../../src/arenas/core-war/options.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import { apply, initialState, isOver, makeOf, propose, record } from '../../../src/core/generation.ts'
import type { RunState } from '../../../src/core/journal.ts'
import type { Options } from '../../../src/core/options.ts'
import { settingsIn } from '../../../src/core/settings.ts'
import redQueen from '../../../src/strategies/red-queen/index.ts'

const preset = (id: string) => PRESETS.find((one) => one.id === id)!

/** A run of a preset whose children are these, one after another and over again. */
function follow(id: string, children: readonly string[], tactics: Options, rounds = 1) {
  const { options, run } = preset(id)
  const codec = coreWar.codec(options)
  const programs = children.map((text) => {
    const program = codec.parse(text)
    if (!program.ok) throw new Error(program.fault.message)
    return program.value
  })
  let next = 0
  const propose1 = () => programs[next++ % programs.length]!
  const scripted = {
    ...coreWar,
    operators: () => [
      { id: 'new', label: '', help: '', weight: 1, arity: 0, propose: propose1 },
      { id: 'mutate', label: '', help: '', weight: 1, arity: 1, propose: propose1 },
    ],
  } as unknown as Arena
  const settings = settingsIn(scripted, preset(id))
  const make = makeOf(
    { ...settings, options: { ...options, rounds }, tactics: { ...run?.tactics, ...tactics } },
    scripted,
    redQueen as Strategy<unknown>,
  )
  const evaluate = scripted.evaluator(make.settings.options, NO_FILES)
  const states: RunState[] = []
  let state = initialState(make)
  while (!isOver(make, state)) {
    const batch = propose(make, state)
    state = apply(make.shape, state, record(make, state, batch, evaluate(batch.batch, batch.environment, { aborted: false }))) // prettier-ignore
    states.push(state)
  }
  return { make, states }
}

const cellsOf = ({ elites }: RunState) =>
  elites.map(({ cell, operator, objectives }) => ({ cell, operator, fitness: objectives[0], survival: objectives[1] }))

describe('Digital Red Queen, by hand', () => {
  it('[D19] the presets have the numbers of its README', () => {
    for (const id of ['drq', 'drq-published']) {
      expect(preset(id).options).toMatchObject({
        coreSize: 8000, maxCycles: 80000, maxProcesses: 8000, maxLength: 100, minDistance: 100, rounds: 20, opponents: 1,
        fitness: 'survival', axes: 'spawned-covered', icws88: false,
      }) // prettier-ignore
      expect(preset(id).run).toMatchObject({
        strategy: 'red-queen', population: 1,
        tactics: { rounds: 20, iterations: 250, remembered: 20, fresh: 8, newShare: 0.1, warmRivals: true, warmChampions: true },
      }) // prettier-ignore
    }
    expect(preset('drq').run?.tactics).toMatchObject({ threshold: 0 })
    expect(preset('drq-published').run?.tactics).toMatchObject({ threshold: 0.8, thresholdOf: 1 })
    const { axes } = coreWar.measures(preset('drq').options)
    expect(axes.map(({ thresholds }) => thresholds)).toEqual([
      [1, 10, 100, 1000, 10000, Infinity],
      [10, 100, 500, 1000, 4000, Infinity],
    ])
  })

  it('[D19] fitness, bins, champions and opponents of three rounds are what a hand works out', () => {
    const { states, make } = follow('drq', ['DAT 0, 0', 'JMP 0'], { rounds: 3, iterations: 1, fresh: 1 })
    // Opening and one child, three times, and the last champion.
    expect(states).toHaveLength(7)
    const [first, afterFirst, second, , third, , last] = states
    // Kind (0, 0) is cell 0, (0, 5) is cell 5. Two warriors: a fair share of two is a half.
    expect(cellsOf(first!)).toEqual([
      { cell: 0, operator: 'new', fitness: 0, survival: 0 },
      { cell: 5, operator: 'rival', fitness: 1 / 2, survival: 1 },
    ])
    // As good as Imp is not better.
    expect(cellsOf(afterFirst!)).toEqual(cellsOf(first!))
    // Three: Imp and the champion Imp are opponents, and Imp is judged before the champion that equals it.
    expect(cellsOf(second!)).toEqual([
      { cell: 0, operator: 'new', fitness: 0, survival: 0 },
      { cell: 5, operator: 'rival', fitness: 1 / 3, survival: 1 },
    ])
    expect(cellsOf(third!)[1]).toEqual({ cell: 5, operator: 'rival', fitness: 1 / 4, survival: 1 })
    expect(last?.rounds?.champions.map(({ operator, objectives }) => [operator, objectives[0]])).toEqual([
      ['rival', 1 / 2],
      ['rival', 1 / 3],
      ['rival', 1 / 4],
    ])
    expect(make.rounds?.coevolution.rivals(make.rounds.environmentOf(last!.rounds!)).map(({ name }) => name)).toEqual([
      'Imp',
      ...last!.rounds!.champions.map(({ round, name }) => `round ${round + 1}: ${name}`),
    ])
    // One new and one child a round; Imp three times, champions once and twice.
    expect(last?.evaluations).toBe(6 + 3 + 1 + 2)
  })

  it('[D19] as published a round ends once the best has more than 0.8, which a fair share is', () => {
    const { states } = follow('drq-published', ['DAT 0, 0', 'JMP 0'], { rounds: 2, iterations: 250, fresh: 1 })
    expect(states).toHaveLength(5)
    // Without an imp in the archive the round goes on: dead warriors are nobody's fair share.
    const { states: whole } = follow('drq-published', ['DAT 0, 0'], { rounds: 1, iterations: 7, fresh: 1, warmRivals: false }) // prettier-ignore
    expect(whole).toHaveLength(1 + 7 + 1)
  })
})
