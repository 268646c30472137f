import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { agreementOf, check } from '../../../src/arenas/diffusion-cache/scenes/checker.ts'
import { renderDistance } from '../../../src/arenas/diffusion-cache/scenes/distance.ts'
import { place } from '../../../src/arenas/diffusion-cache/scenes/place.ts'
import { areaOf, INKS, reachOf, render, type Point } from '../../../src/arenas/diffusion-cache/scenes/render.ts'
import { allCaptions, hasUnseenPair, split, type Parts } from '../../../src/arenas/diffusion-cache/scenes/split.ts'
import {
  captionAt,
  captionOf,
  isCaption,
  NULL,
  objectsOf,
  relationOf,
  textOf,
} from '../../../src/arenas/diffusion-cache/scenes/words.ts'
import { rng, type Rng } from '../../../src/core/rng.ts'

/** Written by training/shapes-dit/fixtures.py. */
interface Fixture {
  readonly counts: Readonly<Record<keyof Parts, number>>
  readonly first: Readonly<Record<keyof Parts, readonly number[][]>>
  readonly scenes: readonly {
    readonly caption: number[]
    readonly text: string
    readonly centres: Point[]
    /** {@link moments} of the render. */
    readonly sums: number[]
    readonly asked: number[]
    /** The render, spoilt; a byte a number. */
    readonly bytes: string
    readonly verdicts: [string, boolean][]
    readonly distance: number
  }[]
  readonly renders: readonly { readonly caption: number[]; readonly centres: Point[]; readonly picture: number[] }[]
}
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/diffusion-cache/scenes.json', import.meta.url), 'utf8'),
) as Fixture
const NAMES = ['single', 'double', 'held', 'pair'] as const
const SIZE = 20

const sum = (values: Float64Array, weight: (value: number, at: number) => number) =>
  values.reduce((total, value, at) => total + weight(value, at), 0)
const moments = (picture: Float64Array) => [
  sum(picture, (value) => value),
  sum(picture, (value, at) => value * Math.sin(at)),
  sum(picture, (value, at) => value * Math.cos(at * 0.37)),
  sum(picture, (value) => value * value),
]
const captions = allCaptions()
const unmet = (caption: ArrayLike<number>, picture: ArrayLike<number>) =>
  check(caption, picture).filter(({ met }) => !met)
/** Normal by Box and Muller. */
const normal = (random: Rng) => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())
const noisy = (picture: Float64Array, sigma: number, random: Rng) =>
  picture.map((value) => value + sigma * normal(random))

describe('captions', () => {
  it('[A1] are split as in training, and every one is in one part', () => {
    const parts = split()
    for (const name of NAMES) {
      const count = parts[name].length / 7
      expect(count).toBe(fixture.counts[name])
      const step = Math.max(1, Math.floor(count / 7))
      fixture.first[name].forEach((caption, at) => expect([...captionAt(parts[name], at * step)]).toEqual(caption))
    }
    const texts = NAMES.flatMap((name) =>
      Array.from({ length: parts[name].length / 7 }, (_, at) => textOf(captionAt(parts[name], at))),
    )
    expect(new Set(texts).size).toBe(captions.length)
    expect(captions.length).toBe(36 + 4320)
  })

  it('[A1] with a colour and a shape that were never drawn together are in no other part', () => {
    const parts = split()
    for (const name of NAMES)
      for (let at = 0; at < parts[name].length / 7; at++)
        expect(hasUnseenPair(captionAt(parts[name], at))).toBe(name === 'pair')
  })

  it('[A1] are told from other words', () => {
    for (const caption of captions) expect(isCaption(caption)).toBe(true)
    expect(isCaption(new Int32Array(7).fill(NULL))).toBe(false)
    const good = [...captions[100]!]
    fc.assert(
      fc.property(
        fc.nat(6),
        fc.oneof(fc.integer({ min: -2, max: 20 }), fc.constant(NaN), fc.constant(4.5)),
        (slot, word) => {
          const words = good.with(slot, word)
          const known = captions.some((caption) => words.every((one, at) => one === caption[at]))
          expect(isCaption(words)).toBe(known)
        },
      ),
      { numRuns: 300 },
    )
    expect(isCaption(good.slice(0, 6))).toBe(false)
    expect(isCaption([...good, 0])).toBe(false)
  })
})

describe('renders', () => {
  it("[A2] equal the training script's", () => {
    for (const { caption, text, centres, sums } of fixture.scenes) {
      expect(textOf(caption)).toBe(text)
      moments(render(caption, centres)).forEach((value, at) => expect(value).toBeCloseTo(sums[at]!, 6))
    }
    for (const { caption, centres, picture } of fixture.renders)
      render(caption, centres).forEach((value, at) => expect(Math.abs(value - picture[at]!)).toBeLessThan(1e-6))
  })

  it('[A2] have the area of their size, whatever the shape', () => {
    for (const caption of captions.slice(0, 36)) {
      const [object] = objectsOf(caption)
      const plain = render(caption, [[-40, -40]])
      const covered = render(caption, [[10, 10]])
      const ink = covered.reduce((best, value) => Math.max(best, value), 0)
      const channel = covered.findIndex((value) => value === ink) % 3
      const share = sum(covered, (value, at) =>
        at % 3 === channel ? (value - plain[at]!) / (ink - plain[channel]!) : 0,
      )
      expect(Math.abs(share - areaOf(object!.size))).toBeLessThan(1.3)
    }
  })

  it('[A3] are placed inside, apart, and as the caption says', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(captions.length - 1), (seed, index) => {
        const caption = captions[index]!
        const centres = place(caption, rng(seed))
        const boxes = objectsOf(caption).map(({ size, shape }, at) => {
          const [left, right, up, down] = reachOf(shape, areaOf(size))
          const [x, y] = centres[at]!
          expect(Number.isInteger(x) && Number.isInteger(y)).toBe(true)
          return { left: x - left, right: x + right, top: y - up, bottom: y + down }
        })
        for (const { left, right, top, bottom } of boxes)
          expect(Math.min(left, top, SIZE - right, SIZE - bottom)).toBeGreaterThanOrEqual(0)
        const [one, two] = boxes
        if (one === undefined || two === undefined) return
        const gaps = [two.left - one.right, one.left - two.right, two.top - one.bottom, one.top - two.bottom]
        expect(gaps[relationOf(caption)!]).toBeGreaterThanOrEqual(0.6 - 1e-9)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the checker', () => {
  it("[A4] says what the training script's says, of whole pictures and of torn ones", () => {
    for (const { asked, bytes, verdicts, distance } of fixture.scenes) {
      const picture = Float64Array.from(Buffer.from(bytes, 'hex'), (byte) => byte / 255)
      expect(check(asked, picture).map(({ kind, met }) => [kind, met])).toEqual(verdicts)
      expect(Math.abs(renderDistance(asked, picture) - distance)).toBeLessThan(1e-9)
    }
  })

  it('[A5] finds every requirement met on clean renders of every caption', () => {
    const random = rng(1)
    for (const caption of captions) expect(unmet(caption, render(caption, place(caption, random)))).toEqual([])
  })

  it('[A5] bears noise of .06', () => {
    const random = rng(2)
    const some = Array.from({ length: 400 }, () => random.pick(captions))
    const failed = some.filter(
      (caption) => unmet(caption, noisy(render(caption, place(caption, random)), 0.06, random)).length > 0,
    )
    expect(failed.length).toBeLessThanOrEqual(4)
  })

  it('[A6] refuses a caption in which one word is wrong, and for that reason', () => {
    const random = rng(3)
    const kinds = ['size', 'colour', 'shape', 'relation'] as const
    for (let trial = 0; trial < 1500; trial++) {
      const caption = random.pick(captions)
      const slot = random.int(relationOf(caption) === null ? 3 : 7)
      const asked = random.pick(
        captions.filter(
          (other) => other[slot] !== caption[slot] && other.every((word, at) => at === slot || word === caption[at]),
        ),
      )
      const kind = kinds[slot % 4]!
      const object = kind === 'relation' ? null : Math.floor(slot / 4)
      const wrong = unmet(asked, render(caption, place(caption, random)))
      expect(wrong).toContainEqual({ kind, object, met: false })
    }
  })

  it('[A6] gives a ground without anything the one requirement that nothing else is there', () => {
    const empty = render(captions[0]!, [[-40, -40]])
    expect(unmet(captions[0]!, empty).map(({ kind }) => kind)).toEqual(['colour', 'shape', 'size'])
    expect(agreementOf(captions[0]!, empty)).toBe(1 / 4)
    expect(agreementOf(captions[100]!, empty)).toBe(1 / 8)
  })

  it('[A6] refuses a rectangle for a square, also at the border, and what is too big', () => {
    const box = (width: number, height: number) => {
      const picture = render(captions[0]!, [[-40, -40]])
      for (let row = 0; row < height; row++)
        for (let column = 5; column < 5 + width; column++) picture.set(INKS[0]!, (row * SIZE + column) * 3)
      return unmet(captionOf({ size: 1, colour: 0, shape: 1 }), picture).map(({ kind }) => kind)
    }
    expect(box(6, 6)).toEqual([])
    expect(box(9, 6)).toEqual(['shape', 'size'])
    expect(box(9, 4)).toEqual(['shape'])
    expect(box(7, 7)).toEqual(['size'])
  })

  it('[A7] answers whatever the numbers are', () => {
    const strange = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308))
    fc.assert(
      fc.property(fc.array(strange, { minLength: 1, maxLength: 40 }), fc.nat(captions.length - 1), (values, index) => {
        const picture = Float64Array.from({ length: SIZE * SIZE * 3 }, (_, at) => values[at % values.length]!)
        const verdicts = check(captions[index]!, picture)
        expect(verdicts.length).toBe(relationOf(captions[index]!) === null ? 4 : 8)
        for (const { met } of verdicts) expect(typeof met).toBe('boolean')
        renderDistance(captions[index]!, picture)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the caption-render distance', () => {
  it('[A8] is nearly 0 for what was asked, and grows with noise and with wrong colours, shapes and sizes', () => {
    const random = rng(4)
    for (let trial = 0; trial < 200; trial++) {
      const caption = random.pick(captions)
      const picture = render(caption, place(caption, random))
      const clean = renderDistance(caption, picture)
      expect(clean).toBeLessThan(0.001)
      const more = renderDistance(caption, noisy(picture, 0.1, random))
      expect(more).toBeGreaterThan(clean + 0.005)
      const slot = random.int(3)
      const other = captions.find(
        (one) => one[slot] !== caption[slot] && one.every((word, at) => at === slot || word === caption[at]),
      )!
      expect(renderDistance(other, picture)).toBeGreaterThan(clean)
    }
  })
})
