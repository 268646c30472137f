import { expect, it } from 'vitest'
import { zeroOf } from '../../../src/arenas/singular-values/genome.ts'
import { samplesOf } from '../../../src/arenas/singular-values/samples.ts'
import type { StudioApi } from '../../../src/arenas/singular-values/studio.ts'
import createWorkshop from '../../../src/arenas/singular-values/workshop.ts'
import { EFFECT } from '../../../src/core/effect.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import { archiveHash, initialState, makeOf } from '../../../src/core/generation.ts'
import { settingsIn } from '../../../src/core/settings.ts'
import { newHeader } from '../../../src/engine/library.ts'
import { fitState } from '../../../src/engine/importing.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import cmaEs from '../../../src/strategies/cma-es/index.ts'
import { evolved, singular, singularFiles, worldFor } from '../../support/singular.ts'

const strategy = cmaEs as Strategy<unknown>
function makeFor(preset: string, batch: number, population: number) {
  const options = worldFor(preset, { batch })
  const settings = settingsIn(
    singular,
    singular.presets.find(({ id }) => id === preset)!,
  )
  // Far too short to be seen as they are set.
  return makeOf({ ...settings, strategy: strategy.id, options, population, tactics: { sigma: 0.02, steps: 'effect' } }, singular, strategy) // prettier-ignore
}

it.each([
  ['clothes', 64, 24],
  ['sums', 40, 16],
] as const)(
  '[Z30] %s: after one generation two samples of a run differ in a fifth to three fifths of their answers, and it goes on from its file',
  async (preset, batch, population) => {
    const make = makeFor(preset, batch, population)
    const { options } = make.settings
    const evaluate = singular.evaluator(options, singularFiles)
    const state = evolved(make, 1, evaluate)
    const { sigma, found } = make.search!.rules.spread(state.strategy)
    expect(found!.effect).toBe(EFFECT.aim)
    expect(sigma).toBeCloseTo(0.02 * found!.unit, 9)
    expect(state.stands!.at(-1)).toMatchObject({ generation: 1, sigma })
    const made = await createWorkshop(singularFiles, options)
    if (!made.ok) throw new Error(made.fault.message)
    const effect = await (made.value as unknown as StudioApi).effect({
      genomes: samplesOf(zeroOf(options), sigma, { step: 1, directions: 0 }),
    })
    expect(effect.ok && effect.value).toBeGreaterThan(EFFECT.least)
    expect(effect.ok && effect.value).toBeLessThan(EFFECT.most)
    if (preset === 'sums') return
    const read = decodeEvo(encodeEvo(newHeader('run', 'A run', make.settings, progressOf(make, state)), state, state.elites, [])) // prettier-ignore
    if (!read.ok) throw new Error(read.fault.message)
    for (const one of [initialState(make), read.value.state]) expect(fitState(make, one, []).ok).toBe(true)
    const [again, whole] = [evolved(make, 2, evaluate, read.value.state), evolved(make, 3, evaluate)]
    expect(archiveHash(again.elites)).toBe(archiveHash(whole.elites))
    expect(again.strategy).toEqual(whole.strategy)
  },
)
