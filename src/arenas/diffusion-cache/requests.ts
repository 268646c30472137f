/** What of the page's requests cannot be: the sampler trusts what it is given. Each gives a sentence, or null for nothing. */
import { checkOptions } from '../../core/options.ts'
import { SLOTS } from './model/shape.ts'
import { FIELDS, MODEL, shapeOf } from './options.ts'
import type { BaselineRequest, PictureRequest } from './pictures.ts'
import type { RescoreRequest } from './rescoring.ts'
import { captionAt, isCaption } from './scenes/words.ts'
import { EXTRAPOLATE, genesOf, type Schedule } from './schedule.ts'

/** Frames are kept for every step: 512 pictures of 20 steps take 50 MB. */
const MOST_PICTURES = 512
/** Of which frames are not kept. */
const MOST_RESCORED = 1024
const MOST_STEPS = 100
const MOST_SCHEDULES = 4096

export const wrongSample = ({ schedule, captions, seed, guidance }: PictureRequest): string | null =>
  wrongSchedule(schedule) ?? wrongCaptions(captions) ?? wrongSeed(seed) ?? wrongGuidance(guidance)

export function wrongBaselines({ options, seed, front }: BaselineRequest): string | null {
  const checked = checkOptions(FIELDS, options)
  if (!checked.ok) return checked.fault.message
  const { steps } = shapeOf(checked.value)
  const other = front.find((schedule) => schedule.steps !== steps)
  if (other !== undefined) return `A schedule has ${other.steps} steps, and these settings have ${steps}.`
  return wrongSchedules(front) ?? wrongSeed(seed)
}

export function wrongRescore({ schedules, seed, pictures, guidance }: RescoreRequest): string | null {
  if (!Number.isInteger(pictures) || pictures < 2 || pictures > MOST_RESCORED)
    return `Schedules are scored again on 2 to ${MOST_RESCORED} pictures, not ${pictures}.`
  return wrongSchedules(schedules.map(({ schedule }) => schedule)) ?? wrongSeed(seed) ?? wrongGuidance(guidance)
}

function wrongSchedules(schedules: readonly Schedule[]): string | null {
  if (schedules.length > MOST_SCHEDULES)
    return `At most ${MOST_SCHEDULES} schedules are taken at once; there are ${schedules.length}.`
  for (const schedule of schedules) {
    const wrong = wrongSchedule(schedule)
    if (wrong !== null) return wrong
  }
  return null
}

function wrongSchedule(schedule: Schedule): string | null {
  const { steps, blocks, genes } = schedule
  const fits = blocks === MODEL.blocks && Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS
  if (!fits || genes.length !== genesOf(schedule))
    return `A schedule of ${steps} steps and ${blocks} blocks with ${genes.length} genes does not fit: the model has ${MODEL.blocks} blocks, and takes 1 to ${MOST_STEPS} steps.` // prettier-ignore
  return genes.every((gene) => gene <= EXTRAPOLATE) ? null : 'A schedule has a gene that is none of the three kinds.'
}

function wrongCaptions(captions: Int32Array): string | null {
  const count = captions.length / SLOTS
  if (!Number.isInteger(count) || count < 1 || count > MOST_PICTURES)
    return `Captions are ${SLOTS} words each, for 1 to ${MOST_PICTURES} pictures; there are ${captions.length} words.`
  const odd = Array.from({ length: count }, (_, i) => i).find((i) => !isCaption(captionAt(captions, i)))
  return odd === undefined ? null : `Caption ${odd + 1} is not one that the model knows.`
}

const wrongSeed = (seed: number): string | null =>
  Number.isSafeInteger(seed) ? null : `A seed is a whole number, not ${seed}.`
const wrongGuidance = (guidance: number): string | null =>
  guidance >= 1 && guidance <= 20 ? null : `Guidance is a number from 1 to 20, not ${guidance}.`
