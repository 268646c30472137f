/**
 * One linear layer in a machine's memory. What is adapted has V x, the thin inputs, appended to what goes in, and a member's
 * U diag(sB) M diag(sA) to the matrix: one product does both, and a member changes rank x outputs numbers of it.
 */
import { linearKernel, packedBytes, packMatrix, PANEL, panelsOf, TOGETHER, type Then } from '../../../../wasm/linear.ts'
import { packWhole, quantiseKernel, wholeBytes, wholeKernel } from '../../../../wasm/whole.ts'
import type { BaseMatrix, Linear } from '../network.ts'
import { MOST_8 } from '../quantise.ts'
import type { Adapter } from '../shape.ts'
import type { Machine } from './machine.ts'

/** Numbers that go in are filled up to whole turns of the kernels with zeros, whole numbers to whole groups of `int4`. */
export const filled = (columns: number): number => Math.ceil(columns / 8) * 8
const filledWhole = (columns: number): number => Math.ceil(columns / 32) * 32

/** Floats of a row of `columns` that come out. */
export const strideOf = (columns: number): number => PANEL * panelsOf(columns)

/** Whole numbers of a block of rows and their scales, shared by all layers of an engine. */
export class Quantiser {
  readonly #machine: Machine
  readonly #at: number
  readonly scales: number

  constructor(machine: Machine, rows: number, mostInputs: number) {
    this.#machine = machine
    this.#at = machine.room(2 * rows * filledWhole(mostInputs))
    this.scales = machine.room(4 * rows)
  }

  name(inputs: number): string {
    return this.#machine.kernel(`quantise ${inputs}`, () => quantiseKernel(filled(inputs), filledWhole(inputs), MOST_8))
  }

  /** The address of what rows of floats are as whole numbers. */
  take(inputs: number, from: number, rows: number): number {
    this.#machine.run(this.name(inputs), rows, from, this.#at, this.scales)
    return this.#at
  }
}

export interface Way {
  /** Floats from one row of what comes out to the next. */
  readonly to: number
  readonly then: Then
  /** Floats from one row of thin inputs to the next; any where nothing is adapted. */
  readonly thin: number
}

export class Unit {
  readonly inputs: number
  readonly outputs: number
  readonly #machine: Machine
  readonly #linear: Linear
  readonly #adapter: Adapter | null
  readonly #quantiser: Quantiser
  readonly #kernel: string
  readonly #at: number
  readonly #rank: number

  constructor(
    machine: Machine,
    quantiser: Quantiser,
    linear: Linear,
    adapter: Adapter | null,
    { to, then, thin }: Way,
  ) {
    const { rows, columns, quantised } = linear.weight
    const rank = adapter?.rank ?? 0
    const inputs = filled(columns)
    this.inputs = columns
    this.outputs = rows
    this.#machine = machine
    this.#linear = linear
    this.#adapter = adapter
    this.#quantiser = quantiser
    this.#rank = rank
    const name = `${inputs} ${rank} ${to} ${then} ${thin} ${precisionOf(linear.weight)}`
    if (quantised === null) {
      this.#kernel = machine.kernel(name, () => linearKernel({ inputs, from: inputs, to, then, thin: { inputs: rank, from: thin } })) // prettier-ignore
      this.#at = machine.room(packedBytes(inputs + rank, rows))
    } else {
      const { groups, group } = groupsOf(linear.weight)
      this.#kernel = machine.kernel(name, () =>
        wholeKernel({ groups, group, from: filledWhole(columns), to, then, thin: { inputs: rank, from: thin } }),
      )
      quantiser.name(columns)
      this.#at = machine.room(wholeBytes(groups, group, rows, rank))
    }
  }

  /** Once the machine is started. */
  pack(weight: BaseMatrix = this.#linear.weight): void {
    const { bias } = this.#linear
    const { buffer, floats } = this.#machine
    if (weight.quantised === null) packMatrix(floats, this.#at, wide(weight), bias, this.#rank)
    else packWhole(buffer, this.#at, { ...weight, ...weight.quantised }, bias, groupsOf(weight).group, this.#rank)
  }

  /** Takes a member's values: `rank` of each factor. */
  fit(sA: Float32Array, sB: Float32Array): void {
    const adapter = this.#adapter
    if (adapter === null) return
    const thin = thinMatrix(adapter, sA, sB)
    const { floats } = this.#machine
    const { quantised } = this.#linear.weight
    const rank = this.#rank
    const inputs = filled(this.inputs)
    const { groups, group } = groupsOf(this.#linear.weight)
    const panelFloats = (quantised === null ? packedBytes(inputs + rank, PANEL) : wholeBytes(groups, group, PANEL, rank)) / 4 // prettier-ignore
    for (let row = 0; row < this.outputs; row++) {
      const from = this.#at / 4 + Math.floor(row / PANEL) * panelFloats + panelFloats - PANEL * rank + (row % PANEL)
      for (let i = 0; i < rank; i++) floats[from + PANEL * i] = thin[row * rank + i]!
    }
  }

  /** Where whole numbers are wanted, makes them; for all layers that take the same rows. */
  take(from: number, rows: number): number {
    return this.#linear.weight.quantised === null ? from : this.#quantiser.take(this.inputs, from, rows)
  }

  /** `from` is what {@link take} gave. */
  run(from: number, to: number, rows: number, thin = 0): void {
    this.#machine.run(
      this.#kernel,
      from,
      to,
      this.#at,
      panelsOf(this.outputs),
      Math.ceil(rows / TOGETHER),
      thin,
      this.#quantiser.scales,
    )
  }

  /** Multiplications of a run. */
  products(rows: number): number {
    return rows * this.outputs * (this.inputs + this.#rank)
  }
}

/** U diag(sB) M diag(sA), outputs x rank. */
export function thinMatrix({ rank, u, m }: Adapter, sA: Float32Array, sB: Float32Array): Float32Array {
  const between = new Float64Array(rank * rank)
  for (let j = 0; j < rank; j++)
    for (let i = 0; i < rank; i++) between[j * rank + i] = sB[j]! * m.values[j * rank + i]! * sA[i]!
  const thin = new Float32Array(u.rows * rank)
  for (let row = 0; row < u.rows; row++)
    for (let i = 0; i < rank; i++) {
      let sum = 0
      for (let j = 0; j < rank; j++) sum += u.values[row * rank + j]! * between[j * rank + i]!
      thin[row * rank + i] = sum
    }
  return thin
}

/** The V of several adapters that see the same rows, one after another: what makes their thin inputs. */
export class Thin {
  /** Floats from one row to the next. */
  readonly stride: number
  readonly #machine: Machine
  readonly #adapters: readonly Adapter[]
  readonly #inputs: number
  readonly #at: number

  constructor(machine: Machine, adapters: readonly (Adapter | null)[], columns: number) {
    this.#machine = machine
    this.#adapters = adapters.filter((adapter) => adapter !== null)
    const inputs = filled(columns)
    this.#inputs = inputs
    this.stride = strideOf(this.#rows)
    const to = this.stride
    this.#at = machine.room(packedBytes(inputs, this.#rows))
    if (this.#rows > 0) machine.kernel(this.#name, () => linearKernel({ inputs, from: inputs, to, then: 'store' }))
  }

  get #rows(): number {
    return this.#adapters.reduce((sum, { rank }) => sum + rank, 0)
  }

  get #name(): string {
    return `thin ${this.#inputs} ${this.stride}`
  }

  pack(): void {
    if (this.#rows === 0) return
    const inputs = this.#inputs
    const values = new Float32Array(this.#rows * inputs)
    let row = 0
    for (const { v } of this.#adapters)
      for (let i = 0; i < v.rows; i++, row++)
        values.set(v.values.subarray(i * v.columns, (i + 1) * v.columns), row * inputs)
    packMatrix(this.#machine.floats, this.#at, { rows: this.#rows, columns: inputs, values }, null)
  }

  run(from: number, to: number, rows: number): void {
    if (this.#rows > 0)
      this.#machine.run(this.#name, from, to, this.#at, panelsOf(this.#rows), Math.ceil(rows / TOGETHER))
  }

  products(rows: number): number {
    return rows * this.#rows * this.#inputs
  }

  /** Bytes from a row's beginning to the part of the `at`-th of the adapters that are there. */
  offset(at: number): number {
    return 4 * this.#adapters.slice(0, at).reduce((sum, { rank }) => sum + rank, 0)
  }
}

function wide({ rows, columns, values }: BaseMatrix) {
  const inputs = filled(columns)
  const padded = new Float32Array(rows * inputs)
  for (let row = 0; row < rows; row++) padded.set(values.subarray(row * columns, (row + 1) * columns), row * inputs)
  return { rows, columns: inputs, values: padded }
}

function groupsOf({ columns, quantised }: BaseMatrix): { readonly groups: number; readonly group: number } {
  const group = quantised?.group ?? columns
  return { groups: Math.ceil(columns / group), group: filled(group) }
}

const precisionOf = ({ quantised, columns }: BaseMatrix): string =>
  quantised === null ? 'float' : `whole ${quantised.group === columns ? 'row' : quantised.group}`
