/** Pictures for the page, in a worker of their own. */
import type { CreateWorkshop } from '../../engine/workshop.ts'
import { ok } from '../../core/result.ts'
import { createPictures } from './sampling.ts'

const createWorkshop: CreateWorkshop = (files, _options, _judge, acquire) => {
  const made = createPictures(files, acquire)
  return made.ok ? ok({ ...made.value }) : made
}
export default createWorkshop
