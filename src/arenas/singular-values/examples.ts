/** Examples of a model's task: those that a generation is judged on, and held-out ones that nobody is ever trained or chosen on. */
import { seedOf, type Batch } from './environment.ts'
import { drawPictures, firstPictures } from './model/pictures.ts'
import type { Examples } from './model/shape.ts'
import { drawSums } from './model/sums.ts'
import type { Model } from './model/weights.ts'

/** How many held-out examples a share is of: of the sums all that there are. */
export const HELD = { fashion: 2000, sums: 495 } as const
/** Of the held-out sums: the same for everybody. */
const HELD_SEED = 1

export const searchExamples = (model: Model, batch: Batch): Examples =>
  model.kind === 'fashion'
    ? drawPictures(model.train, batch.count, seedOf(batch))
    : drawSums(model.asked, 'train', batch.count, seedOf(batch))

export const heldExamples = (model: Model, count: number = HELD[model.kind]): Examples =>
  model.kind === 'fashion' ? firstPictures(model.held, count) : drawSums(model.asked, 'held', count, HELD_SEED)
