/** What is asked of the sampler, and whether it can be done. */
import { PICTURE, SLOTS, type DitShape } from '../model/shape.ts'
import type { SamplePlan } from '../model/wasm.ts'
import { WORDS } from '../scenes/words.ts'
import { COMPUTE, EXTRAPOLATE, genesOf, type Schedule } from '../schedule.ts'

const QUARTER = Math.PI / 2

/** Without guidance there is no branch without a caption. */
export const branchesOf = ({ guidance }: Pick<SamplePlan, 'guidance'>): 1 | 2 => (guidance === 1 ? 1 : 2)

/** What is wrong with a request, for people; null where nothing is. */
export function wrongWith(
  schedules: readonly Schedule[],
  { blocks }: DitShape,
  { captions, noise, guidance, angles: given }: SamplePlan,
): string | null {
  const [first] = schedules
  const angles = Array.from(given ?? [])
  const odd = schedules.find(
    (one) => one.blocks !== blocks || one.steps !== first?.steps || one.steps < 1 || one.genes.length !== genesOf(one),
  )
  if (odd !== undefined)
    return `A schedule is of ${odd.steps} steps and ${odd.blocks} blocks with ${odd.genes.length} genes; the model has ${blocks} blocks, and all schedules must have as many steps as the first, ${first?.steps}.` // prettier-ignore
  if (schedules.some(({ genes }) => genes.some((gene) => gene > EXTRAPOLATE)))
    return `A schedule has a gene that is none of 0, ${COMPUTE} and ${EXTRAPOLATE}.`
  if (noise.length % PICTURE !== 0)
    return `Noise is ${PICTURE} numbers a picture; ${noise.length} is no multiple of it.`
  if (!noise.every(Number.isFinite)) return 'Noise has a value that is not a number.'
  const pictures = noise.length / PICTURE
  if (captions.length !== pictures * SLOTS)
    return `There is noise for ${pictures} pictures and ${captions.length} words of captions; a caption has ${SLOTS}.`
  if (Array.from(captions).some((word) => !(word >= 0 && word < WORDS.length && Number.isInteger(word)))) return `A caption has a word that is none of the ${WORDS.length}, 0 to ${WORDS.length - 1}.` // prettier-ignore
  if (given !== undefined && (angles.length !== (first?.steps ?? 0) + 1 || angles.some((angle, at) => !(angle >= 0 && angle < (angles[at - 1] ?? QUARTER))))) // prettier-ignore
    return `There are ${angles.length} angles for ${first?.steps} steps; take one more than steps, falling, from less than a quarter turn.` // prettier-ignore
  if (!Number.isFinite(guidance)) return `Guidance is ${guidance}; take a number such as 3.`
  return null
}
