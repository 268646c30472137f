import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPictures, firstPictures } from '../../../src/arenas/singular-values/model/pictures.ts'
import {
  ANSWERS,
  drawSums,
  isHeldOut,
  KINDS,
  pairsOf,
  PLACES,
  textOf,
  tokensOf,
  VOCABULARY,
  type SumsKind,
} from '../../../src/arenas/singular-values/model/sums.ts'
import { fashionModel } from '../../support/essa-models.ts'

const kinds = Object.keys(KINDS) as SumsKind[]
const written = (tokens: ArrayLike<number>) => Array.from(tokens, (token) => VOCABULARY[token]).join('')

describe('sums', () => {
  it('[U13] are written as the model was taught', () => {
    expect(textOf('add', 47, 85)).toBe('47+85=132')
    expect(textOf('minus', 85, 47)).toBe('85/47=038')
    expect(kinds.filter((kind) => KINDS[kind].has(83, 7)).map((kind) => textOf(kind, 83, 7))).toEqual(['83+07=090', '83-07=076', '83/07=076']) // prettier-ignore
    const { count, inputs, targets } = drawSums('subtract', 'train', 5, 1)
    expect([count, inputs.length, targets.length]).toEqual([5, 5 * PLACES, 5 * ANSWERS])
    for (let at = 0; at < 5; at++) {
      const [read, right] = [
        written(inputs.subarray(8 * at, 8 * at + 8)),
        written(targets.subarray(3 * at, 3 * at + 3)),
      ]
      const [, a = '', b = '', known = ''] = /^(\d\d)-(\d\d)=(\d\d)$/.exec(read) ?? []
      expect(right.slice(0, 2)).toBe(known)
      expect(Number(right)).toBe(Number(a) - Number(b))
    }
    expect([...tokensOf('07=')]).toEqual([0, 7, 15])
  })

  it('[U13] of a tenth of all pairs are held out, both orders together', () => {
    // Counted by the formula in Python.
    expect([pairsOf('add', 'held').length, pairsOf('subtract', 'held').length]).toEqual([980, 495])
    for (const kind of kinds) {
      const [train, held] = [pairsOf(kind, 'train'), pairsOf(kind, 'held')]
      expect(new Set([...train, ...held]).size).toBe(train.length + held.length)
      expect(held.length / (train.length + held.length)).toBeGreaterThan(0.08)
      for (const pair of held) expect(isHeldOut(pair % 100, Math.floor(pair / 100))).toBe(true)
    }
  })

  it('[U14] of a batch are different, of their part alone, and follow from the seed', () => {
    fc.assert(
      fc.property(fc.constantFrom('subtract' as const, 'add' as const), fc.constantFrom('train' as const, 'held' as const), fc.integer({ min: 1, max: 300 }), fc.integer(), (kind, part, count, seed) => {
        const batch = drawSums(kind, part, count, seed)
        expect(drawSums(kind, part, count, seed)).toEqual(batch)
        const texts = Array.from({ length: count }, (_, at) => written(batch.inputs.subarray(8 * at, 8 * at + 5)))
        expect(new Set(texts).size).toBe(count)
        for (const text of texts) expect(isHeldOut(Number(text.slice(0, 2)), Number(text.slice(3)))).toBe(part === 'held')
        if (count > 20) expect(drawSums(kind, part, count, seed + 1)).not.toEqual(batch)
      }),
      { numRuns: 30 },
    )
    expect(drawSums('add', 'held', 1e6, 1).count).toBe(pairsOf('add', 'held').length)
  }) // prettier-ignore
})

describe('pictures', () => {
  const { train, held } = fashionModel(1)

  it('[U14] of a batch are different and follow from the seed; the first are the first', () => {
    const batch = drawPictures(train, 12, 4)
    expect(drawPictures(train, 12, 4)).toEqual(batch)
    expect(drawPictures(train, 12, 5)).not.toEqual(batch)
    const rows = Array.from({ length: 12 }, (_, at) => Array.from(batch.inputs.subarray(20 * at, 20 * at + 20), (x) => Math.round(255 * x)).join()) // prettier-ignore
    expect(new Set(rows).size).toBe(12)
    const known = Array.from({ length: train.count }, (_, at) => train.pixels.subarray(20 * at, 20 * at + 20).join())
    rows.forEach((row, at) => expect(batch.targets[at]).toBe(train.labels[known.indexOf(row)]))
    expect(drawPictures(train, 1000, 4).count).toBe(train.count)
    const first = firstPictures(held, 7)
    expect([...first.targets]).toEqual([...held.labels.subarray(0, 7)])
    expect([...first.inputs.subarray(0, 20)]).toEqual(Array.from(held.pixels.subarray(0, 20), (pixel) => Math.fround(pixel / 255))) // prettier-ignore
  })
})
