/** The model of warriors behind the page: what it writes, before and after, and how that fares against those held out. */
import type { Judge } from '../../../core/contracts.ts'
import type { Files } from '../../../core/files.ts'
import type { Options } from '../../../core/options.ts'
import { fail, ok, type Result } from '../../../core/result.ts'
import type { Workshop } from '../../../engine/workshop.ts'
import { weightsFile } from '../../../llm/transformer/saving.ts'
import { calibrated } from '../calibrate.ts'
import { zeroOf, type Offsets } from '../genome.ts'
import { MODEL_FILES, worldOf } from '../options.ts'
import { answered, pairwise, spectraOf, wrongCost, wrongGenomes, wrongSigma } from '../requests.ts'
import { samplesOf } from '../samples.ts'
import type { Asked, AskRequest, CostRequest, CostResult, HeldRequest, HeldResult, StudioApi } from '../studio.ts'
import { controlsOf } from './controls.ts'
import { Press, textSeeds } from './evaluate.ts'
import { shareChanged } from './scores.ts'

/** Texts that a held-out mean is of, and those that are shown. */
export const HELD_TEXTS = 128
const SHOWN_TEXTS = 4
/** Noise of held-out texts: the same for everybody, and no search's. */
const HELD_NOISE = 7
const never = { aborted: false }

export function writerWorkshop(files: Files, options: Options, judge: Judge | undefined): Result<Workshop> {
  if (judge === undefined) return fail('no-judge', 'Nobody is there to judge warriors: reload the page.')
  const world = worldOf(options)
  const zero = zeroOf(options)
  const press = new Press(options, files, judge)
  const wrong = (genomes: readonly Offsets[]) => wrongGenomes(genomes, zero.length, world.step)
  const seeds = textSeeds(HELD_NOISE, HELD_TEXTS)
  const heldOf = (genome: Offsets) => meanOf(press.jury.held(press.write(genome, seeds, never), never).map(({ points }) => points)) // prettier-ignore

  const effectOf = (genomes: readonly Offsets[]): number => {
    const drawn = textSeeds(HELD_NOISE, 32)
    const written = genomes.map((genome) => press.write(genome, drawn, never))
    return pairwise(written, shareChanged)
  }

  const api: StudioApi = {
    open: () =>
      answered(null, () => ({
        weights: press.weights,
        spectra: spectraOf(world, press.adapters),
        trained: heldOf(zero),
        examples: HELD_TEXTS,
        gradient: [],
      })),
    held: ({ genomes }: HeldRequest) =>
      answered(wrong(genomes), (): HeldResult => {
        const began = performance.now()
        return { right: genomes.map(heldOf), ms: performance.now() - began }
      }),
    ask({ genomes, typed }: AskRequest) {
      if (typed !== '' && !/^\d{1,6}$/.test(typed))
        return Promise.resolve(fail('not-a-question', `"${typed.slice(0, 20)}" is no number: any from 0 to 999999 is another draw.`)) // prettier-ignore
      return answered(wrong(genomes), () => {
        const drawn = textSeeds(typed === '' ? HELD_NOISE : Number(typed), SHOWN_TEXTS)
        const written = genomes.map((genome) => press.write(genome, drawn, never))
        const verdicts = written.map((texts) => press.jury.held(texts, never))
        return drawn.map(
          (_, at): Asked => ({
            question: `No. ${at + 1}`,
            picture: null,
            right: '',
            answers: written.map((texts) => judge.dialect.text(texts[at] ?? [])),
            points: verdicts.map((own) => own[at]?.points ?? 0),
          }),
        )
      })
    },
    effect: ({ genomes }) => answered(wrong(genomes), () => effectOf(genomes)),
    reach: ({ genome, sigma }) =>
      answered(wrong([genome]) ?? wrongSigma(sigma), () => calibrated((step) => effectOf(samplesOf(genome, sigma, { ...world, step })))),
    moved: () => Promise.resolve(fail('not-moved', 'Of a writer of warriors singular values are moved, not weights.')),
    controls: ({ genome }) =>
      answered(wrong([genome]), () => controlsOf(genome, seeds, { options, files, judge, file: files.get(MODEL_FILES.warriors) ?? new Uint8Array() })),
    cost: (request: CostRequest) =>
      answered(wrong([request.genome]) ?? wrongCost(request), () => {
        const { genome, members, examples } = request
        const drawn = textSeeds(HELD_NOISE, examples)
        press.write(genome, drawn, never)
        return members.map((count): CostResult => {
          const began = performance.now()
          for (let member = 0; member < count; member++) press.write(genome, drawn, never)
          return { members: count, ms: performance.now() - began }
        })
      }),
    save: ({ genome }) => answered(wrong([genome]), () => weightsFile(press.model(genome), { id: 'essa-redcode-evolved' })),
  } // prettier-ignore
  return ok({ ...api })
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
