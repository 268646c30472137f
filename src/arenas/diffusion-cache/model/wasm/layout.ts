/** Where things are in the memory of the WebAssembly kernels, in bytes. */
import { packedBytes, panelsOf, TOGETHER } from '../../../../wasm/linear.ts'
import { COMPONENTS } from '../../schedule.ts'
import { FEED, SLOTS, TOKENS, VALUES, type DitShape } from '../shape.ts'

/** Pictures that go through the network together: their rows fit the caches beside a block's weights. */
export const TOGETHER_PICTURES = 4
/** Sequences of tokens: each picture with its caption, then each with none. */
export const SEQUENCES = 2 * TOGETHER_PICTURES
/** Rows, and some more, since matrix products take {@link TOGETHER} at once. */
export const ROWS = Math.ceil((SEQUENCES * TOKENS) / TOGETHER) * TOGETHER

/** A packed matrix: its address, and its panels. */
export interface Packed {
  readonly at: number
  readonly panels: number
}

export interface BlockPlaces {
  /** Queries, keys and values at once. */
  readonly look: Packed
  readonly see: Packed
  readonly ask: Packed
  readonly hear: Packed
  readonly up: Packed
  readonly down: Packed
}

export interface Layout {
  readonly shape: DitShape
  readonly patch: Packed
  readonly last: Packed
  readonly blocks: readonly BlockPlaces[]
  /** TOKENS x width. */
  readonly position: number
  /** Nothing, and ones, `width` each: where there is no modulation and no gate. */
  readonly zeros: number
  readonly ones: number
  /** blocks x 6 x width, and 2 x width, of the step. */
  readonly modulation: number
  readonly lastModulation: number
  /** SEQUENCES x blocks x (keys, values) of SLOTS x width. */
  readonly text: number
  readonly textBytes: number
  /** Rows of VALUES. */
  readonly x: number
  readonly guess: number
  /** Rows of width, 3 width, 4 width. */
  readonly h: number
  readonly normed: number
  readonly looked: number
  readonly seen: number
  readonly inner: number
  /** Scores of one query, and how far ahead a line is followed. */
  readonly scores: number
  readonly ahead: number
  /** blocks x components x 2, rows of width each: what was computed last, and before that. */
  readonly slots: number
  readonly slotBytes: number
  readonly pages: number
}

export function layoutFor(shape: DitShape): Layout {
  const { width, blocks } = shape
  let end = 0
  const room = (bytes: number): number => {
    const at = end
    end += Math.ceil(bytes / 16) * 16
    return at
  }
  const matrix = (inputs: number, outputs: number): Packed => ({
    at: room(packedBytes(inputs, outputs)),
    panels: panelsOf(outputs),
  })
  const rows = (numbers: number) => room(4 * ROWS * numbers)
  const textBytes = 4 * 2 * SLOTS * width
  const slotBytes = 4 * ROWS * width
  const places = {
    shape,
    patch: matrix(VALUES, width),
    last: matrix(width, VALUES),
    blocks: Array.from({ length: blocks }, () => ({
      look: matrix(width, 3 * width),
      see: matrix(width, width),
      ask: matrix(width, width),
      hear: matrix(width, width),
      up: matrix(width, FEED * width),
      down: matrix(FEED * width, width),
    })),
    position: room(4 * TOKENS * width),
    zeros: room(4 * width),
    ones: room(4 * width),
    modulation: room(4 * blocks * 6 * width),
    lastModulation: room(4 * 2 * width),
    text: room(SEQUENCES * blocks * textBytes),
    textBytes,
    x: rows(VALUES),
    guess: rows(VALUES),
    h: rows(width),
    normed: rows(width),
    looked: rows(3 * width),
    seen: rows(width),
    inner: rows(FEED * width),
    scores: room(4 * 32),
    ahead: room(16),
    slots: room(blocks * COMPONENTS.length * 2 * slotBytes),
    slotBytes,
  }
  return { ...places, pages: Math.ceil(end / 65_536) }
}
