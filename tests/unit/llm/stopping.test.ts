import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutAt, Stopping } from '../../../src/llm/stopping.ts'

describe('stop words', () => {
  it('[L36] however the text comes in pieces, what is passed on ends before the first stop word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ';'), minLength: 0, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 3 }), (pieces, stop) => {
        let heard = ''
        const stopping = new Stopping(stop, (added) => (heard += added))
        for (const piece of pieces) stopping.add(piece)
        stopping.end()
        expect(heard).toBe(cutAt(pieces.join(''), stop))
        expect(stopping.text).toBe(heard)
      }),
      { seed: 36, numRuns: 500 },
    )
  })
})
