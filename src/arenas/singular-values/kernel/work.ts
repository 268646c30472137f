/** From a batch to dispatches. Each may be cut into ranges of rows. */
import type { Work as Dispatches } from '../../../gpu/work.ts'
import { outputsOf, type Network } from '../model/network.ts'
import { quadsOf, type Packed, type PackedOwn, type PackedSums, type Product, type Side } from './pack.ts'
import { columnsFor, denseFor, WIDE, type ProgramName } from './programs.ts'

/**
 * - `inputs`: tokens; or pixels, a row an example.
 * - `spectra`: members' singular values, or which directions they go along and how far. `own`: the noise of these.
 * - `xs`: what runs through the layers, of all places and of those that are answered at; what all members share of it first.
 * - `rows`, `lastRows`: normed, or what attention saw; of all places, of those that are answered at. `packed`, `lastPacked`: in bytes.
 * - `outs`: queries, or what a layer gives. `inner`: keys and values, or the hidden layer. `thin`: V x. `scaled`: the same,
 *   scaled by members' singular values.
 * - `sharedOuts`, `sharedInner`, `sharedThin`: the same of the first layer, before members differ.
 * - `logits`, `answers`.
 */
export type BufferName =
  | 'weights' | 'spectra' | 'own' | 'inputs' | 'xs' | 'rows' | 'lastRows' | 'packed' | 'lastPacked' | 'outs' | 'inner' | 'thin' | 'scaled'
  | 'sharedOuts' | 'sharedInner' | 'sharedThin' | 'logits' | 'answers' // prettier-ignore

export type Work = Dispatches<ProgramName, BufferName>

export interface Batch {
  readonly members: number
  readonly examples: number
  /** Of an example: places that are read, and the last of them that are answered at. */
  readonly places: number
  readonly answers: number
}

const NONE = 0xffffffff
const PLAIN = 0
const RELU = 2
/** A number that is fetched costs about as much as so many products in registers. */
const FETCH = 4
/** A normal number costs about as much as so many. */
const DRAWN = 100

/** Where in `xs` begins what is of all places and members, and what is of answered ones; in rows. */
const regionsOf = ({ members, examples, places, answers }: Batch) => ({
  sharedLast: examples * places,
  all: examples * (places + answers),
  last: examples * (places + answers) + members * examples * places,
  end: (1 + members) * examples * (places + answers),
})

export function workFor(network: Network, packed: Packed, batch: Batch): readonly Work[] {
  const list = new List(network, packed, batch)
  list.draw()
  if (packed.net.kind === 'fashion') fashion(packed.net.base, list, batch)
  else sums(packed.net, list, batch)
  list.pick()
  return list.work
}

/** Everything but the scaling by singular values is done once for all members. */
function fashion(base: Side, list: List, { members, examples }: Batch): void {
  list.side(base, examples, ['inputs', 'packed'], 'sharedOuts', 'sharedThin')
  list.adapt(base, members * examples, examples, 'inputs', 'logits', {
    from: 'sharedOuts',
    rows: examples,
    thin: 'sharedThin',
  })
}

function sums(net: PackedSums, list: List, batch: Batch): void {
  const { members, examples, places, answers } = batch
  const regions = regionsOf(batch)
  list.embed(net)
  net.layers.forEach((layer, at) => {
    const [isFirst, isLast] = [at === 0, at === net.layers.length - 1]
    // Rows that are normed first: as many as there are, or as all members share. `few` are those that go on.
    const rows = (isFirst ? 1 : members) * examples * places
    const few = isLast ? (isFirst ? 1 : members) * examples * answers : rows
    const allGoOn = members * examples * (isLast ? answers : places)
    const origin = isFirst ? 0 : regions.all
    const gathered = isFirst ? regions.sharedLast : regions.last
    const asking = isLast ? (['lastRows', 'lastPacked'] as const) : (['rows', 'packed'] as const)

    list.join(layer.norm1, { rows, origin, into: origin, adds: !isFirst, goal: 'rows' })
    if (isLast) list.join(layer.norm1, { rows: few, origin, into: gathered, kept: answers, goal: 'lastRows' })

    if (isFirst) {
      list.side(layer.query, few, asking, 'sharedOuts', 'sharedThin')
      list.adapt(layer.query, members * few, few, asking[0], 'outs', {
        from: 'sharedOuts',
        rows: few,
        thin: 'sharedThin',
      })
      list.side(layer.known, rows, ['rows', 'packed'], 'sharedInner', 'sharedThin', !isLast)
      list.adapt(layer.known, members * rows, rows, 'rows', 'inner', { from: 'sharedInner', rows, thin: 'sharedThin' })
    } else {
      list.whole(layer.query, few, asking, 'outs')
      list.whole(layer.known, rows, ['rows', 'packed'], 'inner', PLAIN, !isLast)
    }
    list.attend(allGoOn, isLast ? answers : places, asking[0])
    list.whole(layer.output, allGoOn, asking, 'outs')
    list.join(layer.norm2, {
      rows: allGoOn, from: few, origin: isLast ? gathered : origin, into: isLast ? regions.last : regions.all, adds: true, goal: asking[0],
    }) // prettier-ignore
    list.whole(layer.up, allGoOn, asking, 'inner', RELU)
    list.whole(layer.down, allGoOn, ['inner', 'packed'], 'outs')
  })
  const rows = members * examples * answers
  list.join(net.norm, { rows, origin: regions.last, into: regions.last, adds: true, goal: 'lastRows' })
  list.dense(net.last, rows, 'lastRows', 'logits')
}

class List {
  readonly work: Work[] = []
  readonly #network: Network
  readonly #packed: Packed
  readonly #batch: Batch

  constructor(network: Network, packed: Packed, batch: Batch) {
    this.#network = network
    this.#packed = packed
    this.#batch = batch
  }

  get #quads(): number {
    return this.#network.kind === 'fashion' ? 0 : this.#network.shape.width / 4
  }

  embed({ embedding, position }: PackedSums): void {
    const { examples, places } = this.#batch
    this.work.push({
      program: 'embed', buffers: ['weights', 'inputs', 'xs'], rows: examples * places, lines: 8, columns: 1,
      job: Uint32Array.of(0, 0, this.#quads, places, embedding, position), cost: 3 * FETCH * 4 * this.#quads,
    }) // prettier-ignore
  }

  join(
    norm: number,
    { rows, from = rows, origin, into, kept, adds = false, goal }: {
      readonly rows: number
      readonly from?: number
      readonly origin: number
      readonly into: number
      /** Of each lane, so many of the last places. */
      readonly kept?: number
      readonly adds?: boolean
      readonly goal: BufferName
    },
  ): void {
    const { places } = this.#batch
    const gather = kept === undefined ? [1, 1, 0] : [kept, places, places - kept]
    this.work.push({
      program: 'join', buffers: ['weights', 'outs', 'xs', goal], rows, lines: 8, columns: 1,
      job: Uint32Array.of(0, 0, from, ...gather, origin, into, Number(adds), norm),
      cost: 5 * FETCH * 4 * this.#quads,
    }) // prettier-ignore
  } // prettier-ignore

  dense({ inputs, outputs, matrix, bias, isHalf }: Product, rows: number, source: BufferName, goal: BufferName, activation = PLAIN): void {
    const quads = outputs / 4
    this.work.push({
      // There are no lists: any buffer will do.
      program: denseFor(quads, isHalf), buffers: ['weights', source, goal, 'weights'],
      rows, lines: 64, columns: Math.ceil(quads / (2 * columnsFor(quads))),
      job: Uint32Array.of(0, 0, inputs / 4, quads, matrix, bias, 1, NONE, NONE, activation), cost: inputs * outputs,
    }) // prettier-ignore
  } // prettier-ignore

  /** W0 x + b, and V x where something is adapted. `isPacked`: the source is in bytes already. */
  side(
    { product, thin }: Side, rows: number, [source, packed]: readonly [BufferName, BufferName],
    goal: BufferName, seen: BufferName, isPacked = false, activation = PLAIN,
  ): void {
    const { inputs, outputs, matrix, bias, whole } = product
    if (whole === null) this.dense(product, rows, source, goal, activation)
    else {
      if (!isPacked)
        this.work.push({
          program: 'quantise', buffers: [source, packed], rows, lines: 8, columns: 1,
          job: Uint32Array.of(0, 0, inputs / 4, whole.words), cost: 2 * FETCH * inputs,
        })
      this.work.push({
        program: 'whole', buffers: ['weights', packed, goal], rows, lines: 32, columns: Math.ceil(outputs / 4 / (2 * WIDE)),
        job: Uint32Array.of(0, 0, whole.words, outputs / 4, matrix, whole.scales, bias, whole.group, activation), cost: inputs * outputs,
      })
    }
    if (thin !== null) this.dense(thin, rows, source, seen)
  } // prettier-ignore

  /** Adds what members' singular values make of it; `block` rows are a member's. `base`: W0 x + b and V x lie elsewhere, and are of all members. */
  adapt(
    { product, thin, parts }: Side, rows: number, block: number, source: BufferName, goal: BufferName,
    base: { readonly from: BufferName; readonly rows: number; readonly thin: BufferName } | null, activation = PLAIN,
  ): void {
    const stride = (thin?.outputs ?? 0) / 4
    for (const { goal: first, quads, adapter, own } of parts) {
      if (own !== null) {
        this.#own(own, rows, block, source, goal, { base, row: product.outputs / 4, first, activation })
        continue
      }
      if (adapter === null && base === null) continue
      const { words, m, u, spectra, seen } = adapter ?? { words: 0, m: 0, u: 0, spectra: 0, seen: 0 }
      if (adapter !== null)
        this.work.push({
          program: 'scale', buffers: ['weights', 'spectra', base?.thin ?? 'thin', 'scaled'], rows, lines: 16, columns: 1,
          job: Uint32Array.of(0, 0, words, m, block, this.#packed.spectra, spectra, base?.rows ?? rows, stride, seen),
          cost: 16 * words * (words + FETCH),
        })
      this.work.push({
        program: 'adapt', buffers: ['weights', 'scaled', base?.from ?? 'weights', goal],
        rows, lines: 64, columns: Math.ceil(quads / (2 * WIDE)),
        job: Uint32Array.of(0, 0, words, u, stride, seen, base?.rows ?? 0, product.outputs / 4, first, quads, activation),
        cost: 4 * quads * (4 * words + 2 * FETCH),
      })
    }
  } // prettier-ignore

  /** Noise of all members' own directions, matrix by matrix. */
  draw(): void {
    const { own, spectra } = this.#packed
    if (own === null) return
    const slots = own.rank * own.directions
    for (const { matrix, outputs, inputs, place } of own.parts)
      this.work.push({
        program: 'draw', buffers: ['spectra', 'own'], rows: this.#batch.members * slots, lines: 1,
        columns: Math.ceil((quadsOf(outputs) + quadsOf(inputs)) / 64),
        job: Uint32Array.of(0, 0, own.key, matrix, outputs, inputs, own.rank, slots, spectra, own.stride, place),
        cost: DRAWN * (outputs + inputs),
      }) // prettier-ignore
  }

  /** Adds what members' own directions make of it: `row` fours of a row of the goal, of which the layer's begin at `first`. */
  #own(
    { outputs, inputs, place }: PackedOwn, rows: number, block: number, source: BufferName, goal: BufferName,
    { base, row, first, activation }: {
      readonly base: { readonly from: BufferName; readonly rows: number } | null
      readonly row: number
      readonly first: number
      readonly activation: number
    },
  ): void {
    const { own } = this.#packed
    if (own === null) return
    const [slots, outs, ins] = [own.rank * own.directions, quadsOf(outputs), quadsOf(inputs)]
    this.work.push({
      program: 'see', buffers: ['own', source, 'scaled'], rows, lines: 16, columns: 1,
      job: Uint32Array.of(0, 0, ins, outs, block, slots, own.stride, place, base?.rows ?? rows), cost: FETCH * slots * inputs,
    })
    this.work.push({
      program: 'add', buffers: ['own', 'scaled', base?.from ?? 'weights', goal], rows, lines: 1, columns: Math.ceil(outs / 64),
      job: Uint32Array.of(0, 0, outs, ins, block, slots, own.stride, place, base?.rows ?? 0, row, first, activation),
      cost: FETCH * outputs * (slots + 2),
    })
  } // prettier-ignore

  /** A linear layer, adapted where it is. */
  whole(side: Side, rows: number, source: readonly [BufferName, BufferName], goal: BufferName, activation = PLAIN, isPacked = false): void {
    const isAdapted = side.thin !== null || this.#packed.own !== null
    this.side(side, rows, source, goal, 'thin', isPacked, isAdapted ? PLAIN : activation)
    if (isAdapted) this.adapt(side, rows, rows / this.#batch.members, source[0], goal, null, activation)
  } // prettier-ignore

  /** The last `queries` places of each lane look back. */
  attend(rows: number, queries: number, seen: BufferName): void {
    if (this.#network.kind === 'fashion') return
    const { places } = this.#batch
    const { heads } = this.#network.shape
    const quads = this.#quads
    this.work.push({
      program: 'attend', buffers: ['outs', 'inner', seen], rows, lines: Math.floor(64 / heads), columns: 1,
      job: Uint32Array.of(0, 0, queries, places, NONE, heads, quads / heads, quads, 2 * quads, 0, quads, places - queries + 1),
      cost: 2 * 4 * quads * places,
    })
  } // prettier-ignore

  pick(): void {
    const { members, examples, answers } = this.#batch
    const rows = members * examples * answers
    const outputs = outputsOf(this.#network)
    this.work.push({
      program: 'pick', buffers: ['logits', 'answers'], rows: Math.ceil(rows / 4), lines: 64, columns: 1,
      job: Uint32Array.of(0, 0, outputs, 4 * quadsOf(outputs), rows), cost: 4 * FETCH * outputs,
    }) // prettier-ignore
  }
}

/** Bytes that each buffer takes. */
export function bytesFor(network: Network, packed: Packed, batch: Batch): Readonly<Record<Exclude<BufferName, 'weights'>, number>> {
  const { members, examples, places, answers } = batch
  const lanes = members * examples
  const rows = lanes * answers
  const isWhole = network.precision === 'int8' || network.precision === 'int4'
  const own = { spectra: 16 * members * packed.spectra, own: 16 * members * (packed.own?.stride ?? 0), logits: 16 * rows * quadsOf(outputsOf(network)), answers: 4 * Math.ceil(rows / 4) }
  const none = { xs: 0, rows: 0, lastRows: 0, lastPacked: 0, outs: 0, inner: 0, thin: 0, sharedInner: 0 }
  const { net } = packed
  const slots = 4 * quadsOf((packed.own?.rank ?? 0) * (packed.own?.directions ?? 0))
  const thinOf = (sides: readonly Side[]) => 4 * Math.max(slots, ...sides.map(({ thin }) => thin?.outputs ?? 0))
  const packedOf = (sides: readonly Side[]) => isWhole ? 4 * Math.max(...sides.map(({ product }) => (product.whole?.words ?? 0) + 1)) : 0
  if (net.kind === 'fashion') {
    const sides = [net.base]
    return {
      ...none, ...own, inputs: 4 * examples * net.base.product.inputs, packed: examples * packedOf(sides),
      sharedOuts: 4 * examples * net.base.product.outputs, sharedThin: examples * thinOf(sides),
      scaled: lanes * thinOf(sides),
    }
  }
  const all = lanes * places
  const shared = examples * places
  const width = 4 * net.layers[0]!.query.product.inputs
  const hidden = 4 * net.layers[0]!.down.product.inputs
  const sides = net.layers.flatMap(({ query, known, output, up, down }) => [query, known, output, up, down])
  return {
    ...own,
    inputs: 4 * shared,
    xs: regionsOf(batch).end * width,
    rows: Math.max(all, shared) * width,
    lastRows: Math.max(rows, examples * answers) * width,
    packed: Math.max(all, shared) * packedOf(sides),
    lastPacked: Math.max(rows, examples * answers) * packedOf(sides),
    outs: all * width,
    inner: all * Math.max(2 * width, hidden),
    thin: all * thinOf(sides),
    scaled: all * thinOf(sides),
    sharedOuts: shared * width,
    sharedInner: 2 * shared * width,
    sharedThin: shared * thinOf(sides),
  }
} // prettier-ignore
