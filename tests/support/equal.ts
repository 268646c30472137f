/** Two engines on the same battles: every number and every cell has to agree. */
import { expect } from 'vitest'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { ReferenceEngine } from '../../src/arenas/core-war/reference.ts'

const plain = ({ diedAt, processes, spawned, covered, instructions, state }: BattleOutcome) => ({
  diedAt: [...diedAt],
  processes: [...processes],
  spawned: [...spawned],
  covered: [...covered],
  instructions,
  core:
    state &&
    Buffer.concat([state.instructions, state.a, state.b].map((part) => Buffer.from(part.buffer))).toString('hex'),
  queues: state?.queues.map((queue) => [...queue]),
})

/** P-spaces are written while fighting, so each engine gets copies; they are compared too. */
function copies(setups: readonly BattleSetup[]): BattleSetup[] {
  return setups.map((setup) => {
    if (setup.pspaces === undefined) return setup
    const shared = new Map(setup.pspaces.map((space) => [space.shared, space.shared.slice()]))
    return {
      ...setup,
      pspaces: setup.pspaces.map(({ own, shared: cells }) => ({ own: own.slice(), shared: shared.get(cells)! })),
    }
  })
}
const pspaces = (setups: readonly BattleSetup[]) =>
  setups.map(({ pspaces: spaces }) => spaces?.map(({ own, shared }) => [own[0], ...shared]))

export async function expectEqualToOracle(
  engine: BattleEngine,
  settings: MarsSettings,
  setups: readonly BattleSetup[],
): Promise<BattleOutcome[]> {
  const [forOracle, forEngine] = [copies(setups), copies(setups)]
  const expected = await new ReferenceEngine().run(settings, forOracle, { withState: true })
  const found = await engine.run(settings, forEngine, { withState: true })
  expect(found.length).toBe(expected.length)
  for (const [index, outcome] of found.entries())
    expect(plain(outcome), `battle ${index}`).toEqual(plain(expected[index]!))
  expect(pspaces(forEngine)).toEqual(pspaces(forOracle))
  return found
}
