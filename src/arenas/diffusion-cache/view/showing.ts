/** What the stage shows of a run's settings: how many steps, how strong the guidance, which captions. */
import type { Options } from '../../../core/options.ts'
import { SLOTS } from '../model/shape.ts'
import { captionAt } from '../scenes/words.ts'
import { split } from '../scenes/split.ts'

/** Pictures on the stage. */
export const PICTURES = 16
const SINGLE = 4
const STEPS = 12
const GUIDANCE = 3

const numberOf = (options: Options, key: string, otherwise: number): number => {
  const value = options[key]
  return typeof value === 'number' ? value : otherwise
}

export const stepsOf = (options: Options): number => numberOf(options, 'steps', STEPS)
export const guidanceOf = (options: Options): number => numberOf(options, 'guidance', GUIDANCE)

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
