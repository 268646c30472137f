import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAKING, takenSeeds } from '../../../bench/race/held-out.ts'
import { racingSeeds } from '../../../bench/race/index.ts'
import models from '../../../src/arenas/core-war/dialect.ts'
import { RECIPES } from '../../../training/redcode-lm/worlds.ts'

interface Tensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const folder = new URL('../../../public/models/', import.meta.url)

describe.each(models)('the weights of $id', ({ id, dialect }) => {
  const file = readFileSync(new URL(`${id}.safetensors`, folder))
  const size = Number(file.readBigUInt64LE(0))
  const { __metadata__: about, ...tensors } = JSON.parse(file.subarray(8, 8 + size).toString('utf8')) as Record<string, Tensor> & { __metadata__: Record<string, string> } // prettier-ignore
  const data = file.subarray(8 + size)

  it("[T26] the file says what it is, and its tokens are the dialect's", () => {
    const { width, layers, steps } = RECIPES[id.replace('redcode-', '')]!.model
    expect(about).toMatchObject({
      id,
      vocabulary: String(dialect.vocabulary),
      context: String(dialect.context),
      width: String(width),
      layers: String(layers),
      steps: String(steps),
      heads: '4',
      format: '1', // prettier-ignore
    })
    expect(tensors['embedding']!.shape).toEqual([dialect.vocabulary, width])
    expect(tensors['position']!.shape).toEqual([dialect.context, width])
  })

  it('[T26] matrices are whole numbers with a scale a row, all else is finite; nothing overlaps or is left over', () => {
    let next = 0
    for (const [
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ] of Object.entries(tensors)) {
      // prettier-ignore
      expect(from, name).toBe(next)
      next = to
      const count = shape.reduce((product, side) => product * side, 1)
      if (shape.length === 2) {
        expect([dtype, to - from], name).toEqual(['I8', count])
        expect(tensors[`${name}.scale`]!.shape, name).toEqual([shape[0]])
        expect(data.subarray(from, to).every((byte) => byte !== 128)).toBe(true)
      } else {
        expect([dtype, to - from, from % 4], name).toEqual(['F32', 4 * count, 0])
        for (let at = from; at < to; at += 4) expect(Number.isFinite(data.readFloatLE(at))).toBe(true)
      }
    }
    expect(next).toBe(data.length)
  })

  it('[T26] a card beside it tells what it is, where from, what was measured, and the licence', () => {
    expect(existsSync(new URL(`${id}.md`, folder))).toBe(true)
    const card = readFileSync(new URL(`${id}.md`, folder), 'utf8')
    for (const word of ['MIT', 'held out', 'training/redcode-lm', about['corpus'] ?? '?']) expect(card).toContain(word)
  })
})

describe('the models of one world', () => {
  it('[T40] are of corpora that share no seed, trained on or held out, with each other or with a race', () => {
    for (const preset of ['nano', 'tiny']) {
      const recipes = Object.values(RECIPES).filter((recipe) => recipe.preset === preset)
      const seeds = recipes.flatMap(({ trained, heldOut }) => [...trained, ...heldOut])
      expect(new Set(seeds).size).toBe(seeds.length)
      expect(seeds.filter((seed) => !takenSeeds(preset).has(seed))).toEqual([])
      const others = new Set([...MAKING.seeds, ...racingSeeds(preset, 200)])
      expect(seeds.filter((seed) => others.has(seed))).toEqual([])
    }
    expect(models.map(({ id }) => id.replace('redcode-', '')).toSorted()).toEqual(
      Object.keys(RECIPES)
        .filter((name) => RECIPES[name]?.arena === undefined)
        .toSorted(),
    )
  })
})
