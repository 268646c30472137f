import { describe, expect, it } from 'vitest'
import type { Arena } from '../../../src/core/contracts.ts'
import { initialState, makeOf } from '../../../src/core/generation.ts'
import { fitState } from '../../../src/engine/importing.ts'
import { Library } from '../../../src/engine/library.ts'
import { bowlArena, bowlMake, SEARCHES } from '../../support/searches.ts'
import { defaultsOf, type Options } from '../../../src/core/options.ts'
import { singular } from '../../support/singular.ts'
import { arena as coreWar, settings } from '../../support/toy.ts'

const strategies = SEARCHES.map(([, strategy]) => strategy)
const bowl = bowlArena() as Arena
const nowhere: Arena = { ...bowl, id: 'nowhere', space: (options) => ({ ...bowl.space!(options), dimensions: 0 }) }
const library = new Library([coreWar, bowl, nowhere], strategies)

describe('strategies that search', () => {
  it.each(SEARCHES)('[Y17] %s goes on from its own state, and from no other that a file may hold', (_, strategy) => {
    const make = makeOf(bowlMake(strategy).settings, bowl, strategy)
    const state = initialState(make)
    expect(fitState(make, state, []).ok).toBe(true)
    const own = state.strategy as Record<string, unknown>
    const list = Object.keys(own).find((key) => Array.isArray(own[key]))!
    const numbers = own[list] as number[]
    const wrong: unknown[] = [
      null, 7, 'state', [], {}, { ...own, more: 1 }, { ...own, [list]: numbers.slice(1) }, { ...own, [list]: [...numbers, 0] },
      { ...own, [list]: 'text' }, { ...own, [list]: numbers.map(() => null) }, { ...own, [list]: numbers.map(() => 1e308 * 10) },
    ] // prettier-ignore
    for (const strange of wrong) {
      const fitted = fitState(make, { ...state, strategy: strange }, [])
      expect(fitted.ok ? JSON.stringify(strange).slice(0, 80) : fitted.fault.message).toMatch(
        /its search \(.+\) does not stand anywhere/,
      )
    }
  })

  it('[Y17] a covariance that is none is refused', () => {
    const [, strategy] = SEARCHES.find(([id]) => id === 'cma-es')!
    const make = makeOf(bowlMake(strategy).settings, bowl, strategy)
    const state = initialState(make)
    const own = state.strategy as { readonly covariance: readonly number[] }
    expect(fitState(make, { ...state, strategy: { ...own, covariance: own.covariance.map(() => -1) } }, []).ok).toBe(
      false,
    )
  })

  it.each(SEARCHES)('[Y32] %s is refused with a sentence where its state has no room for a space, and taken where it just has', (id, strategy) => {
    const wanted = { ...bowlMake(strategy).settings, strategy: id }
    const most = strategy.search!.most!
    const roomy = (dimensions: number) => new Library([{ ...bowl, space: (options) => ({ ...bowl.space!(options), dimensions }) }], strategies)
    expect(roomy(most).check(wanted).ok).toBe(true)
    const refused = roomy(most + 1).check(wanted)
    expect(refused.ok ? '' : refused.fault.message).toBe(
      `${strategy.label} can search ${most.toLocaleString('en')} numbers at most, and a genome of bowl has ${(most + 1).toLocaleString('en')} with these settings. Choose settings with fewer, or another strategy.`,
    )
    expect(() => strategy.init({ ...defaultsOf(strategy.options!) }, { dimensions: most, limit: 1 })).not.toThrow()
    expect(() => strategy.init({ ...defaultsOf(strategy.options!) }, { dimensions: most + 1, limit: 1 })).toThrow('dimensions')
  }) // prettier-ignore

  it('[Y32] no world of the singular-values arena comes near', () => {
    const ofTasks = (change: Options) =>
      singular.presets.flatMap(({ options }) => ['fashion', 'sums', 'warriors'].map((task) => singular.space!({ ...options, task, ...change }).dimensions)) // prettier-ignore
    const values = ofTasks({ moved: 'values', rank: '32', svd: 'factors', alpha: 1 })
    const field = singular.options.find(({ key }) => key === 'directions')
    const most = field?.kind === 'integer' ? field.max : NaN
    const weights = ofTasks({ moved: 'weights', directions: most })
    const largest = Math.max(...values, ...weights)
    expect(Math.max(...values)).toBe(1024)
    expect(largest).toBe(most)
    expect(largest).toBeLessThan(Math.min(...strategies.map(({ search }) => search!.most!)))
  })

  it.each(SEARCHES)('[Y16] %s is offered where genomes are points, and refused with a sentence elsewhere', (id, strategy) => {
    const wanted = bowlMake(strategy).settings
    const fitted = library.check(wanted)
    expect(fitted.ok && Object.keys(fitted.value.tactics ?? {})).toEqual(strategy.options!.map(({ key }) => key))
    expect(library.prepare(wanted).ok).toBe(true)
    for (const foreign of [{ ...settings(), strategy: id }, { ...wanted, arena: 'nowhere' }]) {
      const refused = library.check(foreign)
      expect(refused).toMatchObject({ ok: false, fault: { kind: 'no-space' } })
      expect(refused.ok ? '' : refused.fault.message).toContain(`${strategy.label} needs an arena whose genomes are points`)
    }
    expect(library.check({ ...wanted, tactics: { sigma: -1 } })).toMatchObject({ ok: false, fault: { kind: 'bad-option' } })
  }) // prettier-ignore
})
