/** The caption-render distance: a smooth companion of the checker's verdicts. */
import { amountOf, read, spotOf } from './reading.ts'
import { render } from './render.ts'
import { objectsOf, type Caption } from './words.ts'

/**
 * Mean squared difference, in RGB of 0..1, to the scene that was asked for, rendered where the picture's colours lie (in the
 * middle, where one is missing). Needs no picture to compare with. Says nothing about the relation.
 */
export function renderDistance(caption: Caption, picture: ArrayLike<number>): number {
  const reading = read(picture)
  const wanted = render(
    caption,
    objectsOf(caption).map(({ colour }) => spotOf(amountOf(reading, colour)).centre),
  )
  return wanted.reduce((sum, value, at) => sum + ((picture[at] ?? 0) - value) ** 2, 0) / wanted.length
}
