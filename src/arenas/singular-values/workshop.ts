/** The model behind the page: held-out shares, answers, reach and cost, in a worker of its own. */
import { fail, ok, type Result } from '../../core/result.ts'
import type { CreateWorkshop } from '../../engine/workshop.ts'
import { calibrated } from './calibrate.ts'
import { joined, shareAlike, shareRight } from './evaluate.ts'
import { heldExamples, searchExamples } from './examples.ts'
import { LIMIT, zeroOf, type Offsets } from './genome.ts'
import { partsOf } from './layout.ts'
import { loadedOf } from './loaded.ts'
import { weightsIn } from './model/cost.ts'
import type { Adapter, Examples, Precision } from './model/shape.ts'
import { WasmNet } from './model/wasm.ts'
import { MODEL_FILES, worldOf, type World } from './options.ts'
import { answerText, questionsOf } from './questions.ts'
import { gradientOf } from './recorded.ts'
import { samplesOf } from './samples.ts'
import type {
  AskRequest,
  Asked,
  CostRequest,
  CostResult,
  HeldRequest,
  HeldResult,
  Spectrum,
  StudioApi,
} from './studio.ts'

/** Genomes, and members to be timed, at most. */
const MOST = 256
const MOST_EXAMPLES = 512
/** Times that a cost is measured; the median counts. */
const TIMES = 5

const createWorkshop: CreateWorkshop = (files, options) => {
  const world = worldOf(options)
  const { model, network, adapters } = loadedOf(world, files)
  const nets = new Map<Precision, WasmNet>()
  const netAt = (precision: Precision): WasmNet => {
    const net = nets.get(precision) ?? new WasmNet(loadedOf(world, files, precision).network, adapters)
    nets.set(precision, net)
    return net
  }
  const net = netAt(world.precision)
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
    const shares = given.flatMap((one, at) =>
      given.slice(at + 1).map((other) => 1 - shareAlike(examples.count, one, other)),
    )
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
  }

  const wrong = (genomes: readonly Offsets[]): string | null => {
    if (genomes.length < 1 || genomes.length > MOST) return `${genomes.length} spectra were sent; from 1 to ${MOST} can be judged at once.` // prettier-ignore
    const bad = genomes.find((genome) => genome.length !== zero.length || !genome.every((offset) => Math.abs(offset) <= 10 * LIMIT * world.step)) // prettier-ignore
    return bad === undefined
      ? null
      : `A spectrum of ${bad.length} numbers does not fit this model, which has ${zero.length}.`
  }
  const answered = <T>(problem: string | null, work: () => T): Promise<Result<T>> =>
    Promise.resolve(problem === null ? ok(work()) : fail('bad-request', problem))

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
      answered(wrong([genome]) ?? (sigma > 0 && sigma < 100 ? null : 'Steps are numbers above 0 and below 100.'), () =>
        calibrated((step) => effectOf(samplesOf(genome, sigma, step))),
      ),
    cost: ({ genome, members, examples }: CostRequest) =>
      answered(
        wrong([genome]) ??
          (members.some((count) => !(count >= 1 && count <= MOST)) || !(examples >= 1 && examples <= MOST_EXAMPLES)
            ? `From 1 to ${MOST} members of up to ${MOST_EXAMPLES} examples can be timed.`
            : null),
        () => {
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
        },
      ),
  }
  return ok({ ...api })
}
export default createWorkshop

function spectraOf(world: World, adapters: readonly Adapter[]): readonly Spectrum[] {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]))
  return partsOf(world).flatMap((part) => {
    const adapter = byName.get(part.name)
    if (adapter === undefined) return []
    const [values, unit] = part.factor === 'B' ? [adapter.sB, adapter.unitB] : [adapter.sA, adapter.unitA]
    return [{ ...part, values: Array.from(values.subarray(0, part.genes)), unit }]
  })
}
