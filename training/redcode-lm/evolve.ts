/**
 * Makes the corpus: classical evolution of one world, seed by seed, every warrior that entered its archive on one line.
 *
 *   npx tsx training/redcode-lm/evolve.ts nano /tmp/lm-corpus
 *
 * MAP-Elites with the arena's own operators and evaluator. It differs from `npm run evolve` where a corpus needs it: finer
 * kinds (6 x 6 bins of the world's two axes, times 6 classes of opcodes), so that far more different warriors are kept; and opponents
 * and places that change each epoch, all elites being judged anew, so that warriors become good rather than fitted to one
 * panel. Deterministic: a seed gives the same file on every machine. Seeds already written are left as they are.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import coreWar from '../../src/arenas/core-war/index.ts'
import type { BattlePlan } from '../../src/arenas/core-war/environment.ts'
import { encodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { binOf, measuresOf } from '../../src/arenas/core-war/measures.ts'
import { panelOf } from '../../src/arenas/core-war/panel.ts'
import { OP, opcodeOf, type Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { batchOf } from '../../src/core/batch.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { numberOption } from '../../src/core/options.ts'
import { deriveSeed, rng, type Rng } from '../../src/core/rng.ts'
import { RECIPES, type Entry, type Recipe } from './worlds.ts'

/** Children judged at once. */
const BATCH = 64
/** A child that has less than this share of its parent's points after a quarter of the opponents is given up. */
const HOPELESS = 0.6

interface Elite {
  readonly id: number
  readonly program: Program
  readonly words: Uint32Array
  readonly score: number
  readonly row: number
  readonly column: number
}

interface Judged {
  readonly score: number
  /** What the two axes of the recipe's world measure. */
  readonly row: number
  readonly column: number
}

class Evolution {
  readonly #recipe: Recipe
  readonly #rng: Rng
  readonly #codec
  readonly #judge
  readonly #operators
  readonly #weights
  readonly #panel: readonly Uint32Array[]
  readonly #cells = new Map<number, Elite>()
  #slots: Uint32Array[] = []
  #positions: number[] = []
  #plans: readonly [BattlePlan, BattlePlan]
  #nextId = 1
  readonly entries: Entry[] = []

  constructor(recipe: Recipe, seed: number) {
    this.#recipe = recipe
    this.#rng = rng(deriveSeed('redcode-lm', recipe.preset, seed))
    this.#codec = coreWar.codec(recipe.options)
    this.#judge = coreWar.evaluator(recipe.options, NO_FILES)
    this.#operators = coreWar.operators(recipe.options)
    this.#weights = this.#operators.map(({ weight }) => weight)
    this.#panel = panelOf(recipe.options).map(({ program }) => encodeWarrior(program, this.#codec.stride))
    this.#positions = Array.from({ length: recipe.rounds }, () => this.#place())
    this.#plans = this.#opponents()
  }

  run(): readonly Entry[] {
    const { evaluations, epoch } = this.#recipe
    for (let done = 0; done < evaluations; done += BATCH) {
      if (done > 0 && Math.floor(done / epoch) !== Math.floor((done - BATCH) / epoch)) this.#newEpoch()
      this.#generation(done)
    }
    return this.entries
  }

  #place(): number {
    const { options } = this.#recipe
    const distance = numberOption(options, 'minDistance')
    return distance + this.#rng.int(numberOption(options, 'coreSize') + 1 - 2 * distance)
  }

  /** A quarter of the opponents for a first look, and the rest. */
  #opponents(): readonly [BattlePlan, BattlePlan] {
    const { panel, slots } = this.#recipe
    const all = [...shuffled(this.#panel, this.#rng).slice(0, panel + slots - this.#slots.length), ...this.#slots]
    const mixed = shuffled(all, this.#rng)
    const quarter = Math.ceil(mixed.length / 4)
    return [this.#plan(mixed.slice(0, quarter)), this.#plan(mixed.slice(quarter))]
  }

  #plan(opponents: readonly Uint32Array[]): BattlePlan {
    return {
      format: 'duels',
      seed: 0,
      own: opponents.length,
      names: opponents.map((_, index) => String(index)),
      opponents: batchOf(this.#codec.stride, opponents),
      positions: this.#positions.map((position) => [position]),
    }
  }

  /** Two slots get new elites, half of the places move, and everyone is judged anew. */
  #newEpoch(): void {
    const elites = [...this.#cells.values()]
    const best = elites.toSorted((x, y) => y.score - x.score || x.id - y.id).slice(0, Math.ceil(elites.length / 3))
    const fresh = shuffled(best, this.#rng).slice(0, 2)
    this.#slots = [...fresh.map(({ words }) => words), ...shuffled(this.#slots, this.#rng)].slice(0, this.#recipe.slots)
    this.#positions = this.#positions.map((position, index) => (index % 2 === 0 ? this.#place() : position))
    this.#positions = shuffled(this.#positions, this.#rng)
    this.#plans = this.#opponents()
    const judged = this.#score(elites.map(({ words }) => words))
    this.#cells.clear()
    elites.forEach((elite, index) => {
      const now = judged[index]
      if (now !== null && now !== undefined) this.#settle({ ...elite, ...now })
    })
  }

  #generation(done: number): void {
    const elites = [...this.#cells.values()]
    const bred = Array.from({ length: BATCH }, () => this.#breed(elites)).filter((child) => child !== null)
    const judged = this.#score(
      bred.map(({ words }) => words),
      bred.map(({ parents }) => parents[0]?.score ?? 0),
    )
    bred.forEach(({ program, words, operator, parents }, index) => {
      const now = judged[index]
      if (now === null || now === undefined) return
      const elite = { id: this.#nextId, program, words, ...now }
      if (!this.#settle(elite)) return
      this.#nextId += 1
      this.entries.push({
        id: elite.id,
        at: done + index,
        operator,
        parents: parents.map(({ id }) => id),
        score: round(now.score),
        parentScore: parents[0] === undefined ? null : round(parents[0].score),
        words: [...words],
      })
    })
  }

  /** Parents are the better of two; each child has one operator's change. */
  #breed(elites: readonly Elite[]) {
    const better = () => {
      const [x, y] = [this.#rng.pick(elites), this.#rng.pick(elites)]
      return y.score > x.score ? y : x
    }
    const first = elites.length === 0
    const operator = this.#operators[first ? 0 : this.#rng.weighted(this.#weights)]
    if (operator === undefined) return null
    const parents = Array.from({ length: operator.arity }, better)
    const program = operator.propose(
      parents.map((parent) => parent.program),
      this.#rng,
    )
    return program === null ? null : { program, words: this.#codec.encode(program), operator: operator.id, parents }
  }

  /** Null for those given up after the first look. */
  #score(rows: readonly Uint32Array[], parents?: readonly number[]): (Judged | null)[] {
    const [look, rest] = this.#plans
    const first = this.#evaluate(rows, look)
    const promising = rows.flatMap((_, index) =>
      parents !== undefined && (first[index]?.score ?? 0) < HOPELESS * (parents[index] ?? 0) ? [] : [index],
    )
    const second = this.#evaluate(
      promising.flatMap((index) => rows[index] ?? []),
      rest,
    )
    const judged: (Judged | null)[] = rows.map(() => null)
    const share = look.opponents.count / (look.opponents.count + rest.opponents.count)
    promising.forEach((index, at) => {
      const [x, y] = [first[index], second[at]]
      if (x === undefined || y === undefined) return
      const mixed = (key: keyof Judged) => share * x[key] + (1 - share) * y[key]
      judged[index] = { score: mixed('score'), row: mixed('row'), column: mixed('column') }
    })
    return judged
  }

  #evaluate(rows: readonly Uint32Array[], plan: BattlePlan): Judged[] {
    if (rows.length === 0) return []
    const scores = this.#judge(batchOf(this.#codec.stride, rows), plan, { aborted: false })
    const width = scores.objectives.length / scores.count
    return rows.map((_, index) => ({
      score: this.#worth(scores.objectives.subarray(index * width, (index + 1) * width)),
      row: scores.measures[2 * index] ?? 0,
      column: scores.measures[2 * index + 1] ?? 0,
    }))
  }

  /** From the objectives of the arena: points as a share of the most there is, or what the recipe counts instead. */
  #worth([fitness = 0, , wins = 0, ties = 0]: Float32Array | Float64Array): number {
    const { tie } = this.#recipe
    return tie === undefined ? fitness : wins + tie * ties
  }

  /** Into its cell, if that is empty or held by a weaker one. */
  #settle(elite: Elite): boolean {
    const cell = this.#cellOf(elite)
    const holder = this.#cells.get(cell)
    if (holder !== undefined && holder.score >= elite.score) return false
    this.#cells.set(cell, elite)
    return true
  }

  #cellOf({ program, row, column }: Elite): number {
    const [rows, columns] = measuresOf(this.#recipe.options).axes
    return (binOf(rows, row) * 6 + binOf(columns, column)) * CLASSES.length + classOf(program)
  }
}

/** Which kind of opcode most lines have, the first of equals. */
const CLASSES: readonly (readonly number[])[] = [
  [OP.MOV], [OP.SPL], [OP.JMP, OP.JMZ, OP.JMN, OP.NOP], [OP.DJN], [OP.ADD, OP.SUB, OP.MUL, OP.DIV, OP.MOD], [OP.DAT, OP.CMP, OP.SEQ, OP.SNE, OP.SLT],
] // prettier-ignore

function classOf({ instructions }: Program): number {
  const counts = CLASSES.map((codes) => instructions.filter((word) => codes.includes(opcodeOf(word))).length)
  return counts.indexOf(Math.max(...counts))
}

const round = (score: number) => Math.round(score * 1e4) / 1e4

function shuffled<T>(items: readonly T[], rng: Rng): T[] {
  const list = [...items]
  for (let at = list.length - 1; at > 0; at--) {
    const other = rng.int(at + 1)
    const [x, y] = [list[at], list[other]]
    if (x !== undefined && y !== undefined) [list[at], list[other]] = [y, x]
  }
  return list
}

const [world = 'nano', folder = 'runs/redcode-lm'] = process.argv.slice(2)
const recipe = RECIPES[world]
if (recipe === undefined) throw new Error(`No recipe for "${world}"; there is ${Object.keys(RECIPES).join(', ')}.`)
mkdirSync(`${folder}/${world}`, { recursive: true })
// Held-out seeds among the first: whatever stops this early leaves both sorts.
const seeds = [...recipe.trained.slice(0, 4), ...recipe.heldOut, ...recipe.trained.slice(4)]
for (const seed of seeds) {
  const file = `${folder}/${world}/${seed}.jsonl`
  if (existsSync(file)) continue
  const begun = performance.now()
  const entries = new Evolution(recipe, seed).run()
  writeFileSync(`${file}.part`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  renameSync(`${file}.part`, file)
  const late = entries.slice(-Math.ceil(entries.length / 5))
  const mean = late.reduce((sum, { score }) => sum + score, 0) / late.length
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`${world} ${seed}: ${entries.length} warriors in ${seconds} s, the last fifth scored ${mean.toFixed(3)}`)
}
