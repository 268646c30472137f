/** What the stage shows of a run's settings: how many steps, how strong the guidance, which captions. */
import { numberOption, type Options } from '../../../core/options.ts'
import { SLOTS } from '../model/shape.ts'
import { captionAt } from '../scenes/words.ts'
import { split } from '../scenes/split.ts'

/** Pictures on the stage. */
export const PICTURES = 16
const SINGLE = 4

export const stepsOf = (options: Options): number => numberOption(options, 'steps')
export const guidanceOf = (options: Options): number => numberOption(options, 'guidance')

/** Sixteen captions, always the same: evenly spaced among those of one object, and of two. */
export function showCaptions(): Int32Array {
  const { single, double } = split()
  const captions = new Int32Array(PICTURES * SLOTS)
  for (let picture = 0; picture < PICTURES; picture++) {
    const from = picture < SINGLE ? single : double
    const among = from.length / SLOTS
    const [at, of] = picture < SINGLE ? [picture, SINGLE] : [picture - SINGLE, PICTURES - SINGLE]
    captions.set(captionAt(from, Math.floor(((at + 0.5) * among) / of)), picture * SLOTS)
  }
  return captions
}
