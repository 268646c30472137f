/**
 * An arena with two goals that pull apart, small enough to see through: of 16 bits the leading ones and the trailing zeros
 * (LOTZ, Laumanns et al. 2004). The front is known: 1...10...0, with any number of ones.
 */
import { rowOf } from '../../src/core/batch.ts'
import type { Arena } from '../../src/core/contracts.ts'
import { fail, ok } from '../../src/core/result.ts'

export const BITS = 16

export const leadingOnes = (bits: number): number => Math.min(BITS, Math.clz32((~bits << (32 - BITS)) >>> 0))
export const trailingZeros = (bits: number): number => (bits === 0 ? BITS : 31 - Math.clz32(bits & -bits))

/** `seeds` are the first genomes of a run; `goals: false` only shows what is otherwise sought. */
export function bitsArena({ seeds, goals = true }: { seeds?: readonly number[]; goals?: boolean } = {}): Arena {
  const arena: Arena<number, null> = {
    id: 'bits', version: 1, label: 'Bits', summary: '', unit: { one: 'look', many: 'looks', steps: 'looks' }, options: [],
    presets: [{ id: 'bits', label: 'Bits', summary: '', options: {} }],
    codec: () => ({
      stride: 1,
      encode: (genome) => Uint32Array.of(genome),
      decode: (words) => words[0] ?? 0,
      check: (words) => ((words[0] ?? 0) < 1 << BITS ? null : 'has too many bits'),
      print: (genome) => genome.toString(2).padStart(BITS, '0'),
      parse: (text) => (/^[01]{16}$/.test(text) ? ok(parseInt(text, 2)) : fail('no-bits', 'These are no 16 bits.')),
    }),
    objectives: () => [
      { key: 'ones', label: 'Leading ones', help: '', unit: '', min: 0, max: 1, ...(goals ? { goal: 'max' } : {}) },
      { key: 'set', label: 'Ones in all', help: '', unit: '', min: 0, max: BITS },
      { key: 'rest', label: 'Without trailing zeros', help: '', unit: '', min: 0, max: BITS, ...(goals ? { goal: 'min' } : {}) },
    ],
    measures: () => ({
      axes: [
        { key: 'first', label: 'First bit', help: '', unit: '', min: 0, max: 1, thresholds: [1, Infinity] },
        { key: 'last', label: 'Last bits', help: '', unit: '', min: 0, max: 3, thresholds: [1, 2, 3, Infinity] },
      ],
      reachable: () => true,
    }),
    operators: () => [
      { id: 'any', label: 'Any', help: '', arity: 0, weight: 1, propose: (_parents, rng) => rng.int(1 << BITS) },
      {
        id: 'cross', label: 'Cross', help: '', arity: 2, weight: 1,
        propose([one = 0, other = 0], rng) {
          const mask = (1 << rng.int(BITS + 1)) - 1
          return (one & mask) | (other & ~mask)
        },
      },
      { id: 'flip', label: 'Flip', help: '', arity: 1, weight: 1, propose: ([parent = 0], rng) => parent ^ (1 << rng.int(BITS)) },
    ],
    ...(seeds === undefined ? {} : { seeds: () => seeds.map((genome) => ({ name: String(genome), genome })) }),
    environment: () => null,
    evaluator: () => (batch) => {
      const genomes = Array.from({ length: batch.count }, (_, index) => rowOf(batch, index)[0] ?? 0)
      const count = (bits: number) => [...bits.toString(2)].filter((bit) => bit === '1').length
      return {
        count: batch.count,
        objectives: Float64Array.from(genomes.flatMap((bits) => [leadingOnes(bits) / BITS, count(bits), BITS - trailingZeros(bits)])),
        measures: Float64Array.from(genomes.flatMap((bits) => [bits >> (BITS - 1), bits & 3])),
        work: { units: batch.count, steps: batch.count },
      }
    },
  } // prettier-ignore
  return arena as Arena
}
