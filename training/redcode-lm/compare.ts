/**
 * How much the models of one world differ in what they write:
 *
 *   npx tsx training/redcode-lm/compare.ts nano /tmp/lm-corpus redcode-nano redcode-nano-survivor redcode-nano-loner
 *
 * First by the answers that `sample.py` wrote for each of them to the same questions (`evaluate.ts ask`). Then each evolves
 * archives of its own, as in `npm run bench -- race` ("thirds, first written"), and archives of different minds are joined, kind by
 * kind the best, and beside them equally many archives of one mind. Every elite is judged by the same held-out opponents at the same places.
 */
import { readFileSync } from 'node:fs'
import { CONTENDERS } from '../../bench/race/contenders.ts'
import { heldOutScorer, readHeldOut } from '../../bench/race/held-out.ts'
import { planOf, racingSeeds } from '../../bench/race/index.ts'
import { runContender } from '../../bench/race/run.ts'
import { redcodeDialect } from '../../src/arenas/core-war/dialect/redcode.ts'
import { EOS, programOfTokens } from '../../src/arenas/core-war/dialect/tokens.ts'
import { WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import { OP, opcodeOf } from '../../src/arenas/core-war/redcode/instruction.ts'

const EVALUATIONS = 1280
/** Archives of each mind: as many groups of one archive of each, as there are minds to a group. */
const SEEDS = 6
const CHILDREN = 'mutate, 0.7'
const WRITTEN = 'write 5, 0.7'

const [preset = 'nano', folder = 'runs/redcode-lm', ...ids] = process.argv.slice(2)
const options = PRESETS.find(({ id }) => id === preset)?.options ?? {}
const { tokens } = redcodeDialect(options)
const name = new Map(Object.entries(OP).map(([text, code]) => [code, text]))
const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const head = (...cells: readonly string[]) => {
  console.log('')
  row(...cells)
  row(...cells.map(() => '---'))
}

type Answers = Readonly<Record<string, readonly (readonly number[])[]>>
const answers = ids.map((id) => JSON.parse(readFileSync(`${folder}/${preset}/answers-${id}.json`, 'utf8')) as Answers)
const { parents } = JSON.parse(readFileSync(`${folder}/${preset}/ask.json`, 'utf8')) as { parents: readonly unknown[] }
/** Without the end. */
const of = (at: number, group: string) => (answers[at]?.[group] ?? []).map((answer) => answer.filter((token) => token !== EOS)) // prettier-ignore

head('written from nothing', 'lines', 'commonest opcodes', 'commonest shape', 'shapes')
ids.forEach((id, at) => {
  const programs = of(at, WRITTEN).map((answer) => programOfTokens(answer, tokens)).filter((one) => one !== null) // prettier-ignore
  const shapes = programs.map(({ instructions }) => Array.from(instructions, (word) => name.get(opcodeOf(word)) ?? ''))
  const opcodes = commonest(shapes.flat()).slice(0, 6).map(([text, share]) => `${text} ${percent(share)}`) // prettier-ignore
  const whole = commonest(shapes.map((shape) => shape.join(' ')))
  row(id, mean(shapes.map(({ length }) => length)).toFixed(1), opcodes.join(', '), `${whole[0]?.[0]} ${percent(whole[0]?.[1] ?? 0)}`, whole.length) // prettier-ignore
})

/** Children of one parent lie together. */
const childrenOf = (at: number, parent: number) => {
  const all = of(at, CHILDREN)
  const each = all.length / parents.length
  return all.slice(parent * each, (parent + 1) * each)
}
const distance = (x: readonly number[], y: readonly number[]) =>
  Math.abs(x.length - y.length) + x.filter((token, at) => at < y.length && token !== y[at]).length
head('children of the same parent: tokens apart, and shared', ...ids)
ids.forEach((id, at) => {
  const cells = ids.map((_, other) => {
    const found = parents.map((_parent, parent) => {
      const [own, theirs] = [childrenOf(at, parent), childrenOf(other, parent)]
      const apart = own.flatMap((x, i) => theirs.flatMap((y, j) => (at === other && i === j ? [] : [distance(x, y)])))
      const known = new Set(theirs.map((one) => one.join()))
      return { apart: mean(apart), shared: own.filter((one) => known.has(one.join())).length / own.length }
    })
    const apart = mean(found.map((one) => one.apart)).toFixed(1)
    return at === other ? apart : `${apart}, ${percent(mean(found.map(({ shared }) => shared)))}`
  })
  row(id, ...cells)
})

/** Kind to the points of who holds it. */
type Archive = ReadonlyMap<number, number>
const contender = CONTENDERS.find(({ id }) => id === 'page')
if (contender === undefined) throw new Error('The race has no such contender.')
const seeds = racingSeeds(preset, SEEDS)
const opponents = readHeldOut(preset, options)
const judge = heldOutScorer(options, opponents, 0, new WasmMars(rulesOf(options)))
const archives: Archive[][] = []
for (const model of ids) {
  const own: Archive[] = []
  for (const seed of seeds) {
    const { elites } = await runContender(contender, seed, planOf({ preset, options, model }, EVALUATIONS, opponents))
    own.push(new Map(elites.map(({ cell, words }) => [cell, judge(words)])))
  }
  archives.push(own)
}

const joined = (some: readonly Archive[]): Archive => {
  const all = new Map<number, number>()
  for (const archive of some) for (const [cell, points] of archive) all.set(cell, Math.max(points, all.get(cell) ?? 0))
  return all
}
const sizes = (some: readonly Archive[]) => [
  mean(some.map(({ size }) => size)).toFixed(1),
  mean(some.map((archive) => [...archive.values()].reduce((sum, points) => sum + points / 300, 0))).toFixed(2),
]
head('archive', 'kinds', 'QD-score', ...ids.map((id) => `kinds that ${id} has not, same seed`))
ids.forEach((id, at) => {
  const lacking = ids.map(
    (_, other) =>
    mean(seeds.map((_seed, of) => [...(archives[at]?.[of]?.keys() ?? [])].filter((cell) => archives[other]?.[of]?.has(cell) !== true).length)).toFixed(1), // prettier-ignore
  )
  row(id, ...sizes(archives[at] ?? []), ...lacking)
})
/** Groups of as many seeds as there are minds: each seed in as many groups as there are minds, so that both sorts use the same. */
const groups = seeds.map((_, from) => ids.map((_id, at) => (from + at) % seeds.length))
head('joined archives', 'kinds', 'QD-score')
ids.forEach((id, at) => row(`${ids.length} of ${id}`, ...sizes(groups.map((group) => joined(group.flatMap((of) => archives[at]?.[of] ?? [])))))) // prettier-ignore
row('one of each', ...sizes(groups.map((group) => joined(group.flatMap((of, at) => archives[at]?.[of] ?? [])))))

/** Most frequent first, with its share. */
function commonest(words: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => [word, count / words.length] as const).sort((x, y) => y[1] - x[1])
}
