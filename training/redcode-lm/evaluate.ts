/**
 * Measures a model on seeds that it never saw, in three steps:
 *
 *   npx tsx training/redcode-lm/evaluate.ts ask nano /tmp/lm-corpus       # chooses parents, writes ask.json
 *   python training/redcode-lm/sample.py nano /tmp/lm-corpus public/models/redcode-nano.safetensors
 *   npx tsx training/redcode-lm/evaluate.ts score nano /tmp/lm-corpus     # fights, prints the tables of README.md
 *
 * Another model for the same world answers the same questions, so that cards can be compared: give its weights to `sample.py`, and
 * its name after the folder to `score`.
 *
 * Opponents are late members of most held-out seeds, parents are of the others, sorted into weak, middle and strong by other
 * opponents and places than those that children are measured with, so that luck in the sorting is none in the measuring.
 * Points are per 100 rounds, 0..300.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import coreWar from '../../src/arenas/core-war/index.ts'
import type { BattlePlan } from '../../src/arenas/core-war/environment.ts'
import { decodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { canonical } from '../../src/arenas/core-war/dialect/canonical.ts'
import { redcodeDialect } from '../../src/arenas/core-war/dialect/redcode.ts'
import { EOS, programOfTokens } from '../../src/arenas/core-war/dialect/tokens.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { batchOf } from '../../src/core/batch.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { numberOption } from '../../src/core/options.ts'
import { rng } from '../../src/core/rng.ts'
import { RECIPES, type Entry } from './worlds.ts'

/** A child is a hit from so many points more than its parent. */
const HITS = [5, 15]
const SIZES: Readonly<Record<string, { written: number; perParent: number; parents: number; opponents: number; rounds: number }>> = {
  nano: { written: 384, perParent: 16, parents: 24, opponents: 40, rounds: 8 },
  tiny: { written: 192, perParent: 8, parents: 24, opponents: 24, rounds: 4 },
} // prettier-ignore

/** Warriors to be drawn by the model: one row each. `masked` says whether the grammar is held to. */
interface Group {
  readonly name: string
  readonly temperature: number
  readonly masked: boolean
  readonly prompts: readonly (readonly number[])[]
  readonly kept: readonly (readonly number[])[]
}

interface Ask {
  readonly opponents: readonly (readonly number[])[]
  readonly parents: readonly { readonly strength: string; readonly words: readonly number[]; readonly points: number }[]
  readonly ready: Readonly<Record<string, readonly (readonly number[])[]>>
  readonly groups: readonly Group[]
}

const [step = 'ask', world = 'nano', folder = 'runs/redcode-lm', model = `redcode-${world}`] = process.argv.slice(2)
const recipe = RECIPES[world]
const size = SIZES[world]
if (recipe === undefined || size === undefined) throw new Error(`No recipe for "${world}".`)
const { options } = recipe
const dialect = redcodeDialect(options)
const codec = coreWar.codec(options)
const evaluate = coreWar.evaluator(options, NO_FILES)
const draws = rng(4711)
const read = (seed: number) =>
  readFileSync(`${folder}/${world}/${seed}.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Entry) // prettier-ignore
/** The last two fifths of what a seed found. */
const late = (entries: readonly Entry[]) => entries.slice(Math.floor(entries.length * 0.6))
const some = <T>(items: readonly T[], count: number) => Array.from({ length: count }, () => draws.pick(items))
const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const folded = (program: Program): Program => ({ ...program, instructions: program.instructions.map(canonical) })
const wordsOf = (program: Program) => [...codec.encode(folded(program))]

/** Points of each warrior against the same opponents from the same places, both beginning equally often. */
function points(rows: readonly (readonly number[])[], opponents: readonly (readonly number[])[], seed = 99): number[] {
  const places = rng(seed)
  const distance = numberOption(options, 'minDistance')
  const spots = numberOption(options, 'coreSize') + 1 - 2 * distance
  const plan: BattlePlan = {
    format: 'duels',
    seed,
    own: opponents.length,
    names: opponents.map((_, index) => String(index)),
    opponents: batchOf(codec.stride, opponents.map((row) => Uint32Array.from(row))),
    positions: Array.from({ length: (size?.rounds ?? 2) / 2 }, () => [distance + places.int(spots)]).flatMap((place) => [place, place]),
  } // prettier-ignore
  const found: number[] = []
  for (let at = 0; at < rows.length; at += 64) {
    const slice = rows.slice(at, at + 64).map((row) => Uint32Array.from(row))
    const scores = evaluate(batchOf(codec.stride, slice), plan, { aborted: false })
    const width = scores.objectives.length / scores.count
    slice.forEach((_, index) => found.push(300 * (scores.objectives[index * width] ?? 0)))
  }
  return found
}

function ask(): Ask {
  const most = recipe?.heldOut ?? []
  const [forOpponents, forParents] = [most.slice(0, -2), most.slice(-2)]
  const each = Math.ceil((size?.opponents ?? 0) / forOpponents.length)
  const panel = () => forOpponents.flatMap((seed) => some(late(read(seed)), each).map(({ words }) => words))
  const [opponents, sorting] = [panel(), panel()]
  // Parents from weak to strong: the nearest to three levels of what these seeds have.
  const candidates = forParents.flatMap((seed) => some(read(seed), world === 'nano' ? 300 : 120)).map(({ words }) => wordsOf(decodeWarrior(Uint32Array.from(words)))) // prettier-ignore
  const sorted = points(candidates, sorting, 98)
  const byPoints = candidates
    .map((words, index) => ({ words, points: sorted[index] ?? 0 }))
    .sort((x, y) => x.points - y.points)
  const chosen = Object.entries({ weak: 0.15, middle: 0.5, strong: 0.92 }).flatMap(([strength, quantile]) => {
    const from = Math.floor(byPoints.length * quantile) - Math.floor((size?.parents ?? 0) / 2)
    return byPoints.slice(from, from + (size?.parents ?? 0)).map(({ words }) => ({ strength, words }))
  })
  const measured = points(chosen.map(({ words }) => words), opponents) // prettier-ignore
  const parents = chosen.map((one, index) => ({ ...one, points: measured[index] ?? 0 }))
  const repeated = parents.flatMap((parent) => Array.from({ length: size?.perParent ?? 0 }, () => parent))
  const programs = repeated.map(({ words }) => decodeWarrior(Uint32Array.from(words)))
  const operators = coreWar.operators(options).filter(({ arity }) => arity > 0)
  const weights = operators.map(({ weight }) => weight)
  const classical = programs.map((program) => {
    for (;;) {
      const other = decodeWarrior(Uint32Array.from(draws.pick(byPoints).words))
      const child = operators[draws.weighted(weights)]?.propose([program, other], draws)
      if (child !== null && child !== undefined) return wordsOf(child)
    }
  })
  const fresh = coreWar.operators(options).find(({ arity }) => arity === 0)
  const soup = Array.from({ length: size?.written ?? 0 }, () => fresh?.propose([], draws) ?? null).flatMap((program) => program === null ? [] : [wordsOf(program)]) // prettier-ignore
  const trained = (recipe?.trained ?? []).slice(0, 12).flatMap((seed) => some(read(seed), Math.ceil((size?.written ?? 0) / 12))) // prettier-ignore
  const corpus = trained.map(({ words }) => wordsOf(decodeWarrior(Uint32Array.from(words))))

  const steps = dialect.write(1).most
  const drawn = Array.from({ length: steps }, () => -1)
  const write = (name: string, quality: number, temperature: number, masked = true): Group => {
    const prompts = Array.from({ length: size?.written ?? 0 }, () => dialect.write(quality).prompt)
    return { name, temperature, masked, prompts, kept: prompts.map(() => drawn) }
  }
  const mutate = (temperature: number): Group => {
    const prompts = programs.map((program) => dialect.mutate(5, program).prompt)
    return { name: `mutate, ${temperature}`, temperature, masked: true, prompts, kept: prompts.map(() => drawn) }
  }
  const resample = (temperature: number): Group => {
    const plans = programs.map((program) => dialect.resample(5, program, draws.int(2 ** 31)))
    return {
      name: `resample, ${temperature}`,
      temperature,
      masked: true,
      prompts: plans.map(({ prompt }) => prompt),
      kept: plans.map(({ kept = [] }) => [...kept, ...drawn.slice(kept.length).map(() => EOS)]),
    }
  }
  return {
    opponents,
    parents,
    ready: { 'random soup': soup, 'training warriors': corpus, classical },
    groups: [
      write('write 5, 1', 5, 1), write('write 5, 0.7', 5, 0.7), write('write 5, 0.5', 5, 0.5), write('write 3, 1', 3, 1),
      write('write 1, 1', 1, 1), write('no grammar, 1', 5, 1, false), write('no grammar, 0.7', 5, 0.7, false),
      mutate(1), mutate(0.7), mutate(0.5), resample(1), resample(0.7),
    ],
  } // prettier-ignore
}

/** Without a grammar: did it keep to it by itself? */
const isLegal = (answer: readonly number[]) => {
  const end = answer.indexOf(EOS)
  return end > 0 && answer.slice(0, end + 1).every((token, at) => dialect.allowed(answer.slice(0, at))[token] === 1)
}

function score(): void {
  const { opponents, parents, ready, groups } = JSON.parse(readFileSync(`${folder}/${world}/ask.json`, 'utf8')) as Ask
  const answers = JSON.parse(readFileSync(`${folder}/${world}/answers-${model}.json`, 'utf8')) as Record<
    string,
    number[][]
  >
  const rowsOf = (name: string) =>
    ready[name] ??
    (answers[name] ?? []).flatMap((answer) => {
      const program = programOfTokens(answer, dialect.tokens)
      return program === null ? [] : [wordsOf(program)]
    })
  for (const { name } of groups.filter(({ masked }) => !masked)) {
    const all = answers[name] ?? []
    console.log(`legal, ${name}: ${((100 * all.filter(isLegal).length) / all.length).toFixed(1)} % of ${all.length}`)
  }
  console.log('\n| source | mean | standard error | best tenth from | best | different |\n|---|---|---|---|---|---|')
  for (const name of ['random soup', 'training warriors', ...groups.map((group) => group.name).filter((one) => one.startsWith('write'))]) {
    const rows = rowsOf(name)
    const all = points(rows, opponents).sort((x, y) => x - y)
    const deviation = Math.sqrt(mean(all.map((one) => (one - mean(all)) ** 2)) / all.length)
    const different = (100 * new Set(rows.map((row) => row.join())).size) / rows.length
    console.log(`| ${name} | ${mean(all).toFixed(1)} | ${deviation.toFixed(1)} | ${all[Math.floor(0.9 * all.length)]?.toFixed(0)} | ${all.at(-1)?.toFixed(0)} | ${different.toFixed(0)} % |`)
  } // prettier-ignore
  const strengths = [...new Set(parents.map(({ strength }) => strength))]
  const heads = strengths.map((strength) => `${strength} (${mean(parents.filter((one) => one.strength === strength).map((one) => one.points)).toFixed(0)})`) // prettier-ignore
  console.log(
    `\n| operator | ${heads.join(' | ')} | same as parent | different |\n|---|${'---|'.repeat(strengths.length + 2)}`,
  )
  for (const name of ['classical', ...groups.map((group) => group.name).filter((one) => /^(mutate|resample)/.test(one))]) {
    const rows = rowsOf(name)
    const parentOf = (index: number) => parents[Math.floor(index / (size?.perParent ?? 1))]
    const gains = points(rows, opponents).map((one, index) => one - (parentOf(index)?.points ?? 0))
    const cells = strengths.map((strength) => {
      const own = gains.filter((_, index) => parentOf(index)?.strength === strength)
      return HITS.map((least) => ((100 * own.filter((gain) => gain >= least).length) / own.length).toFixed(1)).join(' / ')
    })
    const same = rows.filter((row, index) => row.join() === parentOf(index)?.words.join()).length
    const different = new Set(rows.map((row) => row.join())).size
    console.log(`| ${name} | ${cells.join(' | ')} | ${((100 * same) / rows.length).toFixed(0)} % | ${((100 * different) / rows.length).toFixed(0)} % |`)
  } // prettier-ignore
}

if (step === 'ask') writeFileSync(`${folder}/${world}/ask.json`, JSON.stringify(ask()))
else score()
