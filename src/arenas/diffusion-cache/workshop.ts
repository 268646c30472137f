/** Pictures for the page, in a worker of their own. */
import type { CreateWorkshop } from '../../engine/workshop.ts'
import { ok } from '../../core/result.ts'
import { createPictures } from './sampling.ts'

const createWorkshop: CreateWorkshop = async (files, options) => {
  const made = await createPictures(files, options)
  return made.ok ? ok({ ...made.value }) : made
}
export default createWorkshop
