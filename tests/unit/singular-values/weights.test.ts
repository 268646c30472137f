import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFashion, readModel, readSums } from '../../../src/arenas/singular-values/model/weights.ts'
import { rng } from '../../../src/core/rng.ts'
import { fashionNotes, fashionParts, SMALL_SUMS, sumsNotes, sumsParts, VOCABULARY } from '../../support/essa-models.ts'
import { safetensors, type Part } from '../../support/tiny-models.ts'

const TRAININGS = [['short', 2], ['full', 4]] as const // prettier-ignore
const sums = sumsParts(SMALL_SUMS, TRAININGS, rng(1))
const notes = sumsNotes(SMALL_SUMS, TRAININGS)
const fashion = fashionParts(rng(2))

const sentence = (parts: readonly Part[], metadata: Readonly<Record<string, string>>) => {
  const read = readModel(safetensors(parts, metadata))
  return read.ok ? '' : read.fault.message
}
const valuesOf = (parts: readonly Part[], name: string) => parts.find((part) => part.name === name)!.values
const replaced = (parts: readonly Part[], name: string, change: Partial<Part>) =>
  parts.map((part) => (part.name === name ? { ...part, ...change } : part))

describe('the files of both models', () => {
  it('[U4] are read as they were written: the decoder', () => {
    const read = readSums(safetensors(sums, notes))
    if (!read.ok) throw new Error(read.fault.message)
    const { network, trainings } = read.value
    expect(network.shape).toEqual(SMALL_SUMS)
    expect(network.vocabulary).toBe(VOCABULARY)
    expect([...network.layers[1]!.up.weight.values]).toEqual(valuesOf(sums, 'layers.1.feed.up.weight'))
    expect([...network.layers[2]!.query.bias]).toEqual(valuesOf(sums, 'layers.2.attention.query.bias').map(Math.fround))
    expect(network.layers[2]!.output.name).toBe('layers.2.attention.output')
    expect(trainings.map(({ warmth, rank }) => [warmth, rank])).toEqual(TRAININGS)
    expect(trainings[1]!.changes.map(({ name }) => name).slice(0, 5)).toEqual([...['query', 'key', 'value', 'output'].map((part) => `layers.0.attention.${part}`), 'layers.1.attention.query']) // prettier-ignore
    const change = trainings[1]!.changes[2]!
    if (!('a' in change)) throw new Error('no factors')
    expect([...change.a.values]).toEqual(valuesOf(sums, 'full.r4.layers.0.attention.value.a'))
    expect([change.b.rows, change.b.columns]).toEqual([SMALL_SUMS.width, 4])
  })

  it('[U4] are read as they were written: pictures', () => {
    const read = readFashion(safetensors(fashion, fashionNotes))
    if (!read.ok) throw new Error(read.fault.message)
    const { network, trainings, train, held } = read.value
    expect([...network.base.weight.values]).toEqual(valuesOf(fashion, 'base.weight'))
    expect(trainings.map(({ warmth, rank }) => [warmth, rank])).toEqual([['short', 10], ['medium', 10], ['full', 10]]) // prettier-ignore
    expect([train.count, held.count, held.places]).toEqual([30, 60, 20])
    expect([...held.pixels]).toEqual(valuesOf(fashion, 'images.held').map((value) => value + 128))
    expect([...train.labels]).toEqual(valuesOf(fashion, 'labels.train'))
  })

  it('[U5] that lack something get a sentence that names it', () => {
    for (const { name } of sums) expect(sentence(sums.filter((part) => part.name !== name), notes)).toContain(name) // prettier-ignore
    for (const { name } of fashion)
      expect(sentence(fashion.filter((part) => part.name !== name), fashionNotes)).toContain(name) // prettier-ignore
  })

  it('[U5] of another task, shape or kind of number, or with values that are none, get a sentence', () => {
    for (const [change, says] of [
      [{ task: 'chess' }, 'chess'],
      [{ layers: '4' }, 'layers.3'],
      [{ layers: '1e9' }, 'layers'],
      [{ heads: '5' }, 'heads'],
      [{ context: '9' }, 'context'],
      [{ kind: 'divide' }, 'divide'],
      [{ vocabulary: '0123' }, '16 different characters'],
      [{ vocabulary: '0'.repeat(16) }, '16 different characters'],
      [{ adapters: '' }, 'list its adapters'],
      [{ adapters: '[["none", 4]]' }, 'list its adapters'],
      [{ adapters: '[["short", 4.5]]' }, 'list its adapters'],
      [{ adapters: '[["short", 1000]]' }, 'list its adapters'],
      [{ adapters: '[["short", 32]]' }, 'rank of 32'],
      [{ adapters: '[["medium", 2]]' }, 'medium.r2'],
    ] as const)
      expect(sentence(sums, { ...notes, ...change }), says).toContain(says)
    for (const [parts, metadata, name] of [
      [sums, notes, 'layers.0.feed.down.weight'],
      [sums, notes, 'full.r4.layers.1.attention.key.b'],
      [fashion, fashionNotes, 'short.delta'],
    ] as const) {
      // prettier-ignore
      const { shape, values } = parts.find((part) => part.name === name)!
      const broken = values.map((value, at) => (at === 7 ? NaN : value))
      expect(sentence(replaced(parts, name, { values: broken }), metadata)).toMatch(new RegExp(`${name} has a value`))
      expect(sentence(replaced(parts, name, { shape: [shape[0]! + 1, shape[1]!], values: [...values, ...values.slice(0, shape[1])] }), metadata)).toContain(name) // prettier-ignore
      expect(sentence(replaced(parts, name, { type: 'I8', values: values.map(() => 1) }), metadata)).toContain(name)
    }
    expect(sentence(replaced(fashion, 'labels.held', { values: valuesOf(fashion, 'labels.held').map(() => 10) }), fashionNotes)).toContain('labels.held') // prettier-ignore
    expect(sentence(replaced(fashion, 'images.held', { type: 'F16' }), fashionNotes)).toContain('images.held')
    const wide = [{ name: 'base.weight', type: 'F16' as const, shape: [2, 1025], values: Array<number>(2050).fill(0) }]
    expect(sentence(wide, fashionNotes)).toContain('2 x 1025')
    const mistaken = readSums(safetensors(fashion, fashionNotes))
    expect(mistaken.ok ? '' : mistaken.fault.message).toContain('"fashion", not sums')
  })

  it('[U5] that are cut or spoilt anywhere never throw', () => {
    for (const bytes of [safetensors(sums, notes), safetensors(fashion, fashionNotes)]) {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
          const cut = readModel(bytes.slice(0, length))
          expect(cut.ok ? '' : cut.fault.message).toMatch(/cannot be used/)
        }),
        { numRuns: 40 },
      )
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(bytes.length - 1), (noise, at) => {
          const changed = bytes.slice()
          changed.set(noise.subarray(0, changed.length - at), at)
          const read = readModel(changed)
          if (!read.ok) expect(read.fault.message).toMatch(/cannot be used/)
        }),
      )
    }
  })
})
