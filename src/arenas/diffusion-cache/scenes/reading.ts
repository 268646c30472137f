/** Reads a picture: how much of which colour each pixel holds, where a colour lies, and the outline of it with its soft edge. */
import { SIZE } from '../model/shape.ts'
import { GROUND, INKS, PIXELS, type Point } from './render.ts'

/** A pixel that is less of a colour than this is ground. */
const FAINT = 0.3
/** A pixel with fewer neighbours of its colour is the edge of something else, or noise. */
const COMPANY = 2
/** Square pixels: a colour of less is not there. */
export const LEAST = 9

/** From the ground to each colour, three numbers each, and the square of how far that is. */
const RAYS = Float64Array.from(INKS.flatMap((ink) => ink.map((value, channel) => value - (GROUND[channel] ?? 0))))
const COLOURS = INKS.length
const LENGTHS2 = Float64Array.from(
  { length: COLOURS },
  (_, colour) => (RAYS[colour * 3] ?? 0) ** 2 + (RAYS[colour * 3 + 1] ?? 0) ** 2 + (RAYS[colour * 3 + 2] ?? 0) ** 2,
)

/** A number for each colour and pixel, `colour * PIXELS + pixel`. */
export interface Reading {
  /** Where the pixel lies on the ray from the ground (0) to the colour (1); may be outside. */
  readonly along: Float64Array
  /** The same, 0..1, where that ray is the nearest and the pixel is not faint and not alone; 0 elsewhere. */
  readonly amounts: Float64Array
}

/** `picture` as {@link render} makes it; numbers outside of 0..1, or none, make no trouble. */
export function read(picture: ArrayLike<number>): Reading {
  const along = new Float64Array(COLOURS * PIXELS)
  const holds = new Uint8Array(COLOURS * PIXELS)
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const red = (picture[pixel * 3] ?? 0) - GROUND[0]
    const green = (picture[pixel * 3 + 1] ?? 0) - GROUND[1]
    const blue = (picture[pixel * 3 + 2] ?? 0) - GROUND[2]
    let [nearest, least, share] = [0, Infinity, NaN]
    for (let colour = 0; colour < COLOURS; colour++) {
      const [r, g, b] = [RAYS[colour * 3] ?? 0, RAYS[colour * 3 + 1] ?? 0, RAYS[colour * 3 + 2] ?? 0]
      const at = (red * r + green * g + blue * b) / (LENGTHS2[colour] ?? 1)
      along[colour * PIXELS + pixel] = at
      const on = clip(at)
      const rest = (red - on * r) ** 2 + (green - on * g) ** 2 + (blue - on * b) ** 2
      if (rest < least) {
        nearest = colour
        least = rest
        share = on
      }
    }
    if (share >= FAINT) holds[nearest * PIXELS + pixel] = 1
  }
  const amounts = new Float64Array(holds.length)
  for (let colour = 0; colour < COLOURS; colour++) {
    const mine = holds.subarray(colour * PIXELS, (colour + 1) * PIXELS)
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const cell = colour * PIXELS + pixel
      if (mine[pixel] === 1 && around(mine, pixel) > COMPANY) amounts[cell] = clip(along[cell] ?? 0)
    }
  }
  return { along, amounts }
}

const clip = (value: number) => Math.min(1, Math.max(0, value))

/** How many of a pixel and its eight neighbours are above 0. */
function around(cells: ArrayLike<number>, pixel: number): number {
  const [x, y] = [pixel % SIZE, Math.floor(pixel / SIZE)]
  let count = 0
  for (let row = Math.max(0, y - 1); row <= Math.min(SIZE - 1, y + 1); row++)
    for (let column = Math.max(0, x - 1); column <= Math.min(SIZE - 1, x + 1); column++)
      if ((cells[row * SIZE + column] ?? 0) > 0) count++
  return count
}

/** Square pixels of something, and its centroid. */
export interface Spot {
  readonly mass: number
  readonly centre: Point
}

/** Where it lies, of a number a pixel; in the middle of the picture where there is nothing. */
export function spotOf(cells: Float64Array): Spot {
  let [mass, x, y] = [0, 0, 0]
  for (let row = 0; row < SIZE; row++)
    for (let column = 0; column < SIZE; column++) {
      const amount = cells[row * SIZE + column] ?? 0
      mass += amount
      x += amount * (column + 0.5)
      y += amount * (row + 0.5)
    }
  return mass > 0 ? { mass, centre: [x / mass, y / mass] } : { mass: 0, centre: [SIZE / 2, SIZE / 2] }
}

/** The pixels of one colour. */
export const amountOf = ({ amounts }: Reading, colour: number): Float64Array =>
  amounts.subarray(colour * PIXELS, (colour + 1) * PIXELS)

/** Square pixels of each colour. */
export const massesOf = (reading: Reading): number[] =>
  INKS.map((_, colour) => amountOf(reading, colour).reduce((sum, amount) => sum + amount, 0))

/** One colour with its soft edge: pixels that hold it and their neighbours, but for those of another object. */
export function silhouetteOf(reading: Reading, masses: readonly number[], colour: number): Float64Array {
  const mine = amountOf(reading, colour)
  const others = masses.flatMap((mass, other) => (other !== colour && mass > LEAST ? [amountOf(reading, other)] : []))
  const outline = new Float64Array(PIXELS)
  for (let pixel = 0; pixel < PIXELS; pixel++)
    if (around(mine, pixel) > 0 && !others.some((other) => (other[pixel] ?? 0) > 0))
      outline[pixel] = reading.along[colour * PIXELS + pixel] ?? 0
  return outline
}
