/** The worst peers there are, at an island that evolves meanwhile. */
import { describe, expect, it } from 'vitest'
import coreWar from '../../../src/arenas/core-war/index.ts'
import type { BusMessage, IslandBus } from '../../../src/bus/contracts.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { archiveHash, initialState, makeOf } from '../../../src/core/generation.ts'
import { ok } from '../../../src/core/result.ts'
import { rng } from '../../../src/core/rng.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { Room } from '../../../src/engine/room.ts'
import { Runner } from '../../../src/engine/runner.ts'
import redQueen from '../../../src/strategies/red-queen/index.ts'
import { hostile } from '../../support/hostile.ts'
import { champion, migrant, options } from '../../support/islands.ts'
import { TACTICS } from '../../support/red-queen.ts'

const arena = coreWar as Arena
const MESSAGES = 10_000
const ROUNDS = 4

/** A run whose island hears `heard` before each of its generations. */
async function evolve(heard: (generation: number) => readonly BusMessage[]) {
  const make = makeOf(
    {
      arena: 'core-war', arenaVersion: coreWar.version, preset: 'nano', strategy: 'red-queen', seed: 5, population: 8, evaluations: 0, options, operators: {},
      tactics: { ...TACTICS, rounds: ROUNDS, iterations: 24 },
    },
    arena,
    redQueen as Strategy<unknown>,
  ) // prettier-ignore
  let hear: (message: BusMessage) => void = () => undefined
  const bus: IslandBus = {
    kind: 'loopback', island: 'here', publish: () => undefined, peers: () => [], status: () => ({ state: 'joined', note: '' }),
    subscribe: (listener) => ((hear = listener), () => undefined), onChange: () => () => undefined, close: () => Promise.resolve(),
  } // prettier-ignore
  let now = 0
  const evaluator = inlineEvaluator(arena, options)
  const room = new Room({ kind: 'broadcast', room: 'bad' }, make, bus, {
    evaluator: () => inlineEvaluator(arena, options),
    // A minute between messages: no limit of time spares us one.
    now: () => (now += 60_000),
    changed: () => undefined,
  })
  let guests = 0
  const listen = (generation: number) => heard(generation).forEach((message) => hear(message))
  const runner: Runner = new Runner(make, initialState(make), {
    migrants: (state) => room.migrants(state),
    evaluator: () => Promise.resolve(ok(evaluator)),
    generation(change, state) {
      guests += change.turn?.guests.length ?? 0
      room.generation(change, state)
      listen(state.generation)
      return Promise.resolve()
    },
    rested: (fault) => {
      if (fault !== null) throw new Error(fault.message)
    },
  })
  listen(0)
  runner.run()
  await runner.settled()
  await room.drawn()
  return { state: runner.state, guests, view: room.view() }
}

describe('hostile peers', () => {
  it('[I27] 10,000 hostile or malformed messages change no archive, neither the run’s nor the picture', async () => {
    const random = rng(27)
    const bad = Array.from({ length: MESSAGES * 2 }, () => hostile(random, `peer-${random.int(40)}`))
      .filter(({ worth }) => worth === 'bad')
      .slice(0, MESSAGES)
    expect(bad).toHaveLength(MESSAGES)
    const alone = await evolve(() => [])
    const each = Math.ceil(MESSAGES / (alone.state.generation - 1))
    const flooded = await evolve((generation) => bad.slice(generation * each, (generation + 1) * each).map(({ message }) => message)) // prettier-ignore
    expect(flooded.guests).toBe(0)
    expect(flooded.state).toEqual(alone.state)
    expect(archiveHash(flooded.state.elites)).toBe(archiveHash(alone.state.elites))
    expect(flooded.view.picture).toEqual(alone.view.picture)
    const { counts } = flooded.view
    expect(counts.taken).toBe(0)
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(MESSAGES)
    // The control: a good one does change it.
    const good = champion(migrant(rng(3)))
    const visited = await evolve((generation) => (generation === 0 ? [good] : []))
    expect(visited.guests).toBe(1)
    expect(visited.state).not.toEqual(alone.state)
  }, 120_000)
})
