import { describe, expect, it } from 'vitest'
import coreWar from '../../../src/arenas/core-war/index.ts'
import arena from '../../../src/arenas/singular-values/index.ts'
import { offsetCodec, offsetSpace, zeroOf, type Offsets } from '../../../src/arenas/singular-values/genome.ts'
import createWorkshop from '../../../src/arenas/singular-values/workshop.ts'
import type { Asked, StudioApi } from '../../../src/arenas/singular-values/studio.ts'
import { Press, textSeeds, writerEvaluator } from '../../../src/arenas/singular-values/warriors/evaluate.ts'
import { AGAINST } from '../../../src/arenas/singular-values/warriors/against.ts'
import { OPPONENTS, sourceOf } from '../../../src/arenas/singular-values/warriors/opponents.ts'
import { kindsAmong, shareChanged, tokenDistance } from '../../../src/arenas/singular-values/warriors/scores.ts'
import { batchOf, type Scores } from '../../../src/core/batch.ts'
import type { Arena } from '../../../src/core/contracts.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import { apply, initialState, isOver, makeOf, propose, record } from '../../../src/core/generation.ts'
import type { Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import { readWeights } from '../../../src/llm/transformer/weights.ts'
import openEs from '../../../src/strategies/open-es/index.ts'
import { writerFiles, writerJudge, writerOptions } from '../../support/warriors-essa.ts'

const never = { aborted: false }
const options = writerOptions()
const judge = await writerJudge()
const codec = offsetCodec(options)
const random = rng(11)
const genomes = Array.from({ length: 4 }, () => offsetSpace(options).genome(Float64Array.from({ length: 96 }, () => 1.2 * random.unit() - 0.6))) // prettier-ignore
const rowsOf = ({ count, objectives, measures }: Scores) =>
  Array.from({ length: count }, (_, at) => [...objectives.slice(4 * at, 4 * at + 4), ...measures.slice(2 * at, 2 * at + 2)]) // prettier-ignore
const batch = (members: readonly Offsets[]) => batchOf(codec.stride, members.map(codec.encode))
const turned = (seed: number, generation: number, world = options) =>
  arena.turned!(arena.environment(world, seed), generation)
const judged = (members: readonly Offsets[], environment = turned(1, 1), world = options) =>
  rowsOf(writerEvaluator(world, writerFiles, judge)(batch(members), environment, never))

describe('writing warriors', () => {
  it('[F5] same seed, same scores, whoever else is in the batch and whatever the lane has judged before', () => {
    const rows = judged(genomes)
    expect(new Set(rows.map(([points]) => points)).size).toBeGreaterThan(1)
    expect(judged(genomes)).toEqual(rows)
    const lane = writerEvaluator(options, writerFiles, judge)
    const environment = turned(1, 1)
    lane(batch(genomes), turned(1, 2), never)
    expect(rowsOf(lane(batch([genomes[2]!]), environment, never))).toEqual([rows[2]])
    expect(rowsOf(lane(batch([...genomes].reverse()), environment, never))).toEqual([...rows].reverse())
    expect(arena.objectives(options)).toHaveLength(4)
    expect(arena.objectives(writerOptions({ task: 'sums' })).map(({ key }) => key)).toEqual(['right'])
  })

  it('[F6] members write by the same noise: the trained adapter changes nothing, one beside it little', () => {
    const zero = zeroOf(options)
    const [trained, near, far] = judged([zero, zero.map(() => 0.002), genomes[0]!])
    expect(trained!.slice(1, 2)).toEqual([0])
    expect(near![1]).toBeLessThan(0.5)
    expect(far![1]).toBeGreaterThan(0.5)
  })

  it('[F6] another generation, and another seed, have other noise and opponents; unless all are to have the same', () => {
    const [one, next, other] = [turned(1, 1), turned(1, 2), turned(2, 1)].map((environment) => judged([genomes[0]!], environment)) // prettier-ignore
    expect(next).not.toEqual(one)
    expect(other).not.toEqual(one)
    const same = writerOptions({ fresh: false })
    const standing = arena.environment(same, 1)
    expect(arena.turned!(standing, 2)).toBe(standing)
    const press = new Press(options, writerFiles, judge)
    const texts = press.write(genomes[0]!, textSeeds(1, 6), never)
    const points = [1, 2].map((generation) =>
      press.jury.judge(texts, turned(1, generation), never).map((one) => one.points),
    )
    expect(points[0]).not.toEqual(points[1])
  })

  it('[F6] the reward is the mean of what the judge itself gives the texts', () => {
    const press = new Press(writerOptions({ against: 'clear' }), writerFiles, judge)
    const texts = press.write(genomes[1]!, textSeeds(1, 5), never)
    const found = press.jury.held(texts, never)
    const world: Options = { ...judge.options, rounds: 42, opponents: 1 }
    const redcode = coreWar.codec(world)
    const read = (text: string) => {
      const warrior = redcode.parse(text)
      if (!warrior.ok) throw new Error(warrior.fault.message)
      return warrior.value
    }
    const coevolution = coreWar.coevolution!(world)
    const rivals = OPPONENTS.clear.held.map((source, at) => ({ name: `${at}`, genome: read(sourceOf(source)) }))
    // Other places than the jury's: the mean is near, not equal.
    const plan = coevolution.facing(coreWar.environment(world, 77), rivals)
    const scores = coreWar.evaluator(world, NO_FILES)(
      batchOf(redcode.stride, texts.map((text) => redcode.encode(read(judge.dialect.text(text))))), plan, never,
    ) // prettier-ignore
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const own = mean(found.map(({ points }) => points))
    expect(Math.abs(own - mean(texts.map((_, at) => scores.objectives[4 * at]!)))).toBeLessThan(0.05)
    expect(found.map(({ cell }) => cell).every((cell) => cell >= 0 && cell < 36)).toBe(true)
  })

  it('[F7] every opponent is a warrior of the world, and none that is held out is ever met', () => {
    const redcode = coreWar.codec(judge.options)
    for (const { id } of AGAINST) {
      const [met, held] = [OPPONENTS[id].met, OPPONENTS[id].held].map((list) =>
        list.map((source) => {
          const warrior = redcode.parse(sourceOf(source))
          if (!warrior.ok) throw new Error(`${source}: ${warrior.fault.message}`)
          return redcode.encode(warrior.value).join()
        }),
      )
      expect(met!.length).toBeGreaterThan(0)
      expect(held!.length).toBeGreaterThan(3)
      expect(
        held!.filter((words) => met!.includes(words)),
        id,
      ).toEqual([])
    }
    expect(OPPONENTS.panel.met.length).toBeGreaterThanOrEqual(50)
    expect(OPPONENTS.panel.held.length).toBeGreaterThanOrEqual(50)
  })

  it('[F8] changed texts, token distance and kinds are what a hand counts', () => {
    const [a, b, c] = [[1, 2, 3, 4], [1, 2, 3, 5], [1, 2]] // prettier-ignore
    expect(shareChanged([a!, b!, c!], [a!, a!, c!])).toBeCloseTo(1 / 3)
    expect(tokenDistance([a!, b!])).toBe(0.25)
    expect(tokenDistance([a!, b!, c!])).toBeCloseTo((0.25 + 0.5 + 0.5) / 3)
    expect(tokenDistance([a!])).toBe(0)
    expect(kindsAmong([{ points: 1, won: 1, cell: 3 }, { points: 0, won: 0, cell: 3 }, { points: 0, won: 0, cell: 4 }])).toBe(2) // prettier-ignore
  })

  it(
    '[F9] OpenAI-ES makes the model a better writer, against opponents that it never met',
    { timeout: 600_000 },
    async () => {
      const strategy = openEs
      const world = writerOptions({ batch: 16 })
      const make = makeOf({
      arena: arena.id, arenaVersion: arena.version, preset: 'warriors', strategy: strategy.id, seed: 1, population: 12,
      evaluations: 1 + 12 * 10, options: world, operators: {},
    }, arena as Arena, strategy) // prettier-ignore
      const evaluate = writerEvaluator(world, writerFiles, judge)
      let state = initialState(make)
      while (!isOver(make, state)) {
        const children = propose(make, state)
        const scores = evaluate(children.batch, children.environment as ReturnType<typeof turned>, never)
        state = apply(make.shape, state, record(make, state, children, scores))
        await Promise.resolve()
      }
      const press = new Press(world, writerFiles, judge)
      const held = (genome: Offsets) => {
        const verdicts = press.jury.held(press.write(genome, textSeeds(99, 128), never), never)
        return (300 * verdicts.reduce((sum, { points }) => sum + points, 0)) / verdicts.length
      }
      const [before, after] = [held(zeroOf(world)), held(codec.decode(state.stands!.at(-1)!.words))]
      expect(after).toBeGreaterThan(before + 5)
    },
  )
})

describe('the workshop of warriors', () => {
  const made = createWorkshop(writerFiles, options, judge)
  if (made instanceof Promise || !made.ok) throw new Error('no workshop')
  const studio = made.value as unknown as StudioApi
  const zero = zeroOf(options)

  it('[F10] opens with spectra and held-out points, and shows warriors before and after by the same noise', async () => {
    const opened = await studio.open()
    if (!opened.ok) throw new Error(opened.fault.message)
    expect(opened.value.spectra).toHaveLength(24)
    expect(opened.value.examples).toBe(128)
    expect(opened.value.trained).toBeGreaterThan(0.15)
    const held = await studio.held({ genomes: [zero, genomes[0]!] })
    expect(held.ok && held.value.right[0]).toBe(opened.value.trained)
    const asked = await studio.ask({ genomes: [zero, zero, genomes[0]!], typed: '' })
    if (!asked.ok) throw new Error(asked.fault.message)
    for (const { answers, points } of asked.value) {
      expect(answers[0]).toBe(answers[1])
      expect(coreWar.codec(judge.options).parse(answers[2]!).ok).toBe(true)
      expect(points).toHaveLength(3)
    }
    expect(asked.value.some(({ answers }) => answers[0] !== answers[2])).toBe(true)
    const other = await studio.ask({ genomes: [zero], typed: '12' })
    expect(other.ok && (other.value as readonly Asked[])[0]?.answers[0]).not.toBe(asked.value[0]?.answers[0])
    const effect = await studio.effect({ genomes: [zero, genomes[0]!] })
    expect(effect.ok && effect.value).toBeGreaterThan(0.5)
    const reach = await studio.reach({ genome: zero, sigma: 0.3 })
    if (!reach.ok) throw new Error(reach.fault.message)
    expect(reach.value.effect).toBeGreaterThan(0.1)
    expect(reach.value.effect).toBeLessThan(0.7)
    expect(reach.value.step).toBeLessThan(1)
  })

  it('[F10] what does not fit is a sentence', async () => {
    const message = async (answer: Promise<{ readonly ok: boolean; readonly fault?: { readonly message: string } }>) => (await answer).fault?.message ?? '' // prettier-ignore
    expect(await message(studio.held({ genomes: [new Float32Array(5)] }))).toContain(
      'does not fit this model, which has 96',
    )
    expect(await message(studio.ask({ genomes: [zero], typed: 'a dwarf' }))).toContain('"a dwarf" is no number')
    expect(await message(studio.cost({ genome: zero, members: [0], examples: 8 }))).toContain('can be timed')
    const alone = createWorkshop(writerFiles, options)
    expect(await message(Promise.resolve(alone))).toContain('Nobody is there to judge')
  })

  it('[F10] gives the merged model as a file that the language models of this page read', async () => {
    const saved = await studio.save({ genome: genomes[0]! })
    if (!saved.ok) throw new Error(saved.fault.message)
    const weights = readWeights(saved.value)
    expect(weights.ok && weights.value.shape.vocabulary).toBe(judge.dialect.vocabulary)
  })
})
