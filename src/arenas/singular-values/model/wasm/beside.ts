/** A member's part of a layer alone, added to what the base gave once for all members. */
import { linearKernel, packedBytes, packMatrix, panelsOf, TOGETHER } from '../../../../wasm/linear.ts'
import type { Adapter } from '../shape.ts'
import type { Machine } from './machine.ts'
import { thinMatrix } from './unit.ts'

export class Beside {
  readonly #machine: Machine
  readonly #adapter: Adapter
  readonly #kernel: string
  readonly #at: number

  /** Floats from one row of thin inputs, and of what is added to, to the next. */
  constructor(machine: Machine, adapter: Adapter, thin: number, to: number) {
    const { rank, u } = adapter
    this.#machine = machine
    this.#adapter = adapter
    this.#kernel = machine.kernel(`beside ${rank} ${thin} ${to}`, () =>
      linearKernel({ inputs: 0, from: 0, to, then: 'add', thin: { inputs: rank, from: thin } }),
    )
    this.#at = machine.room(packedBytes(rank, u.rows))
  }

  fit(sA: Float32Array, sB: Float32Array): void {
    const { rank, u } = this.#adapter
    const values = thinMatrix(this.#adapter, sA, sB)
    packMatrix(this.#machine.floats, this.#at, { rows: u.rows, columns: rank, values }, null)
  }

  run(thin: number, to: number, rows: number): void {
    this.#machine.run(this.#kernel, 0, to, this.#at, panelsOf(this.#adapter.u.rows), Math.ceil(rows / TOGETHER), thin)
  }

  products(rows: number): number {
    return rows * this.#adapter.u.rows * this.#adapter.rank
  }
}
