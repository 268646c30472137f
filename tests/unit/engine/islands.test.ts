/** Islands on a net in memory: real rooms, real runs, in the arena of numbers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elitesOf, join, mergedOf } from '../../../src/archives/merged.ts'
import { LoopbackNet, type Trouble } from '../../../src/bus/loopback.ts'
import { archiveHash, initialState, type Make } from '../../../src/core/generation.ts'
import type { GenerationRecord, RunState, TapeEntry } from '../../../src/core/journal.ts'
import type { Options } from '../../../src/core/options.ts'
import { ok } from '../../../src/core/result.ts'
import { frozenEnvironment, judge } from '../../../src/engine/frozen.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { hashOf } from '../../../src/engine/merging.ts'
import { Room } from '../../../src/engine/room.ts'
import { Runner } from '../../../src/engine/runner.ts'
import { TapePlayer } from '../../../src/engine/tape-player.ts'
import { numbers, queenMake } from '../../support/red-queen.ts'

class TestIsland {
  readonly make: Make
  readonly room: Room
  readonly runner: Runner
  readonly records: GenerationRecord[] = []
  /** The archive at the end of each round. */
  readonly ends: RunState[] = []

  constructor(net: LoopbackNet, name: string, seed: number, change: Options) {
    this.make = queenMake(change, seed, 4)
    const bus = net.join(name)
    if (!bus.ok) throw new Error(bus.fault.message)
    this.room = new Room({ kind: 'broadcast', room: 'test' }, this.make, bus.value, {
      evaluator: () => inlineEvaluator(numbers, {}),
      now: () => 0,
      changed: () => undefined,
    })
    const evaluator = inlineEvaluator(numbers, {})
    this.runner = new Runner(this.make, initialState(this.make), {
      migrants: (state) => this.room.migrants(state),
      evaluator: () => Promise.resolve(ok(evaluator)),
      generation: (record, state) => {
        this.records.push(record)
        this.room.generation(record, state)
        return Promise.resolve()
      },
      rested: (fault) => {
        if (fault !== null) throw new Error(fault.message)
      },
    })
  }

  get state(): RunState {
    return this.runner.state
  }
  get guests(): readonly string[] {
    return this.records.flatMap(({ turn }) => (turn?.guests ?? []).map(({ island, hash }) => `${island} ${hash}`))
  }

  async generations(count: number): Promise<void> {
    this.runner.run(count)
    await this.runner.settled()
  }
}

/** Islands in turns, a tick of the net between them. */
async function archipelago(
  names: readonly string[],
  trouble: Trouble,
  change: Options = { rounds: 4 },
  between: (net: LoopbackNet, step: number) => void = () => undefined,
) {
  const net = new LoopbackNet(trouble)
  const islands = names.map((name, at) => new TestIsland(net, name, 11 + at, change))
  for (let step = 0; islands.some(({ runner }) => !runner.isFinished) && step < 100; step++) {
    between(net, step)
    for (const island of islands) {
      if (!island.runner.isFinished) await island.generations(1)
      net.tick()
    }
  }
  net.settle()
  for (const { room } of islands) await room.drawn()
  return { net, islands }
}

/** What all islands' last archives come to on the frozen panel, worked out without them. */
async function expected(islands: readonly TestIsland[]) {
  const evaluator = inlineEvaluator(numbers, {})
  const archives = []
  for (const { make, state } of islands) {
    const told = state.elites.map(({ words }) => ({ words, name: 'x' }))
    const judged = await judge(make, 'x', told, frozenEnvironment(make), evaluator, { aborted: false })
    if (!judged.ok) throw new Error(judged.fault.message)
    archives.push(judged.value)
  }
  return hashOf(join(...archives))
}

const NAMES = ['ada', 'bea', 'cleo']

describe('islands', () => {
  it('[I21] champions cross in all directions, and every island has the same picture: the join of all archives', async () => {
    const { islands } = await archipelago(NAMES, { seed: 1 })
    for (const island of islands) {
      const from = new Set(island.guests.map((guest) => guest.split(' ')[0]))
      expect([...from].sort()).toEqual(NAMES.filter((name) => name !== island.room.view().island))
    }
    const pictures = islands.map(({ room }) => room.view().picture)
    expect(new Set(pictures.map(({ hash }) => hash))).toEqual(new Set([await expected(islands)]))
    expect(pictures[0]?.islands.map(({ island }) => island)).toEqual(NAMES)
  })

  it('[I22] nobody waits: an island alone, cut off or among the slow goes through its rounds as it would', async () => {
    const alone = await archipelago(['ada'], { seed: 1 })
    const cut = await archipelago(NAMES, { seed: 1 }, { rounds: 4 }, (net, step) => {
      if (step === 0) net.partition([['ada'], ['bea', 'cleo']])
    })
    // Without anybody's champions it is the same run to the last bit.
    expect(archiveHash(cut.islands[0]!.state.elites)).toBe(archiveHash(alone.islands[0]!.state.elites))
    expect(cut.islands[0]!.guests).toEqual([])
    expect(cut.islands[1]!.guests.length).toBeGreaterThan(0)
  })

  it('[I23] a partition that heals brings everybody the champions and archives of the others', async () => {
    const { islands } = await archipelago(NAMES, { seed: 3 }, { rounds: 6 }, (net, step) => {
      if (step === 0) net.partition([['ada'], ['bea', 'cleo']])
      if (step === 12) net.heal()
    })
    expect(islands[0]!.guests.length).toBeGreaterThan(0)
    expect(new Set(islands.map(({ room }) => room.view().picture.hash))).toEqual(new Set([await expected(islands)]))
  })

  it('[I24] a migrant does not migrate again, and nobody comes in twice', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { islands } = await archipelago(NAMES, { seed, delay: [1, 9], twice: 0.3, reorder: 0.3 }, { rounds: 8 })
      const born = new Map(islands.map((island) => [island.room.view().island, new Set(island.records.flatMap(({ turn }) => (turn !== undefined && turn.champion !== null && turn.champion.from === undefined ? [turn.champion.id] : [])).map(String))])) // prettier-ignore
      expect(born.size).toBe(3)
      for (const island of islands) {
        const hashes = island.guests.map((guest) => guest.split(' ')[1])
        expect(new Set(hashes).size).toBe(hashes.length)
        const foreign = island.records.filter(({ turn }) => turn?.champion?.from !== undefined)
        // A champion from elsewhere counts at home, and is sent by nobody but the island it was born on.
        for (const { turn } of foreign) expect(turn?.champion?.from).not.toBe(island.room.view().island)
        const own = island.records.filter(
          ({ turn }) => turn !== undefined && turn.champion !== null && turn.champion.from === undefined,
        ).length
        expect(island.room.view().sent).toBe(own)
      }
    }
  })

  it('[I25] a run among islands plays again from its tape without them', async () => {
    const { islands } = await archipelago(NAMES, { seed: 9, delay: [1, 5] }, { rounds: 5 })
    for (const { make, records, state } of islands) {
      const tape = records.flatMap((record): TapeEntry[] => (record.tape === undefined ? [] : [record.tape]))
      expect(tape.length).toBeGreaterThan(0)
      const player = new TapePlayer(tape)
      const evaluator = inlineEvaluator(numbers, {})
      const again = new Runner(make, initialState(make), {
        migrants: ({ generation }) => player.migrants(generation + 1),
        evaluator: () => Promise.resolve(ok(evaluator)),
        generation: () => Promise.resolve(),
        rested: () => undefined,
      })
      again.run()
      await again.settled()
      expect(again.state).toEqual(state)
    }
  })

  it('[I26] whatever the net does, all islands see the join of what reached them, and runs end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }), loss: fc.double({ min: 0, max: 0.9, noNaN: true }), twice: fc.double({ min: 0, max: 0.9, noNaN: true }),
          reorder: fc.double({ min: 0, max: 0.9, noNaN: true }), delay: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 3, max: 12 })),
        }),
        async (trouble) => {
          const { islands } = await archipelago(NAMES.slice(0, 2), trouble, { rounds: 3 })
          for (const { room, state, runner } of islands) {
            expect(runner.isFinished).toBe(true)
            expect(state.rounds?.champions).toHaveLength(3)
            const { islands: seen, merged } = room.view().picture
            for (const [cell, owner] of merged.owners.entries()) {
              const best = seen.reduce((most, { scores }) => Math.max(most, Number.isNaN(scores[cell]) ? -1 : scores[cell]!), -1)
              expect(Number.isNaN(merged.scores[cell]) ? -1 : merged.scores[cell]).toBe(best)
              expect(owner === -1).toBe(best === -1)
            }
          }
        },
      ),
      { numRuns: 25 },
    ) // prettier-ignore
    expect(elitesOf(mergedOf([]))).toEqual([])
  })
})
