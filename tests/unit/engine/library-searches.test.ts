import { describe, expect, it } from 'vitest'
import type { Arena } from '../../../src/core/contracts.ts'
import { Library } from '../../../src/engine/library.ts'
import { bowlArena, bowlMake, SEARCHES } from '../../support/searches.ts'
import { arena as coreWar, settings } from '../../support/toy.ts'

const strategies = SEARCHES.map(([, strategy]) => strategy)
const bowl = bowlArena() as Arena
const nowhere: Arena = { ...bowl, id: 'nowhere', space: (options) => ({ ...bowl.space!(options), dimensions: 0 }) }
const library = new Library([coreWar, bowl, nowhere], strategies)

describe('strategies that search', () => {
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
