/**
 * A scene as a picture: signed distances to outlines, a pixel covered by half a pixel less the distance to its centre. A picture
 * is RGB of 0..1 at `(y * SIZE + x) * 3 + channel`, y downwards; pixel centres lie at halves.
 */
import { SIZE } from '../model/shape.ts'
import { objectsOf, type Caption } from './words.ts'

export type Rgb = readonly [number, number, number]
/** In pixels, from the upper left corner. */
export type Point = readonly [x: number, y: number]

export const GROUND: Rgb = [0.07, 0.08, 0.12]
/** By index into COLOURS. */
export const INKS: readonly Rgb[] = [
  [0.92, 0.2, 0.22],
  [0.22, 0.8, 0.32],
  [0.24, 0.42, 0.96],
  [0.97, 0.86, 0.2],
  [0.75, 0.3, 0.9],
  [0.93, 0.93, 0.93],
]
/** Square pixels by index into SIZES, whatever the shape. */
export const AREAS = [16, 36] as const
export const areaOf = (size: number): number => (size === 0 ? AREAS[0] : AREAS[1])
export const PIXELS = SIZE * SIZE
/** Numbers of a picture. */
export const VALUES_OF_PICTURE = PIXELS * 3

const [CIRCLE, SQUARE] = [0, 1]
const ROOT3 = Math.sqrt(3)
/** Side of an equilateral triangle. */
const sideOf = (area: number) => Math.sqrt((4 * area) / ROOT3)

/** How far a shape reaches left, right, up and down from its centroid, in pixels. */
export function reachOf(shape: number, area: number): readonly [number, number, number, number] {
  if (shape === CIRCLE) {
    const radius = Math.sqrt(area / Math.PI)
    return [radius, radius, radius, radius]
  }
  if (shape === SQUARE) {
    const half = Math.sqrt(area) / 2
    return [half, half, half, half]
  }
  const side = sideOf(area)
  const height = (side * ROOT3) / 2
  return [side / 2, side / 2, (height * 2) / 3, height / 3]
}

/** Signed distance in pixels to a shape's outline, negative inside, of a point that lies dx right of its centroid and dy below it. */
export function outlineOf(shape: number, area: number): (dx: number, dy: number) => number {
  if (shape === CIRCLE) {
    const radius = Math.sqrt(area / Math.PI)
    return (dx, dy) => Math.sqrt(dx * dx + dy * dy) - radius
  }
  if (shape === SQUARE) {
    const half = Math.sqrt(area) / 2
    return (dx, dy) => Math.max(Math.abs(dx), Math.abs(dy)) - half
  }
  // An equilateral triangle that points up: the largest distance to a side.
  const inner = (sideOf(area) * ROOT3) / 6
  return (dx, dy) => Math.max(dy, Math.abs(dx) * (ROOT3 / 2) - dy * 0.5) - inner
}

/** How much of each pixel the shape covers, 0..1, row by row, into `cells`; it fades over `edge` pixels. */
export function cover(shape: number, area: number, [x, y]: Point, cells: Float64Array, edge = 1): void {
  const distance = outlineOf(shape, area)
  for (let row = 0, at = 0; row < SIZE; row++) {
    const dy = row + 0.5 - y
    for (let column = 0; column < SIZE; column++, at++) {
      cells[at] = Math.min(1, Math.max(0, 0.5 - distance(column + 0.5 - x, dy) / edge))
    }
  }
}

/** The scene with its objects at these centroids and, where `areas` are given, of these areas in square pixels. */
export function render(
  caption: Caption,
  centres: readonly Point[],
  areas?: readonly number[],
): Float64Array<ArrayBuffer> {
  const picture = new Float64Array(VALUES_OF_PICTURE)
  for (let at = 0; at < VALUES_OF_PICTURE; at += 3) picture.set(GROUND, at)
  const cells = new Float64Array(PIXELS)
  objectsOf(caption).forEach(({ size, colour, shape }, index) => {
    const ink = INKS[colour] ?? GROUND
    cover(shape, areas?.[index] ?? areaOf(size), centres[index] ?? [0, 0], cells)
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const alpha = cells[pixel] ?? 0
      if (alpha === 0) continue
      for (let channel = 0; channel < 3; channel++) {
        const at = pixel * 3 + channel
        picture[at] = (picture[at] ?? 0) * (1 - alpha) + (ink[channel] ?? 0) * alpha
      }
    }
  })
  return picture
}
