import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  distanceToRenders,
  featuresOf,
  readFeatures,
  type FeatureNet,
} from '../../../src/arenas/diffusion-cache/scenes/features.ts'
import { place } from '../../../src/arenas/diffusion-cache/scenes/place.ts'
import { GROUND, render, VALUES_OF_PICTURE } from '../../../src/arenas/diffusion-cache/scenes/render.ts'
import { split, type Parts } from '../../../src/arenas/diffusion-cache/scenes/split.ts'
import { captionAt } from '../../../src/arenas/diffusion-cache/scenes/words.ts'
import { rng, type Rng } from '../../../src/core/rng.ts'

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url))
const bytes = new Uint8Array(file('public/models/shapes-features.safetensors'))
const net = ((): FeatureNet => {
  const read = readFeatures(bytes)
  if (!read.ok) throw new Error(read.fault.message)
  return read.value
})()
/** Written by training/shapes-dit/fixtures.py. */
const fixture = JSON.parse(file('tests/fixtures/diffusion-cache/features.json').toString()) as {
  readonly features: number[][]
  readonly distance: number
}
const { scenes } = JSON.parse(file('tests/fixtures/diffusion-cache/scenes.json').toString()) as {
  readonly scenes: { readonly bytes: string }[]
}

function renders(part: keyof Parts, count: number, random: Rng): Float64Array {
  const captions = split()[part]
  const pictures = new Float64Array(count * VALUES_OF_PICTURE)
  for (let at = 0; at < count; at++) {
    const caption = captionAt(captions, random.int(captions.length / 7))
    pictures.set(render(caption, place(caption, random)), at * VALUES_OF_PICTURE)
  }
  return pictures
}

describe('features of pictures', () => {
  it("[A13] equal the training script's", () => {
    const pictures = scenes.map(({ bytes: hex }) => Float64Array.from(Buffer.from(hex, 'hex'), (byte) => byte / 255))
    fixture.features.forEach((expected, at) =>
      featuresOf(net, pictures[at]!).forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-4)),
    )
    const all = Float64Array.from(pictures.flatMap((picture) => [...picture]))
    expect(Math.abs(distanceToRenders(net, all) - fixture.distance)).toBeLessThan(0.001 * fixture.distance)
  })

  it('[A14] of real pictures are as far apart as the file says', () => {
    const { mean, deviation } = net.floors.get(128)!
    const distance = distanceToRenders(net, renders('held', 128, rng(1)))
    expect(Math.abs(distance - mean)).toBeLessThan(5 * deviation)
    expect(net.floors.get(256)!.mean).toBeLessThan(mean)
  })

  it('[A14] of torn and wrong pictures are much farther, with noise that one hardly sees little', () => {
    const random = rng(2)
    const real = renders('held', 128, random)
    const near = distanceToRenders(net, real)
    const noisy = real.map((value) => value + 0.1 * (random.unit() + random.unit() - 1))
    expect(distanceToRenders(net, noisy)).toBeLessThan(1.5 * near)
    // Holes of a pixel: one in six of all, most of which were ground before.
    const torn = real.slice()
    for (let at = 0; at < torn.length; at += 3) if (random.chance(1 / 6)) torn.set(GROUND, at)
    for (const other of [torn, renders('single', 128, random)])
      expect(distanceToRenders(net, other)).toBeGreaterThan(3 * near)
  })

  it('[A15] come from a file, whatever its bytes', () => {
    const cut = readFeatures(bytes.subarray(0, 3000))
    expect(!cut.ok && cut.fault.message).toContain('cannot be used')
    expect(readFeatures(new Uint8Array()).ok).toBe(false)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 40 }), (changes) => {
        const spoilt = bytes.slice()
        for (const [at, value] of changes) spoilt[at] = value
        const read = readFeatures(spoilt)
        if (!read.ok) expect(read.fault.kind).toBe('bad-weights')
      }),
      { numRuns: 200 },
    )
  })

  it('[A15] are refused where a number is none, and the tensor is named', () => {
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + new DataView(bytes.buffer).getUint32(0, true)))
    const parsed = JSON.parse(header) as Record<string, { data_offsets: [number, number] }>
    const spoilt = bytes.slice()
    spoilt.fill(0xff, 8 + header.length + parsed['reference.mean']!.data_offsets[0])
    const read = readFeatures(spoilt)
    expect(!read.ok && read.fault.message).toContain('is missing, of another shape, or has a value that is no number')
  })
})
