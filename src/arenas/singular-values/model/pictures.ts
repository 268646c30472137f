/** Batches of the pictures that a classifier's file brings with it. */
import { drawn } from './drawing.ts'
import type { Examples } from './shape.ts'
import type { Images } from './weights.ts'

/** Different pictures in random order by a seed; all of them where there are no more. */
export const drawPictures = (images: Images, count: number, seed: number): Examples =>
  picturesOf(images, drawn(images.count, count, seed))

/** The first `count`, for judging on pictures that nobody learned from. */
export const firstPictures = (images: Images, count: number): Examples =>
  picturesOf(
    images,
    Int32Array.from({ length: Math.min(images.count, count) }, (_, at) => at),
  )

function picturesOf({ places, pixels, labels }: Images, rows: Int32Array): Examples {
  const inputs = new Float32Array(rows.length * places)
  rows.forEach((row, at) => {
    for (let i = 0; i < places; i++) inputs[at * places + i] = pixels[row * places + i]! / 255
  })
  return { count: rows.length, inputs, targets: Int32Array.from(rows, (row) => labels[row]!) }
}
