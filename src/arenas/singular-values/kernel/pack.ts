/**
 * What all members share, as the shaders read it: all in one array of words, matrices an input (or four or eight of them) after another.
 * Places in it are in fours of words.
 */
import { halvesOf, pairedInputs } from '../../../gpu/halves.ts'
import { LINEARS, linearsOf, type Linear, type Network, type Norm, type SumsNetwork } from '../model/network.ts'
import { MOST_8 } from '../model/quantise.ts'
import type { Adapter, Matrix } from '../model/shape.ts'

/** W x + b; inputs and outputs are filled up to fours with zeros. */
export interface Product {
  readonly inputs: number
  readonly outputs: number
  readonly matrix: number
  readonly bias: number
  /** Its weights take 16 bits each. */
  readonly isHalf: boolean
  /** Where it is of whole numbers: where its scales are, words of a row of four inputs each, and words of a group. */
  readonly whole: {
    readonly bits: 8 | 4
    readonly scales: number
    readonly words: number
    readonly group: number
  } | null
}

/** One linear layer among those that are worked out side by side. */
export interface Part {
  /** Fours of the row: which are its outputs. */
  readonly goal: number
  readonly quads: number
  readonly adapter: PackedAdapter | null
  /** Where members have directions of their own. */
  readonly own: PackedOwn | null
}

/** A matrix among the noise of a member. */
export interface PackedOwn {
  /** Of the network's linear layers, which. */
  readonly matrix: number
  readonly outputs: number
  readonly inputs: number
  /** Fours from where a member's noise begins. */
  readonly place: number
}

/** Directions that each member goes along by itself, from weights that all share. */
export interface Own {
  readonly key: number
  readonly rank: number
  /** Of a member; where it has fewer, the others are gone by nothing. */
  readonly directions: number
}

export interface PackedAdapter {
  /** The rank in fours, filled up with zeros. */
  readonly words: number
  readonly m: number
  readonly u: number
  /** Fours of a member's values: sA, then sB. */
  readonly spectra: number
  /** Fours of a row of V x. */
  readonly seen: number
}

/** Linear layers of the same inputs, side by side. */
export interface Side {
  readonly product: Product
  /** V of all their adapters, side by side; null where none is adapted. */
  readonly thin: Product | null
  readonly parts: readonly Part[]
}

export interface PackedLayer {
  readonly norm1: number
  readonly query: Side
  /** Key and value. */
  readonly known: Side
  readonly output: Side
  readonly norm2: number
  readonly up: Side
  readonly down: Side
}

export interface PackedFashion {
  readonly kind: 'fashion'
  readonly base: Side
}
export interface PackedSums {
  readonly kind: 'sums'
  readonly embedding: number
  readonly position: number
  readonly layers: readonly PackedLayer[]
  readonly norm: number
  readonly last: Product
}
export interface Packed {
  readonly values: Uint32Array<ArrayBuffer>
  /** Some weights take 16 bits. */
  readonly hasHalves: boolean
  readonly net: PackedFashion | PackedSums
  /** Fours of a member's singular values; of its directions, pairs of which and how much. */
  readonly spectra: number
  /** Null where singular values are members' own; fours of a member's noise. */
  readonly own: (Own & { readonly parts: readonly PackedOwn[]; readonly stride: number }) | null
}

/** Adapters of one matrix, or of none of the network's, are a bug. `halves`: weights that are of 16 bits are kept so. */
export function packForGpu(network: Network, adapters: readonly Adapter[], halves: boolean, own: Own | null = null): Packed {
  const pack = new Pack(halves)
  const { parts, stride } = own === null ? { parts: new Map<string, PackedOwn>(), stride: 0 } : ownParts(network, own)
  const sides = new Sides(pack, adapters, parts)
  const net = network.kind === 'fashion' ? { kind: 'fashion' as const, base: sides.of(network.base) } : sums(network, pack, sides)
  return {
    values: pack.values(),
    hasHalves: pack.hasHalves,
    net,
    spectra: own === null ? spectraOf(adapters) : quadsOf(2 * own.directions),
    own: own === null ? null : { ...own, parts: [...parts.values()], stride },
  }
} // prettier-ignore

/** Each matrix has of each slot a column of A and one of B. */
function ownParts(network: Network, { rank, directions }: Own) {
  const parts = new Map<string, PackedOwn>()
  let place = 0
  linearsOf(network).forEach(({ name, weight: { rows: outputs, columns: inputs } }, matrix) => {
    parts.set(name, { matrix, outputs, inputs, place })
    place += rank * directions * (quadsOf(outputs) + quadsOf(inputs))
  })
  return { parts, stride: place }
}

function sums({ embedding, position, layers, norm }: SumsNetwork, pack: Pack, sides: Sides): PackedSums {
  const normed = ({ gain, bias }: Norm): number => pack.put(Float32Array.of(...gain, ...bias))
  return {
    kind: 'sums',
    embedding: pack.put(embedding.values),
    position: pack.put(position.values),
    layers: layers.map((layer) => {
      const [query, key, value, output, up, down] = LINEARS.map((name) => layer[name]) as [Linear, Linear, Linear, Linear, Linear, Linear] // prettier-ignore
      return {
        norm1: normed(layer.norm1),
        query: sides.of(query),
        known: sides.of(key, value),
        output: sides.of(output),
        norm2: normed(layer.norm2),
        up: sides.of(up),
        down: sides.of(down),
      }
    }),
    norm: normed(norm),
    last: floatProduct(pack, [embedding], [new Float32Array(embedding.rows)]),
  }
}

export const quadsOf = (numbers: number): number => Math.ceil(numbers / 4)

const spectraOf = (adapters: readonly Adapter[]): number =>
  adapters.reduce((sum, { rank }) => sum + 2 * quadsOf(rank), 0)

/** What members go along by themselves, in fours. */
export function packMoves({ spectra }: Packed, members: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(Math.max(4, members.length * 4 * spectra))
  members.forEach((values, member) => all.set(values, member * 4 * spectra))
  return all
}

/** Members' singular values, which come without gaps (`memberValues`), in fours. */
export function packSpectra(adapters: readonly Adapter[], members: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const stride = 4 * spectraOf(adapters)
  const all = new Float32Array(Math.max(4, members.length * stride))
  members.forEach((values, member) => {
    let [from, into] = [0, member * stride]
    for (const { rank } of adapters)
      for (let factor = 0; factor < 2; factor++) {
        all.set(values.subarray(from, from + rank), into)
        from += rank
        into += 4 * quadsOf(rank)
      }
  })
  return all
}

class Pack {
  readonly halves: boolean
  hasHalves = false
  readonly #parts: Uint32Array[] = []
  #length = 0

  constructor(halves: boolean) {
    this.halves = halves
  }

  /** Answers with the place, in fours. */
  put(values: Float32Array | Uint32Array): number {
    const at = this.#length / 4
    this.#parts.push(new Uint32Array(values.buffer, values.byteOffset, values.length))
    this.#length += 4 * quadsOf(values.length)
    return at
  }

  values(): Uint32Array<ArrayBuffer> {
    const all = new Uint32Array(Math.max(4, this.#length))
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += 4 * quadsOf(part.length)
    }
    return all
  }
}

class Sides {
  readonly #pack: Pack
  readonly #adapters: ReadonlyMap<string, { readonly adapter: Adapter; readonly spectra: number }>

  readonly #own: ReadonlyMap<string, PackedOwn>

  constructor(pack: Pack, adapters: readonly Adapter[], own: ReadonlyMap<string, PackedOwn>) {
    this.#pack = pack
    this.#own = own
    let spectra = 0
    this.#adapters = new Map(
      adapters.map((adapter) => {
        const known = { adapter, spectra }
        spectra += 2 * quadsOf(adapter.rank)
        return [adapter.name, known]
      }),
    )
  }

  /** Linear layers of the same inputs; where there are several, with a multiple of four outputs each. */
  of(...linears: readonly Linear[]): Side {
    let [goal, seen] = [0, 0]
    const thin: Matrix[] = []
    const parts = linears.map(({ name, weight: { rows } }): Part => {
      const part = { goal, quads: quadsOf(rows), adapter: this.#adapted(name, seen), own: this.#own.get(name) ?? null }
      goal += part.quads
      if (part.adapter === null) return part
      thin.push(filledUp(this.#adapters.get(name)!.adapter.v))
      seen += part.adapter.words
      return part
    })
    return {
      product: linears[0]!.weight.quantised === null
        ? floatProduct(this.#pack, linears.map(({ weight }) => weight), linears.map(({ bias }) => bias))
        : wholeProduct(this.#pack, linears),
      thin: thin.length === 0 ? null : floatProduct(this.#pack, thin, thin.map(({ rows }) => new Float32Array(rows))),
      parts,
    } // prettier-ignore
  }

  #adapted(name: string, seen: number): PackedAdapter | null {
    const known = this.#adapters.get(name)
    if (known === undefined) return null
    const { rank, m, u } = known.adapter
    const words = quadsOf(rank)
    const turned = new Float32Array(4 * words * 4 * quadsOf(u.rows))
    for (let row = 0; row < u.rows; row++)
      for (let value = 0; value < rank; value++)
        turned[value * 4 * quadsOf(u.rows) + row] = u.values[row * rank + value]!
    const between = new Float32Array(4 * words * 4 * words)
    for (let row = 0; row < rank; row++) between.set(m.values.subarray(row * rank, (row + 1) * rank), row * 4 * words)
    return { words, m: this.#pack.put(between), u: this.#pack.put(turned), spectra: known.spectra, seen }
  }
}

/** With rows of zeros up to a multiple of four. */
function filledUp({ rows, columns, values }: Matrix): Matrix {
  const all = new Float32Array(4 * quadsOf(rows) * columns)
  all.set(values)
  return { rows: 4 * quadsOf(rows), columns, values: all }
}

function floatProduct(pack: Pack, matrices: readonly Matrix[], biases: readonly Float32Array[]): Product {
  const { columns } = matrices[0]!
  const inputs = 4 * quadsOf(columns)
  const outputs = 4 * quadsOf(matrices.reduce((sum, { rows }) => sum + rows, 0))
  const turned = new Float32Array(inputs * outputs)
  let first = 0
  for (const { rows, values } of matrices) {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        turned[column * outputs + first + row] = values[row * columns + column]!
    first += rows
  }
  const half = pack.halves ? halvesOf(pairedInputs(turned, outputs)) : null
  pack.hasHalves ||= half !== null
  const [matrix, bias] = [pack.put(half ?? turned), pack.put(joined(biases, outputs))]
  return { inputs, outputs, matrix, bias, isHalf: half !== null, whole: null }
}

/** Bytes of a word are inputs of one output: four of 8 bits, or eight of 4, the first four in the lower halves of its bytes. */
function wholeProduct(pack: Pack, linears: readonly Linear[]): Product {
  const { weight: { columns, quantised: first } } = linears[0]! // prettier-ignore
  const bits = first!.most === MOST_8 ? 8 : 4
  // A row of one scale is a group; else groups are as long as they are, the last filled up.
  const groups = Math.ceil(columns / first!.group)
  const group = quadsOf(groups === 1 && bits === 8 ? columns : first!.group)
  const words = groups * group
  const outputs = 4 * quadsOf(linears.reduce((sum, { weight: { rows } }) => sum + rows, 0))
  const packed = new Uint32Array(((words * bits) / 8) * outputs)
  const scales = new Float32Array(groups * outputs)
  let from = 0
  for (const { weight: { rows, quantised } } of linears) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = quantised!.whole[row * columns + column]!
        const [word, byte] = [Math.floor(column / 4), column % 4]
        const at = bits === 8 ? word * outputs : (word >> 1) * outputs
        const shift = bits === 8 ? 8 * byte : 8 * byte + 4 * (word & 1)
        packed[at + from + row]! |= (value & (bits === 8 ? 0xff : 0xf)) << shift
      }
      for (let part = 0; part < groups; part++)
        scales[part * outputs + from + row] = quantised!.scales[row * groups + part]!
    }
    from += rows
  } // prettier-ignore
  const bias = joined(linears.map((linear) => linear.bias), outputs) // prettier-ignore
  return {
    inputs: 4 * quadsOf(columns),
    outputs,
    matrix: pack.put(packed),
    bias: pack.put(bias),
    isHalf: false,
    whole: { bits, scales: pack.put(scales), words, group },
  }
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const all = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
