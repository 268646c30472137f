import { describe, expect, it } from 'vitest'
import { MOST_TEXT } from '../../../src/core/completion.ts'
import { apply, archiveHash, initialState, propose } from '../../../src/core/generation.ts'
import { MIX_DEFAULTS } from '../../../src/core/mix.ts'
import { HOSTILE } from '../../corpus/completions/hostile.ts'
import { evolve, make } from '../../support/toy.ts'
import { completion, generation, warrior, written } from '../../support/writing.ts'

const mix = MIX_DEFAULTS

describe('what models write', () => {
  it('[V1] is a child, or refused, lazy, or known already; the counts tell which', () => {
    const run = make({ mix })
    const first = generation(run, initialState(run), [completion(warrior(1))])
    const parent = first.state.elites.find((elite) => elite.writing !== undefined)!
    const twin = run.codec.print(run.codec.decode(parent.words), 'x')
    const { children, state } = generation(run, first.state, [
      completion(warrior(2)),
      completion(`Sure! Here it is:\n\`\`\`redcode\n${warrior(3)}\n\`\`\``),
      completion(warrior(2)),
      completion(warrior(1)),
      completion(twin, { kind: 'mutate', parents: [parent.id] }),
      completion('I cannot do that.'),
      completion(''),
      completion('x'.repeat(MOST_TEXT + 1)),
      completion(warrior(4), { finish: 'aborted' }),
      completion(warrior(5), { attempt: 1, kind: 'mutate', parents: [parent.id], fix: true }),
    ])
    expect(children.judged.map(({ verdict }) => verdict)).toEqual([
      'novel', 'novel', 'duplicate', 'duplicate', 'lazy', 'refused', 'refused', 'refused', 'refused', 'novel',
    ]) // prettier-ignore
    for (const { verdict, reason } of children.judged) expect(reason === '').toBe(verdict === 'novel')
    expect(children.batch.count).toBe(run.settings.population)
    const [fresh, mutate] = state.models!.tallies
    expect(fresh).toMatchObject({ model: 'somebody', kind: 'new', completions: 9, novel: 3, duplicate: 2, refused: 4, lazy: 0, repaired: 0, tokens: 180 }) // prettier-ignore
    expect(mutate).toMatchObject({ kind: 'mutate', completions: 2, novel: 1, lazy: 1, repaired: 1 })
    for (const { completions, novel, refused, duplicate, lazy } of state.models!.tallies)
      expect(novel + refused + duplicate + lazy).toBe(completions)
  })

  it('[V1] is known when it was seen in an earlier generation, though nobody keeps it', () => {
    const run = make({ mix })
    let state = initialState(run)
    // A warrior that dies at once is in no way the best of its kind for long.
    const weak = Array.from({ length: 12 }, (_, at) => completion(`DAT.F #${at}, #${at}`))
    state = generation(run, state, weak).state
    const kept = new Set(state.elites.map(({ id }) => id))
    const again = propose(run, state, weak).judged
    expect(kept.size).toBeLessThan(weak.length + run.settings.population)
    expect(again.map(({ verdict }) => verdict)).toEqual(weak.map(() => 'duplicate'))
  })

  it('[V1] too near to its parent is no child where the run asks for a difference', () => {
    const near = make({ mix: { ...mix, novelty: 0.5 } })
    const first = generation(near, initialState(near), [completion(warrior(1))])
    const parent = first.state.elites.find((elite) => elite.writing !== undefined)!
    const lines = warrior(1).split('\n')
    const oneLine = [lines[0], lines[1], 'DJN.F $-2, <30'].join('\n')
    const other = completion(oneLine, { kind: 'mutate', parents: [parent.id] })
    const stranger = completion(warrior(77), { kind: 'mutate', parents: [parent.id] })
    expect(propose(near, first.state, [other, stranger]).judged.map(({ verdict }) => verdict)).toEqual([
      'duplicate',
      'novel',
    ])
    const any = make({ mix })
    expect(propose(any, first.state, [other]).judged[0]?.verdict).toBe('novel')
  })

  it('[V2] nothing that arrives, nothing that changes: a run without models is what it was', () => {
    const plain = evolve(make({ seed: 5 }), 12)
    const mixed = evolve(make({ seed: 5, mix }), 12)
    expect(archiveHash(mixed.state.elites)).toBe(archiveHash(plain.state.elites))
    expect(plain.state.models).toBeUndefined()
    expect(plain.records.every((change) => change.tape === undefined && change.models === undefined)).toBe(true)
  })

  it('[V2] a generation follows from state and arrivals alone, and its state from its records', () => {
    const run = make({ seed: 6, mix: { ...mix, policy: 'bandit' } })
    const one = written(run, 15)
    const other = written(run, 15)
    expect(other).toEqual(one)
    const replayed = one.records.reduce((state, change) => apply(run.shape, state, change), initialState(run))
    expect(replayed).toEqual(one.state)
    expect(one.records[3]?.tape).toMatchObject({ generation: 4, evaluationMs: 40 })
    expect(one.records[3]?.tape?.completions.length).toBe(4)
  })

  it('[V3] a child in the archive tells who wrote it, of whom, asked what, and what it cost', () => {
    const run = make({ mix })
    const first = generation(run, initialState(run), [completion(warrior(1))])
    const born = first.state.elites.find((elite) => elite.writing !== undefined)!
    expect(born).toMatchObject({
      operator: 'somebody/new', parents: [],
      writing: { model: 'somebody', version: 'test 1', kind: 'new', prompt: 'Write a warrior.', tokens: 20, ms: 12.5, attempt: 0 },
    }) // prettier-ignore
    const second = generation(run, first.state, [completion(warrior(9), { kind: 'mutate', parents: [born.id] })])
    const child = second.change.births.find(({ operator }) => operator === 'somebody/mutate')
    const tally = second.state.models!.tallies.find(({ kind }) => kind === 'mutate')
    expect((tally?.opened ?? 0) + (tally?.improved ?? 0)).toBe(child === undefined ? 0 : 1)
    if (child !== undefined) expect(child.parents).toEqual([born.id])
  })

  it('[V1] 200 hostile completions change nothing but counts', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(200)
    const run = make({ mix, population: 8 })
    const keys = Object.keys(Object.prototype)
    let state = initialState(run)
    for (let at = 0; at < HOSTILE.length; at += 8) {
      const arrivals = HOSTILE.slice(at, at + 8).map(({ text }) => completion(text.slice(0, MOST_TEXT + 1)))
      const next = generation(run, state, arrivals)
      for (const birth of next.change.births) expect(run.codec.check?.(birth.words) ?? null).toBe(null)
      state = next.state
    }
    expect(Object.keys(Object.prototype)).toEqual(keys)
    expect(state.models!.tallies[0]?.completions).toBe(HOSTILE.length)
    expect(state.models!.tallies[0]?.refused).toBeGreaterThan(HOSTILE.length / 2)
  })
})
