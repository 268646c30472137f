import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Birth } from '../../../src/core/journal.ts'
import { changeOf, recentEdits } from '../../../src/operators/llm/edits.ts'
import { nearestText, signatureOf, textDistance, tokensOf } from '../../../src/core/novelty.ts'

const DWARF = 'ADD.AB #4, $3\nMOV.I $2, @2\nJMP.B $-2, $0\nDAT.F #0, #0'

describe('novelty', () => {
  it('[Q10] counts tokens: space, case and comments do not matter, numbers and signs do', () => {
    expect(tokensOf('mov.i  $0,$-1 ; hm')).toEqual(['MOV', '.', 'I', '$', '0', ',', '$', '-1'])
    const same = signatureOf(`;name x\n${DWARF.toLowerCase().replaceAll(' ', '   ')} ; dwarf`)
    expect(textDistance(signatureOf(DWARF), same)).toBe(0)
    expect(textDistance(signatureOf(DWARF), signatureOf(DWARF.replace('#4', '#5')))).toBeGreaterThan(0)
  })

  it('[Q10] by text: 0 for equals, 1 for strangers, the same both ways, more the more is changed', () => {
    const signature = signatureOf(DWARF)
    const one = textDistance(signature, signatureOf(DWARF.replace('#4', '#5')))
    const two = textDistance(signature, signatureOf(DWARF.replace('#4', '#5').replace('@2', '>7')))
    expect([0 < one, one < two, two < 1]).toEqual([true, true, true])
    expect(textDistance(signature, signatureOf('x y z w'))).toBe(1)
    expect(textDistance(signatureOf(''), signatureOf(''))).toBe(0)
    expect(textDistance(signatureOf(''), signature)).toBe(1)
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        const [x, y] = [signatureOf(a), signatureOf(b)]
        const distance = textDistance(x, y)
        expect(distance).toBe(textDistance(y, x))
        expect(distance >= 0 && distance <= 1).toBe(true)
        expect(textDistance(x, x)).toBe(0)
      }),
      { seed: 1 },
    )
  })

  it('[Q10] the nearest is found, the first of equals', () => {
    const others = ['JMP.B $0, $0', DWARF, DWARF.replace('#4', '#8')].map((text) => signatureOf(text))
    expect(nearestText(signatureOf(DWARF), others)).toEqual({ index: 1, distance: 0 })
    expect(nearestText(signatureOf(DWARF), [])).toEqual({ index: -1, distance: 1 })
  })
})

describe('recent edits', () => {
  const birth = (id: number, parents: readonly number[], score: number, operator = 'tweak'): Birth => ({
    id, parents, operator, objectives: [score], measures: [0, 0], cell: id, generation: id, status: 'new', words: new Uint32Array([id]),
  }) // prettier-ignore
  const label = (operator: string) => (operator === 'tweak' ? 'Tweak number' : operator)

  it('[Q11] are told newest first, with what they gained over the better parent; once each', () => {
    const births = [birth(1, [], 0.2, 'random'), birth(2, [1], 0.3), birth(3, [1, 2], 0.25, 'nano/mutate'), birth(4, [2], 0.5), birth(5, [99], 0.9)] // prettier-ignore
    expect(recentEdits({ births, label })).toEqual([
      { label: 'Tweak number', gain: 0.2 },
      { label: 'nano/mutate', gain: -0.05 },
    ])
    expect(recentEdits({ births, elders: [birth(99, [], 0.8)], label, most: 1 })).toEqual([
      { label: 'Tweak number', gain: 0.1 },
    ])
  })

  it('[Q11] tell the line where one line changed', () => {
    const lines = ({ id }: Birth) => (id === 1 ? ['a', 'b', 'c'] : ['a', 'x', 'c'])
    expect(recentEdits({ births: [birth(1, [], 0.2), birth(2, [1], 0.3)], label, lines })).toEqual([
      { label: 'Tweak number, line 2: b became x', gain: 0.1 },
    ])
    expect(changeOf(['a', 'b', 'c'], ['a', 'c'])).toBe('line 2 left out: b')
    expect(changeOf(['a', 'c'], ['a', 'b', 'c'])).toBe('line 2 put in: b')
    expect(changeOf(['a', 'a'], ['a', 'a', 'a'])).toBe('line 3 put in: a')
    expect(changeOf(['a', 'b'], ['x', 'y'])).toBeNull()
    expect(changeOf(['a'], ['a'])).toBeNull()
  })
})
