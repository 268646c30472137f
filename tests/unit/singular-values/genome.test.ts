import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMIT, offsetCodec, offsetSpace, zeroOf } from '../../../src/arenas/singular-values/genome.ts'
import { dimensionsOf, partsOf } from '../../../src/arenas/singular-values/layout.ts'
import { offsetOperators } from '../../../src/arenas/singular-values/operators.ts'
import { PRESETS, worldOf } from '../../../src/arenas/singular-values/options.ts'
import type { Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'

const sums = (change: Options = {}): Options => ({ ...PRESETS.find(({ id }) => id === 'sums')!.options, ...change })
const clothes = PRESETS.find(({ id }) => id === 'clothes')!.options

/** Any genome within reach. */
const genomeIn = (options: Options) =>
  fc
    .array(fc.float({ min: -LIMIT, max: LIMIT, noNaN: true }), {
      minLength: zeroOf(options).length,
      maxLength: zeroOf(options).length,
    })
    .map((values) => Float32Array.from(values, (value) => value * worldOf(options).step))

describe('a genome', () => {
  it('[Z1] comes back from its words and from its text, to the last bit', () => {
    for (const options of [clothes, sums(), sums({ rank: '2', svd: 'product', step: 0.3 })]) {
      const codec = offsetCodec(options)
      fc.assert(
        fc.property(genomeIn(options), fc.string(), (genome, name) => {
          const words = codec.encode(genome)
          expect(words).toHaveLength(codec.stride)
          expect(codec.check?.(words)).toBeNull()
          expect(codec.encode(codec.decode(words))).toEqual(words)
          const read = codec.parse(codec.print(codec.decode(words), name))
          expect(read.ok && codec.encode(read.value)).toEqual(words)
        }),
        { numRuns: 50 },
      )
    }
  })

  it('[Z1] has equal words where it is equal: minus nothing is nothing', () => {
    const codec = offsetCodec(clothes)
    expect(codec.encode(new Float32Array(10).fill(-0))).toEqual(codec.encode(new Float32Array(10)))
  })

  it('[Z1] is refused with the line and what to write, whatever the text', () => {
    const codec = offsetCodec(sums({ rank: '2' }))
    const good = codec.print(zeroOf(sums({ rank: '2' })), 'Zero')
    const faultOf = (text: string) => {
      const read = codec.parse(text)
      return read.ok ? 'read' : read.fault.message
    }
    expect(faultOf(good)).toBe('read')
    expect(faultOf(good.replace('query A 0 0', 'query A 0'))).toMatch(/^Line 2 has 1 numbers; layers\.0\.attention\.query A has 2/)
    expect(faultOf(good.replace('query A 0 0', 'query A 0 x'))).toMatch(/^Line 2: "x" is no number/)
    expect(faultOf(good.replace('query A 0 0', 'query A 0 Infinity'))).toMatch(/^Line 2: "Infinity" is no number/)
    expect(faultOf(good.replace('query A 0 0', 'query A 0 99'))).toMatch(/^Line 2: 99 is too far; offsets here are from -3 to 3/)
    expect(faultOf(good.replace('layers.0', 'layers.9'))).toMatch(/^Line 2: "layers\.9\.attention\.query A" is no spectrum of this model/)
    expect(faultOf(good.replace(/layers\.3\.attention\.output B.*\n/, ''))).toBe(
      'There is no line for layers.3.attention.output B: write one for each spectrum.',
    )
    expect(faultOf('0'.repeat(200_000))).toMatch(/^The text has 200000 characters/)
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(faultOf(text)).toMatch(/\S/)
      }),
    )
  })

  it('[Z1] foreign words are refused where a number is none, or too far', () => {
    const codec = offsetCodec(clothes)
    const words = (value: number) => new Uint32Array(new Float32Array(10).fill(value).buffer)
    expect(codec.check?.(words(NaN))).toMatch(/no number from -3 to 3/)
    expect(codec.check?.(words(Infinity))).toMatch(/no number/)
    expect(codec.check?.(words(3.01))).toMatch(/no number/)
    expect(codec.check?.(words(-3))).toBeNull()
  })
}) // prettier-ignore

describe('the layout', () => {
  it('[Z2] has every gene once, a factor after another: 128 for rank 4 of four layers', () => {
    for (const rank of ['2', '4', '8', '16'])
      for (const svd of ['factors', 'product'])
        for (const alpha of [0.1, 0.5, 1]) {
          const world = worldOf(sums({ rank, svd, alpha }))
          const genes = partsOf(world).flatMap(({ first, genes: count }) => Array.from({ length: count }, (_, at) => first + at)) // prettier-ignore
          expect(genes).toEqual(Array.from({ length: dimensionsOf(world) }, (_, at) => at))
          expect(dimensionsOf(world)).toBe(16 * (svd === 'factors' ? 2 : 1) * Math.max(1, Math.floor(alpha * Number(rank) + 1e-9))) // prettier-ignore
        }
    expect(dimensionsOf(worldOf(sums()))).toBe(128)
    expect(dimensionsOf(worldOf(clothes))).toBe(10)
  })
})

describe('the space', () => {
  it('[Z3] has points for genomes and genomes for points, in the steps of the setting, and moves what is too far to the edge', () => {
    const options = sums({ step: 0.5 })
    const space = offsetSpace(options)
    fc.assert(
      fc.property(genomeIn(options), (genome) => {
        const point = space.point(genome)
        expect(point).toHaveLength(space.dimensions)
        expect(space.genome(point)).toEqual(genome)
      }),
      { numRuns: 30 },
    )
    const one = space.genome(Float64Array.from({ length: 128 }, (_, at) => (at === 0 ? 1 : at === 1 ? 1e9 : at === 2 ? -1e9 : 0))) // prettier-ignore
    expect([...one.slice(0, 4)]).toEqual([0.5, 1.5, -1.5, 0])
  })
})

describe('operators', () => {
  it('[Z4] make genomes within reach, leave parents as they are, and make the same from the same seed', () => {
    for (const options of [clothes, sums({ step: 2 })]) {
      const codec = offsetCodec(options)
      for (const operator of offsetOperators(options)) {
        const parents = [1, 2].slice(0, operator.arity).map((seed) => {
          const random = rng(seed)
          return zeroOf(options).map(() => worldOf(options).step * LIMIT * (2 * random.unit() - 1))
        })
        const before = parents.map((parent) => parent.slice())
        const child = operator.propose(parents, rng(5))
        expect(child, operator.id).not.toBeNull()
        expect(codec.check?.(codec.encode(child!)), operator.id).toBeNull()
        expect(operator.propose(parents, rng(5)), operator.id).toEqual(child)
        expect(parents).toEqual(before)
        expect(child, operator.id).not.toEqual(parents[0])
      }
    }
  })
})
