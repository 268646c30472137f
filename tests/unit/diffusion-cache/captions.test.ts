import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCaption } from '../../../src/arenas/diffusion-cache/scenes/captions.ts'
import { allCaptions } from '../../../src/arenas/diffusion-cache/scenes/split.ts'
import { isCaption, textOf } from '../../../src/arenas/diffusion-cache/scenes/words.ts'

const said = (text: string) => {
  const caption = parseCaption(text)
  return caption.ok ? textOf(caption.value) : caption.fault.message
}

describe('a typed caption', () => {
  it('[A9] is read as it was written, for every caption there is', () => {
    for (const caption of allCaptions()) {
      const read = parseCaption(textOf(caption))
      expect(read.ok && read.value).toEqual(caption)
    }
  })

  it.each([
    ['Red Circle', 'a big red circle'],
    ['  the LITTLE red disc,\n to the left of the Large Blue box!', 'a small red circle left of a big blue square'],
    ['tiny violet triangle under a huge white ball', 'a small purple triangle below a big white circle'],
    ['a circle red over a square yellow', 'a big red circle above a big yellow square'],
    ['green square beneath one small red dot.', 'a big green square below a small red circle'],
    ['a red circle is on the right of a green triangle', 'a big red circle right of a big green triangle'],
    ['red circle on top of blue square', 'a big red circle above a big blue square'],
    ['red circle left blue square', 'a big red circle left of a big blue square'],
  ])('[A10] is understood in other words: %s', (text, meant) => {
    expect(said(text)).toBe(meant)
  })

  it.each([
    ['', 'The caption says nothing.'],
    ['the , !', 'The caption says nothing.'],
    ['a big orange circle', 'The word "orange" is not known.'],
    ['a big red cirlce', 'The word "cirlce" is not known. Did you mean "circle"?'],
    ['a bgi yelow square', 'The word "bgi" is not known. Did you mean "big"?'],
    ['a red circle beside a blue square', 'The word "beside" is not known.'],
    ['a big circle', 'The first object has no colour.'],
    ['a big red', 'The first object has no shape.'],
    ['above a red circle', 'The first object has no shape.'],
    ['a red circle above', 'The second object has no shape.'],
    ['a red circle above a blue', 'The second object has no shape.'],
    ['a red circle and a blue square', 'The first object has two shapes, "circle" and "square"'],
    ['a red circle above a red square', 'Both objects are red'],
    [
      'red circle above blue square above green circle',
      'There are two objects at most, so "above" is one place too many.',
    ],
    ['x'.repeat(10_000), 'The caption has 10000 characters; at most 200 are read.'],
    ['a red circle __proto__', 'The word "proto" is not known.'],
    ['a constructor circle', 'The word "constructor" is not known.'],
    ['\u202e\ud800 red', 'The first object has no shape.'],
  ])('[A11] is refused with what is wrong and what may be said: %s', (text, sentence) => {
    expect(said(text)).toContain(sentence)
    expect(said(text)).toContain('sizes small or big, colours red, green, blue, yellow, purple or white')
  })

  it('[A11] whatever it is, is a caption or a sentence that one can read', () => {
    const word = fc.constantFrom(
      'a', 'big', 'small', 'red', 'blue', 'circle', 'square', 'left', 'of', 'above', 'to', 'the', 'on', 'top', ',', 'dot',
    ) // prettier-ignore
    const text = fc.oneof(
      fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ maxLength: 300 }),
    )
    fc.assert(
      fc.property(text, (typed) => {
        const caption = parseCaption(typed)
        if (caption.ok) expect(isCaption(caption.value)).toBe(true)
        else {
          expect(caption.fault.kind).toBe('bad-caption')
          expect(caption.fault.message.length).toBeLessThan(400)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
