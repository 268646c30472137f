/** The model behind the page: held-out shares, answers, reach and cost, in a worker of its own. */
import type { Files } from '../../core/files.ts'
import type { Options } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { CreateWorkshop, Workshop } from '../../engine/workshop.ts'
import { calibrated } from './calibrate.ts'
import { joined, shareAlike, shareRight } from './evaluate.ts'
import { heldExamples, searchExamples } from './examples.ts'
import { zeroOf, type Offsets } from './genome.ts'
import { loadedOf, netOf } from './loaded.ts'
import { weightsIn } from './model/cost.ts'
import { MovingWeights } from './model/moving.ts'
import type { Net } from './model/net.ts'
import { linearsOf } from './model/network.ts'
import type { Examples, Precision } from './model/shape.ts'
import { MODEL_FILES, worldOf } from './options.ts'
import { answerText, questionsOf } from './questions.ts'
import { gradientOf } from './recorded.ts'
import { answered, pairwise, spectraOf, wrongCost, wrongGenomes, wrongSigma } from './requests.ts'
import { samplesOf } from './samples.ts'
import type {
  AskRequest,
  Asked,
  CostRequest,
  CostResult,
  HeldRequest,
  HeldResult,
  MovedMatrix,
  StudioApi,
} from './studio.ts'
import { writerWorkshop } from './warriors/workshop.ts'

/** Times that a cost is measured; the median counts. */
const TIMES = 5

const createWorkshop: CreateWorkshop = (files, options, judge) =>
  worldOf(options).task === 'warriors' ? writerWorkshop(files, options, judge) : answerWorkshop(files, options)
export default createWorkshop

function answerWorkshop(files: Files, options: Options): Result<Workshop> {
  const world = worldOf(options)
  const { model, network, adapters, noise } = loadedOf(world, files)
  const nets = new Map<Precision, Net>()
  const netAt = (precision: Precision): Net => {
    const net = nets.get(precision) ?? netOf(loadedOf(world, files, precision))
    nets.set(precision, net)
    return net
  }
  const net = netAt(world.precision)
  let moving: MovingWeights | null = null
  const zero = zeroOf(options)
  const held = heldExamples(model)
  const each = (answers: Uint8Array, count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, member) =>
      answers.subarray((member * answers.length) / count, ((member + 1) * answers.length) / count),
    )
  const answersOf = (genomes: readonly Offsets[], examples: Examples, precision = world.precision) =>
    each(netAt(precision).answers(joined(genomes), examples), genomes.length)

  const effectOf = (genomes: readonly Offsets[]): number => {
    const examples = searchExamples(model, { seed: 0, count: 100, generation: 0, isFresh: false })
    const given = answersOf(genomes, examples)
    return pairwise(given, (one, other) => 1 - shareAlike(examples.count, one, other))
  }
  const wrong = (genomes: readonly Offsets[]) => wrongGenomes(genomes, zero.length, world.step)

  const api: StudioApi = {
    open: () =>
      answered(null, () => ({
        weights: weightsIn(network),
        spectra: spectraOf(world, adapters),
        trained: shareRight(held, answersOf([zero], held)[0] ?? new Uint8Array()),
        examples: held.count,
        gradient: gradientOf(files.get(MODEL_FILES[world.task]) ?? new Uint8Array(), world),
      })),
    held: ({ genomes, precision }: HeldRequest) =>
      answered(wrong(genomes), (): HeldResult => {
        // Asked for by name, its time counts: then the engine is made and warm before.
        if (precision !== undefined) answersOf(genomes, held, precision)
        const began = performance.now()
        const right = answersOf(genomes, held, precision).map((answers) => shareRight(held, answers))
        return { right, ms: performance.now() - began }
      }),
    ask({ genomes, typed }: AskRequest) {
      const problem = wrong(genomes)
      if (problem !== null) return Promise.resolve(fail('bad-request', problem))
      const questions = questionsOf(model, typed)
      if (!questions.ok) return Promise.resolve(questions)
      const { examples, shown } = questions.value
      const given = answersOf(genomes, examples)
      const width = examples.targets.length / examples.count
      return answered(null, () =>
        shown.map(({ text, picture, right }, at): Asked => ({
          question: text,
          picture,
          right,
          answers: given.map((answers) => answerText(model, answers.subarray(at * width, (at + 1) * width))),
        })),
      )
    },
    effect: ({ genomes }) => answered(wrong(genomes), () => effectOf(genomes)),
    reach: ({ genome, sigma }) =>
      answered(wrong([genome]) ?? wrongSigma(sigma), () =>
        calibrated((step) => effectOf(samplesOf(genome, sigma, { ...world, step }))),
      ),
    cost: (request: CostRequest) =>
      answered(wrong([request.genome]) ?? wrongCost(request), () => {
        const { genome, members, examples } = request
        const batch = searchExamples(model, { seed: 0, count: examples, generation: 0, isFresh: false })
        return members.map((count): CostResult => {
          const all = joined(Array.from({ length: count }, () => genome))
          const times = Array.from({ length: TIMES }, () => {
            const began = performance.now()
            net.answers(all, batch)
            return performance.now() - began
          })
          return { members: count, ms: times.sort((x, y) => x - y)[TIMES >> 1] ?? NaN }
        })
      }),
    moved({ genome }) {
      if (noise === null) return Promise.resolve(fail('not-moved', 'Singular values are moved here, not weights.'))
      return answered(wrong([genome]), () => {
        moving ??= new MovingWeights(network, noise)
        const shares = moving.shares(genome)
        return linearsOf(network).map(({ name }, at): MovedMatrix => ({ name, share: shares[at] ?? NaN }))
      })
    },
    controls: () => Promise.resolve(fail('no-controls', 'Only writers of warriors have controls of this kind.')),
    save: () => Promise.resolve(fail('not-saved', 'Only the model of warriors can be kept as a file of its own.')),
  }
  return ok({ ...api })
}
