import { describe, expect, it } from 'vitest'
import { costOf, macsAlone, macsOfPopulation } from '../../../bench/singular-values/macs.ts'
import { onnxSums } from '../../../bench/singular-values/onnx.ts'
import { optionsOf } from '../../../bench/singular-values/options.ts'
import { packForGpu } from '../../../src/arenas/singular-values/kernel/pack.ts'
import { workFor, type Batch, type Work } from '../../../src/arenas/singular-values/kernel/work.ts'
import { logits } from '../../../src/arenas/singular-values/model/reference.ts'
import { atPrecision } from '../../../src/arenas/singular-values/model/quantise.ts'
import { randomAdapters, randomExamples, randomFashion, randomSums, REAL_SUMS, SMALL_SUMS } from '../../support/random-nets.ts' // prettier-ignore

const batch = { members: 6, examples: 5, places: 7, answers: 3 }
const SHAPE = { ...SMALL_SUMS, width: 64, hidden: 128 }
const network = randomSums(SHAPE, 1)
const adapters = randomAdapters(network)
const packed = packForGpu(network, adapters, false)
const isProduct = ({ program }: Work) => program === 'dense' || program === 'thin' || program === 'whole'
const work = (of: Batch) => workFor(network, packed, of)

describe('what a population is worked out by', () => {
  it('[W6] what comes before the first singular value is done once, however many members there are', () => {
    const [one, many] = [work({ ...batch, members: 1 }), work(batch)]
    expect(many.map(({ program }) => program)).toEqual(one.map(({ program }) => program))
    const first = many.findIndex(({ program }) => program === 'scale')
    // Embedding, norm, and W0 x and V x of the query; then the same of key and value.
    expect(many.slice(0, first).map(({ program, rows }) => [program, rows])).toEqual([
      ['embed', 35], ['join', 35], ['dense', 35], ['thin', 35],
    ]) // prettier-ignore
    const shared = many.filter(({ rows }, at) => rows === one[at]!.rows)
    expect(shared.filter(isProduct).map(({ buffers }) => buffers[2])).toEqual(['sharedOuts', 'sharedThin', 'sharedInner', 'sharedThin']) // prettier-ignore
    many.forEach(({ rows }, at) => {
      if (!shared.includes(many[at]!) && many[at]!.program !== 'pick') expect(rows).toBe(6 * one[at]!.rows)
    })
  })

  it('[W6] of the last layer, only what is answered at goes through query, attention, output and the feed-forward part', () => {
    const all = work(batch)
    const [lanes, last] = [batch.members * batch.examples, all.findLastIndex(({ program }) => program === 'attend')]
    expect(all[last]!.rows).toBe(lanes * 3)
    for (const one of all.slice(last).filter(isProduct)) expect(one.rows).toBe(lanes * 3)
    const asked = all.slice(0, last).findLast(({ program, buffers }) => program === 'dense' && buffers[2] === 'outs')
    const known = all.slice(0, last).findLast(({ program, buffers }) => program === 'dense' && buffers[2] === 'inner')
    expect([asked?.rows, known?.rows]).toEqual([lanes * 3, lanes * 7])
  })

  it.each(['f32', 'int8'] as const)(
    '[W6] pictures at %s: everything but the scaling by singular values is done once',
    (precision) => {
      const net = atPrecision(randomFashion(10, 196, 1), precision)
      const packed = packForGpu(net, randomAdapters(net), false)
      const rows = workFor(net, packed, { members: 50, examples: 8, places: 196, answers: 1 }).map(({ program, rows }) => [program, rows]) // prettier-ignore
      const product = precision === 'f32' ? [['thin', 8]] : [['quantise', 8], ['whole', 8]] // prettier-ignore
      expect(rows).toEqual([...product, ['thin', 8], ['scale', 400], ['adapt', 400], ['pick', 100]])
    },
  )

  it('[W9] the benchmark counts as much work as there is, and what is shared once', () => {
    const cost = costOf(SHAPE, adapters)
    // Products alone; V is filled up to fours, and so is the vocabulary.
    const products = work(batch).filter(isProduct).reduce((sum, { rows, cost: each }) => sum + rows * each, 0) // prettier-ignore
    const rest = { ...cost, rank: 0 }
    const known = macsOfPopulation(cost, batch)
    expect(products / known).toBeGreaterThan(0.85)
    expect(products / known).toBeLessThan(1.02)
    expect(macsOfPopulation(rest, { ...batch, members: 1 }) * 6).toBe(macsAlone(cost, batch))
    expect(macsOfPopulation(rest, batch)).toBeLessThan(macsAlone(cost, batch))
    expect(macsOfPopulation(cost, batch)).toBeGreaterThan(macsOfPopulation(rest, batch))
  })

  it('[W9] the benchmark measures against a peer that runs the same network', async () => {
    for (const shape of [SMALL_SUMS, { ...SMALL_SUMS, layers: 1 }, { ...REAL_SUMS, layers: 2 }]) {
      const net = randomSums(shape, 3)
      const examples = randomExamples(net, 3, 4, 7)
      const found = await (await onnxSums(net, examples, 1))(examples)
      const apart = logits(net, [], [], examples).map((value, i) => Math.abs(value - found[i]!))
      expect(found.length).toBe(3 * 3 * 15)
      expect(Math.max(...apart)).toBeLessThan(2e-5)
    }
  })

  it('[W9] wrong arguments of the benchmark are answered with a sentence', () => {
    expect(optionsOf([])).toMatchObject({ ok: true, value: { members: [1, 8, 64, 256], rank: 4, precision: 'f32' } })
    expect(optionsOf(['--members', '2,5', '--rank', '8', '--precision', 'int8', '--examples', '7'])).toMatchObject({
      ok: true,
      value: { members: [2, 5], rank: 8, precision: 'int8', examples: 7 },
    })
    for (const [args, words] of [
      [['--members', '0'], '--members'],
      [['--members', 'many'], '--members'],
      [['--rank', '64'], '--rank'],
      [['--precision', 'f64'], '--precision'],
      [['--examples', '1.5'], '--examples'],
      [['--repeats', '-1'], '--repeats'],
      [['--speed'], '--speed'],
      [['twice'], 'twice'],
    ] as const)
      expect(optionsOf(args)).toMatchObject({ ok: false, fault: { message: expect.stringContaining(words) } })
  })
})
