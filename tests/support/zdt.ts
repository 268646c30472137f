/**
 * The usual problems of several objectives as arenas, with the usual operators: what NSGA-II is measured on. Genomes are
 * numbers in 0..1. Problems: Zitzler, Deb & Thiele 2000, and Deb et al. 2005; crossover and mutation: Deb & Agrawal 1995,
 * with the settings that pymoo has by default.
 */
import { rowOf } from '../../src/core/batch.ts'
import type { Arena } from '../../src/core/contracts.ts'
import { fail } from '../../src/core/result.ts'
import type { Rng } from '../../src/core/rng.ts'

export interface Problem {
  readonly variables: number
  readonly objectives: number
  of(x: readonly number[]): number[]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

const zdt = (h: (f: number, g: number) => number): Problem => ({
  variables: 30,
  objectives: 2,
  of([f = 0, ...rest]) {
    const g = 1 + (9 * sum(rest)) / rest.length
    return [f, g * h(f, g)]
  },
})

export const PROBLEMS: Readonly<Record<string, Problem>> = {
  zdt1: zdt((f, g) => 1 - Math.sqrt(f / g)),
  zdt2: zdt((f, g) => 1 - (f / g) ** 2),
  zdt3: zdt((f, g) => 1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f)),
  dtlz2: {
    variables: 10,
    objectives: 3,
    of([a = 0, b = 0, ...rest]) {
      const far = 1 + sum(rest.map((x) => (x - 0.5) ** 2))
      const [u, v] = [(a * Math.PI) / 2, (b * Math.PI) / 2]
      return [far * Math.cos(u) * Math.cos(v), far * Math.cos(u) * Math.sin(v), far * Math.sin(u)]
    },
  },
}

const CROSSED = 15
const MUTATED = 20

/** The change of two numbers `delta` apart whose nearer bound is `room` away from the nearer of them. */
function spread(random: number, room: number, delta: number): number {
  const alpha = 2 - (1 + (2 * room) / delta) ** -(CROSSED + 1)
  const power = 1 / (CROSSED + 1)
  return random <= 1 / alpha ? (random * alpha) ** power : (1 / (2 - random * alpha)) ** power
}

const clamp = (x: number) => Math.min(1, Math.max(0, x))

function crossed(one: readonly number[], other: readonly number[], rng: Rng): number[] {
  return one.map((x, index) => {
    const [low, high] = [Math.min(x, other[index] ?? 0), Math.max(x, other[index] ?? 0)]
    const delta = high - low
    if (!rng.chance(0.5) || delta <= 1e-14) return x
    const random = rng.unit()
    return clamp(
      rng.chance(0.5)
        ? 0.5 * (low + high - spread(random, low, delta) * delta)
        : 0.5 * (low + high + spread(random, 1 - high, delta) * delta),
    )
  })
}

function mutated(parent: readonly number[], rng: Rng): number[] {
  const power = 1 / (MUTATED + 1)
  return parent.map((x) => {
    if (!rng.chance(1 / parent.length)) return x
    const random = rng.unit()
    const step =
      random <= 0.5
        ? (2 * random + (1 - 2 * random) * (1 - x) ** (MUTATED + 1)) ** power - 1
        : 1 - (2 * (1 - random) + 2 * (random - 0.5) * x ** (MUTATED + 1)) ** power
    return clamp(x + step)
  })
}

export function realArena(id: string, { variables, objectives, of }: Problem): Arena<readonly number[], null> {
  const axis = (key: string) => ({ key, label: key, help: '', unit: '', min: 0, max: 1 })
  const decode = (words: Uint32Array) => [...new Float64Array(words.slice().buffer)]
  return {
    id, version: 1, label: id, summary: '', unit: { one: 'point', many: 'points', steps: 'points' }, options: [],
    presets: [{ id, label: id, summary: '', options: {} }],
    codec: () => ({
      stride: 2 * variables,
      encode: (genome) => new Uint32Array(Float64Array.from(genome).buffer),
      decode,
      print: (genome) => genome.join(' '),
      parse: () => fail('no-text', 'Nobody writes these.'),
    }),
    objectives: () => Array.from({ length: objectives }, (_, index) => ({ ...axis(`f${index + 1}`), goal: 'min' as const })),
    measures: () => ({
      axes: [{ ...axis('a'), thresholds: [0.5, Infinity] }, { ...axis('b'), thresholds: [0.5, Infinity] }],
      reachable: () => true,
    }),
    operators: () => [
      { id: 'any', label: 'Any', help: '', arity: 0, weight: 1, propose: (_parents, rng) => Array.from({ length: variables }, () => rng.unit()) },
      { id: 'cross', label: 'Cross', help: '', arity: 2, weight: 1, propose: ([one = [], other = []], rng) => crossed(one, other, rng) },
      { id: 'mutate', label: 'Mutate', help: '', arity: 1, weight: 1, propose: ([parent = []], rng) => mutated(parent, rng) },
    ],
    environment: () => null,
    evaluator: () => (batch) => {
      const rows = Array.from({ length: batch.count }, (_, index) => decode(rowOf(batch, index)))
      return {
        count: batch.count,
        objectives: Float64Array.from(rows.flatMap(of)),
        measures: Float64Array.from(rows.flatMap(([a = 0, b = 0]) => [a, b])),
        work: { units: batch.count, steps: batch.count },
      }
    },
  } // prettier-ignore
}
