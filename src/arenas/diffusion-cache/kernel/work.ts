/** From a plan to dispatches: which shader over how many rows, with what numbers. Each may be cut into ranges of rows. */
import { floatWord, type Work as Dispatches } from '../../../gpu/work.ts'
import { HEADS, PICTURE, SLOTS, TOKENS, VALUES, type DitShape } from '../model/shape.ts'
import { COMPONENTS } from '../schedule.ts'
import type { Vectors } from './conditions.ts'
import type { BlockLayers, Layer, Packed } from './pack.ts'
import type { Entry, Op, Plan } from './plan.ts'
import { columnsOf, type ProgramName } from './programs.ts'

export type BufferName =
  'weights' | 'lists' | 'vectors' | 'bounds' | 'text' | 'xs' | 'embedded' | 'pages' | 'rows' | 'inner'

export type Work = Dispatches<ProgramName, BufferName>

/** What a batch is of. */
export interface Batch {
  readonly shape: DitShape
  readonly pictures: number
  readonly branches: 1 | 2
  readonly guidance: number
  readonly angles: Float64Array
}

const NONE = 0xffffffff
const FRESH = 0x80000000
const GELU = 1
/** A number that is fetched costs about as much as so many products in registers. */
const FETCH = 4

export function workFor(
  plan: Plan,
  { shape, pictures, branches, guidance, angles }: Batch,
  packed: Packed,
  vectors: Vectors,
): { readonly work: Work[]; readonly lists: Uint32Array<ArrayBuffer> } {
  const quads = shape.width / 4
  const block = pictures * branches * TOKENS
  const patches = pictures * TOKENS
  const lists: number[] = []
  const work: Work[] = []
  const listed = (words: readonly number[]): number => lists.push(...words) - words.length

  const dense = (
    layer: Layer,
    rows: number,
    [source, goal]: readonly [BufferName, BufferName],
    { of = block, sources = NONE, goals = NONE, activation = 0 } = {},
  ) => {
    const [words, outputs] = [layer.inputs / 4, layer.outputs / 4]
    work.push({
      program: layer.isHalf ? 'halfDense' : 'dense', buffers: ['weights', source, goal, 'lists'], rows, lines: 64, columns: Math.ceil(outputs / (2 * columnsOf(shape))),
      job: Uint32Array.of(0, 0, words, outputs, layer.matrix, layer.bias, of, sources, goals, activation),
      cost: layer.inputs * layer.outputs,
    }) // prettier-ignore
  }

  const attend = (rows: number, known: BufferName, length: number, stride: number, step: number, keys: number) => {
    const sets = known === 'text' ? pictures * branches : NONE
    work.push({
      program: 'attend', buffers: ['inner', known, 'rows'], rows, lines: 64 / HEADS, columns: 1,
      job: Uint32Array.of(0, 0, TOKENS, length, sets, HEADS, quads / HEADS, stride, step, keys, keys + quads),
      cost: 2 * length * shape.width,
    }) // prettier-ignore
  }

  const settle = (entries: readonly Entry[], step: number, modulation: number) => {
    const words = entries.flatMap(({ from, fresh, into, terms }) => {
      const at = listed(
        terms.flatMap(({ last, before, ahead, slot }) => [
          last, before, floatWord(ahead), vectors.gate(step, Math.floor(slot / COMPONENTS.length), slot % COMPONENTS.length),
        ]),
      ) // prettier-ignore
      return [fresh ? (FRESH | from) >>> 0 : from, into ?? NONE, at, terms.length]
    })
    const terms = entries.reduce((sum, entry) => sum + entry.terms.length, 0)
    work.push({
      program: 'settle', buffers: ['lists', 'vectors', 'embedded', 'pages', 'rows'],
      rows: entries.length * block, lines: 8, columns: 1,
      job: Uint32Array.of(0, 0, block, branches, TOKENS, listed(words), modulation, vectors.positions * quads),
      cost: (4 + terms / entries.length) * FETCH * shape.width,
    }) // prettier-ignore
  }

  const component = (layers: BlockLayers, { slot, goals: pages }: Op & { readonly kind: 'compute' }) => {
    const rows = pages.length * block
    const goals = listed(pages)
    const blockAt = Math.floor(slot / COMPONENTS.length)
    switch (COMPONENTS[slot % COMPONENTS.length]) {
      case 'attn1':
        dense(layers.looks, rows, ['rows', 'inner'])
        attend(rows, 'inner', TOKENS, 3 * quads, 3 * quads, quads)
        return dense(layers.output1, rows, ['rows', 'pages'], { goals })
      case 'attn2':
        dense(layers.query2, rows, ['rows', 'inner'])
        attend(rows, 'text', SLOTS, quads, 2 * quads, blockAt * pictures * branches * SLOTS * 2 * quads)
        return dense(layers.output2, rows, ['rows', 'pages'], { goals })
      default:
        dense(layers.up, rows, ['rows', 'inner'], { activation: GELU })
        return dense(layers.down, rows, ['inner', 'pages'], { goals })
    }
  }

  const finish = ({ step, entries, xs }: Op & { readonly kind: 'finish' }) => {
    settle(entries, step, vectors.last(step))
    dense(packed.last, entries.length * block, ['rows', 'inner'])
    const turns = [angles[step]!, angles[step + 1]!].flatMap((angle) => [Math.cos(angle), Math.sin(angle)])
    const picture = PICTURE / 4
    const at = listed(xs.flatMap(({ from, into }) => [from, into]))
    work.push({
      program: 'advance', buffers: ['lists', 'inner', 'xs', 'bounds'],
      rows: entries.length * pictures * picture, lines: 64, columns: 1,
      job: Uint32Array.of(
        0, 0, pictures * picture, picture, branches, at, Number(shape.output === 'noise'),
        ...[guidance, ...turns].map(floatWord),
      ),
      cost: 4 * 4 * FETCH,
    }) // prettier-ignore
  }

  for (const op of plan.ops) {
    if (op.kind === 'embed') {
      dense(packed.patch, op.xs.length * patches, ['xs', 'embedded'], { of: patches, sources: listed(op.xs) })
    } else if (op.kind === 'finish') finish(op)
    else {
      const which = op.slot % COMPONENTS.length
      const at = Math.floor(op.slot / COMPONENTS.length)
      // Before cross-attention the norm stays as it is.
      settle(op.entries, op.step, which === 1 ? NONE : vectors.modulation(op.step, at, which === 0 ? 0 : 1))
      component(packed.blocks[at]!, op)
    }
  }
  return { work, lists: Uint32Array.from(lists) }
}

/** Bytes that each buffer takes for one picture. */
export function bytesAPicture(plan: Plan, { width, blocks }: DitShape, branches: number): Record<string, number> {
  const rows = branches * TOKENS
  const entries = Math.max(...plan.ops.map((op) => (op.kind === 'embed' ? op.xs.length : op.entries.length)))
  return {
    text: 4 * blocks * branches * SLOTS * 2 * width,
    xs: 4 * plan.xPages * PICTURE,
    embedded: 4 * entries * TOKENS * width,
    pages: 4 * plan.pages * rows * width,
    rows: 4 * entries * rows * width,
    // The inner layer of the feed-forward; query, key and value; or what the network gives.
    inner: 4 * entries * rows * Math.max(4 * width, VALUES),
  }
}
