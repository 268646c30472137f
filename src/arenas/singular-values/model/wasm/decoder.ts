/**
 * The decoder for many members on the same examples. Beginnings that texts share are worked out once; what the first layer sees is
 * every member's own only in the thin part; of the last layer only what is answered at goes beyond keys and values.
 */
import type { Then } from '../../../../wasm/linear.ts'
import type { Linear, SumsNetwork } from '../network.ts'
import type { Adapter, Examples } from '../shape.ts'
import { Beside } from './beside.ts'
import { fitsOf, fitted, type Engine, type Fit, type Fitted } from './engine.ts'
import { Machine } from './machine.ts'
import { prefixesOf, type Prefixes } from './prefixes.ts'
import { attendKernel, normKernel } from './rows.ts'
import { Quantiser, strideOf, Thin, Unit } from './unit.ts'

/** Rows that go from one matrix to the next together, so that what they are stays near. */
const CHUNK = 64
/** Rows there is room for, and a chunk more: kernels take four at once. */
const MOST_ROWS = 1024
const LOOKS = ['key', 'value', 'query'] as const

interface LayerUnits {
  readonly norm1: number
  readonly norm2: number
  /** Key, value, query. */
  readonly looks: readonly Unit[]
  readonly lookThin: Thin
  readonly lookAdapters: readonly (Adapter | null)[]
  readonly output: Unit
  readonly outputThin: Thin
  readonly up: Unit
  readonly down: Unit
}

export class Decoder implements Engine {
  readonly block: number
  products = 0
  readonly #network: SumsNetwork
  readonly #machine = new Machine()
  readonly #quantiser: Quantiser
  readonly #layers: readonly LayerUnits[]
  /** The first layer's looks, member by member. */
  readonly #beside: readonly (Beside | null)[]
  readonly #fits: readonly (readonly [Fitted, Fit])[]
  readonly #units = new Map<string, Unit>()
  readonly #norm: number
  readonly #head: Unit
  readonly #rooms: Rooms
  readonly #stride: number
  #prefixes: Prefixes = { rows: 0, tokens: [], begins: [0], paths: [], rowOf: new Int32Array(0) }
  #places = 0
  #answers = 0

  constructor(network: SumsNetwork, adapters: readonly Adapter[]) {
    const machine = this.#machine
    const { width, hidden, vocabulary, context, heads } = network.shape
    const stride = strideOf(width)
    const fits = fitsOf(adapters)
    const fitting: (readonly [Fitted, Fit])[] = []
    this.#network = network
    this.#stride = stride
    this.block = Math.max(1, Math.floor(MOST_ROWS / context))
    const rows = MOST_ROWS + CHUNK
    this.#quantiser = new Quantiser(machine, CHUNK, Math.max(width, hidden))
    const norm = () => machine.room(8 * width)
    const unit = (linear: Linear, to: number, then: Then, thin: number, isBase = false): Unit => {
      const fit = isBase ? undefined : fits.get(linear.name)
      const made = new Unit(machine, this.#quantiser, linear, fit?.adapter ?? null, { to, then, thin })
      if (fit !== undefined) fitting.push([made, fit])
      this.#units.set(linear.name, made)
      return made
    }
    const adapterOf = (linear: Linear) => fits.get(linear.name)?.adapter ?? null
    for (const { up, down } of network.layers)
      if (adapterOf(up) !== null || adapterOf(down) !== null) throw new Error('feeds are not adapted here')
    this.#layers = network.layers.map((layer, at) => {
      const lookAdapters = LOOKS.map((name) => adapterOf(layer[name]))
      const lookThin = new Thin(machine, lookAdapters, width)
      const outputThin = new Thin(machine, [adapterOf(layer.output)], width)
      return {
        norm1: norm(),
        norm2: norm(),
        lookAdapters,
        lookThin,
        // Of the first layer the member's part is added later.
        looks: LOOKS.map((name) => unit(layer[name], 3 * stride, 'store', lookThin.stride, at === 0)),
        outputThin,
        output: unit(layer.output, stride, 'add', outputThin.stride),
        up: unit(layer.up, strideOf(hidden), 'relu', 0),
        down: unit(layer.down, stride, 'add', 0),
      }
    })
    const [first] = this.#layers
    this.#beside = (first?.lookAdapters ?? []).map((adapter, at) => {
      if (adapter === null) return null
      const beside = new Beside(machine, adapter, first?.lookThin.stride ?? 0, 3 * stride)
      fitting.push([beside, fits.get(network.layers[0]![LOOKS[at]!].name)!])
      return beside
    })
    this.#fits = fitting
    this.#norm = norm()
    const embedding: Linear = { name: 'embedding', weight: { ...network.embedding, quantised: null }, bias: new Float32Array(vocabulary) } // prettier-ignore
    this.#head = unit(embedding, strideOf(vocabulary), 'store', 0)
    const thin = Math.max(...this.#layers.map(({ lookThin, outputThin }) => Math.max(lookThin.stride, outputThin.stride))) // prettier-ignore
    const floats = (count: number, numbers: number) => machine.room(4 * count * numbers)
    this.#rooms = {
      x: floats(rows, stride),
      x0: floats(rows, stride),
      looked: floats(rows, 3 * stride),
      looked0: floats(rows, 3 * stride),
      thin0: floats(rows, first?.lookThin.stride ?? 0),
      seen: floats(rows, stride),
      normed: floats(CHUNK, stride),
      thin: floats(CHUNK, thin),
      inner: floats(CHUNK, strideOf(hidden)),
      logits: floats(rows, strideOf(vocabulary)),
      table: machine.room(4 * rows * context),
    }
    machine.kernel('norm', () => normKernel(width, stride))
    const scores = machine.room(4 * (context + 4))
    machine.kernel('attend', () => attendKernel({ width, heads, stride, places: context, scores }))
    machine.start()
    this.#pack(network)
  }

  #pack({ layers, norm, shape: { width } }: SumsNetwork): void {
    const { floats } = this.#machine
    const putNorm = (at: number, { gain, bias }: { gain: Float32Array; bias: Float32Array }) => {
      floats.set(gain, at / 4)
      floats.set(bias, at / 4 + width)
    }
    this.#layers.forEach((units, at) => {
      putNorm(units.norm1, layers[at]!.norm1)
      putNorm(units.norm2, layers[at]!.norm2)
      units.lookThin.pack()
      units.outputThin.pack()
    })
    putNorm(this.#norm, norm)
    for (const unit of this.#units.values()) unit.pack()
  }

  /** Takes another matrix of the same name, size and precision; what was prepared is void. */
  replace({ name, weight }: Linear): void {
    const unit = this.#units.get(name)
    if (unit === undefined) throw new Error(`no layer ${name}`)
    unit.pack(weight)
  }

  prepare({ inputs, targets, count: all }: Examples, from: number, count: number): void {
    const { floats } = this.#machine
    const { x0, looked0, thin0, table } = this.#rooms
    const { embedding, position, shape } = this.#network
    const places = inputs.length / all
    if (places > shape.context) throw new Error(`texts of ${places} tokens are longer than ${shape.context}`)
    const prefixes = prefixesOf(inputs.subarray(from * places, (from + count) * places), count, places)
    this.#prefixes = prefixes
    this.#places = places
    this.#answers = targets.length / all
    const words = new Int32Array(floats.buffer)
    const looked = this.#rooms.looked
    for (let place = 0; place < places; place++)
      for (let row = prefixes.begins[place]!; row < prefixes.begins[place + 1]!; row++) {
        const token = prefixes.tokens[row]!
        for (let i = 0; i < shape.width; i++)
          floats[x0 / 4 + row * this.#stride + i] =
            embedding.values[token * shape.width + i]! + position.values[place * shape.width + i]!
        prefixes.paths[row]!.forEach((before, at) => {
          words[table / 4 + row * shape.context + at] = looked + before * 12 * this.#stride
        })
      }
    const [first] = this.#layers
    if (first === undefined) return
    this.#look(first, x0, 0, prefixes.rows, LOOKS.length, looked0, thin0)
  }

  run(values: Float32Array): void {
    const { floats } = this.#machine
    const { x, x0, looked, looked0, thin0 } = this.#rooms
    const { rows, begins } = this.#prefixes
    for (const [unit, fit] of this.#fits) fitted(unit, fit, values)
    floats.copyWithin(x / 4, x0 / 4, x0 / 4 + rows * this.#stride)
    floats.copyWithin(looked / 4, looked0 / 4, looked0 / 4 + rows * 3 * this.#stride)
    const answered = begins[this.#places - this.#answers]!
    this.#layers.forEach((layer, at) => {
      const isEnd = at === this.#layers.length - 1
      const from = isEnd ? answered : 0
      if (at === 0) this.#besides(layer, thin0)
      else {
        this.#look(layer, x, 0, from, 2, looked, null)
        this.#look(layer, x, from, rows, LOOKS.length, looked, null)
      }
      this.#attend(from)
      for (let row = from; row < rows; row += CHUNK) this.#rest(layer, row, Math.min(CHUNK, rows - row))
    })
    for (let row = answered; row < rows; row += CHUNK) {
      const count = Math.min(CHUNK, rows - row)
      const { normed, logits } = this.#rooms
      this.#machine.run('norm', count, x + 4 * row * this.#stride, normed, this.#norm)
      this.#head.run(normed, logits + 4 * row * strideOf(this.#head.outputs), count)
      this.products += this.#head.products(count)
    }
  }

  logits(example: number, answer: number): Float32Array {
    const row = this.#prefixes.rowOf[(example + 1) * this.#places - this.#answers + answer]!
    const at = this.#rooms.logits / 4 + row * strideOf(this.#head.outputs)
    return this.#machine.floats.subarray(at, at + this.#head.outputs)
  }

  /** The first `count` of keys, values and queries of rows; V x goes to `thins`, or where that is null to a room that others use too. */
  #look(
    layer: LayerUnits,
    x: number,
    from: number,
    to: number,
    count: number,
    looked: number,
    thins: number | null,
  ): void {
    const { normed, thin } = this.#rooms
    const { lookThin, looks } = layer
    for (let row = from; row < to; row += CHUNK) {
      const rows = Math.min(CHUNK, to - row)
      const at = thins === null ? thin : thins + 4 * row * lookThin.stride
      this.#machine.run('norm', rows, x + 4 * row * this.#stride, normed, layer.norm1)
      lookThin.run(normed, at, rows)
      const input = looks[0]!.take(normed, rows)
      this.products += lookThin.products(rows)
      for (let i = 0; i < count; i++) {
        const unit = looks[i]!
        unit.run(input, looked + 4 * this.#stride * (3 * row + i), rows, at + this.#offset(layer, i))
        this.products += unit.products(rows)
      }
    }
  }

  #offset({ lookThin, lookAdapters }: LayerUnits, at: number): number {
    return lookThin.offset(lookAdapters.slice(0, at).filter((adapter) => adapter !== null).length)
  }

  #besides(layer: LayerUnits, thin0: number): void {
    const { rows } = this.#prefixes
    this.#beside.forEach((beside, i) => {
      if (beside === null) return
      beside.run(thin0 + this.#offset(layer, i), this.#rooms.looked + 4 * this.#stride * i, rows)
      this.products += beside.products(rows)
    })
  }

  /** Rows from `first` on look back. */
  #attend(first: number): void {
    const { looked, seen, table } = this.#rooms
    const { begins } = this.#prefixes
    const stride = this.#stride
    for (let place = 0; place < this.#places; place++) {
      const from = Math.max(first, begins[place]!)
      const count = begins[place + 1]! - from
      if (count <= 0) continue
      const query = looked + 4 * stride * (3 * from + 2)
      this.#machine.run('attend', count, query, table + 4 * from * this.#network.shape.context, place + 1, seen + 4 * from * stride) // prettier-ignore
    }
  }

  /** What follows attention, for a chunk of rows. */
  #rest({ output, outputThin, norm2, up, down }: LayerUnits, row: number, rows: number): void {
    const { x, seen, normed, inner, thin } = this.#rooms
    const own = x + 4 * row * this.#stride
    const from = seen + 4 * row * this.#stride
    outputThin.run(from, thin, rows)
    output.run(output.take(from, rows), own, rows, thin)
    this.#machine.run('norm', rows, own, normed, norm2)
    up.run(up.take(normed, rows), inner, rows)
    down.run(down.take(inner, rows), own, rows)
    this.products += outputThin.products(rows) + output.products(rows) + up.products(rows) + down.products(rows)
  }
}

/** Addresses. */
interface Rooms {
  /** What describes each row, for the member and to begin with. */
  readonly x: number
  readonly x0: number
  /** Keys, values and queries, one after another: of the member, and what the base makes of the first layer's. */
  readonly looked: number
  readonly looked0: number
  readonly thin0: number
  readonly seen: number
  /** Of a chunk of rows. */
  readonly normed: number
  readonly thin: number
  readonly inner: number
  readonly logits: number
  /** For each row the addresses of the keys that it looks at. */
  readonly table: number
}
