/**
 * Turns what `evolve.ts` wrote into tokens to train on. The tokens are the dialect's own, so there is one source of truth.
 *
 *   npx tsx training/redcode-lm/corpus.ts nano /tmp/lm-corpus
 *
 * Writes into FOLDER/WORLD: `train-write.bin`, `train-mutate.bin` and the same for `held`, rows of unsigned bytes padded with PAD,
 * and `meta.json`: sizes, the grammar as one row a step, and a hash of all rows.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { decodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { redcodeDialect } from '../../src/arenas/core-war/dialect/redcode.ts'
import { EOS, grammarOf, PAD, QUALITIES, SEP, tokensOfProgram } from '../../src/arenas/core-war/dialect/tokens.ts'
import { hashBytes } from '../../src/core/hash.ts'
import { RECIPES, type Entry } from './worlds.ts'

/**
 * A warrior is an example of mutation of its parent, grandparent and great-grandparent, when it gained so much on the way, as a
 * share of all points (4 of 300), and differs in two tokens at least. Single changes are left out: a model of them learns to
 * copy, and classical operators make them anyway.
 */
const GAIN = 4 / 300
const GENERATIONS = 3
const LEAST_CHANGED = 2

const [world = 'nano', folder = 'runs/redcode-lm'] = process.argv.slice(2)
const recipe = RECIPES[world]
if (recipe === undefined) throw new Error(`No recipe for "${world}"; there is ${Object.keys(RECIPES).join(', ')}.`)
const dialect = redcodeDialect(recipe.options)
const read = (seeds: readonly number[]) =>
  seeds
    .filter((seed) => existsSync(`${folder}/${world}/${seed}.jsonl`))
    .map((seed) =>
      readFileSync(`${folder}/${world}/${seed}.jsonl`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Entry),
    )

const programOf = (entry: Entry) => decodeWarrior(Uint32Array.from(entry.words))
const answerOf = (entry: Entry) => [...tokensOfProgram(programOf(entry), dialect.tokens), EOS]

const trained = read(recipe.trained)
/** Time of discovery at which four fifths, three fifths, ... of the training warriors were still to come. */
const times = trained.flatMap((entries) => entries.map(({ at }) => at)).sort((x, y) => x - y)
const edges = Array.from({ length: QUALITIES - 1 }, (_, index) => times[Math.floor(((index + 1) * times.length) / QUALITIES)] ?? 0) // prettier-ignore
const qualityOf = ({ at }: Entry) => 1 + edges.filter((edge) => at >= edge).length

/** Those of the last generations that it gained enough on. Gains are against the same opponents, step by step. */
function ancestorsOf(entry: Entry, byId: ReadonlyMap<number, Entry>): Entry[] {
  const found: Entry[] = []
  let gain = 0
  let younger = entry
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const older = byId.get(younger.parents[0] ?? 0)
    if (older === undefined || younger.parentScore === null) break
    gain += younger.score - younger.parentScore
    if (gain > GAIN) found.push(older)
    younger = older
  }
  return found
}

/** Places where they differ, and how much longer one is. */
const distance = (x: readonly number[], y: readonly number[]) =>
  Math.abs(x.length - y.length) + x.filter((token, at) => at < y.length && token !== y[at]).length

function rowsOf(runs: readonly (readonly Entry[])[]) {
  const seen = new Set<string>()
  const write: number[][] = []
  const mutate: number[][] = []
  for (const entries of runs) {
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    for (const entry of entries) {
      const answer = answerOf(entry)
      const key = answer.join()
      if (!seen.has(key)) {
        seen.add(key)
        write.push([...dialect.write(qualityOf(entry)).prompt, ...answer])
      }
      for (const ancestor of ancestorsOf(entry, byId)) {
        const shown = [...tokensOfProgram(programOf(ancestor), dialect.tokens), EOS]
        if (distance(shown, answer) >= LEAST_CHANGED)
          mutate.push([...dialect.mutate(qualityOf(entry), programOf(ancestor)).prompt, ...answer])
      }
    }
  }
  return { write, mutate }
}

const widths = { write: 2 + dialect.write(1).most, mutate: dialect.context }
const parts: Record<string, number> = {}
const bytes: Uint8Array[] = []
for (const [name, runs] of Object.entries({ train: trained, held: read(recipe.heldOut) })) {
  const rows = rowsOf(runs)
  for (const kind of ['write', 'mutate'] as const) {
    const table = new Uint8Array(rows[kind].length * widths[kind]).fill(PAD)
    rows[kind].forEach((row, index) => table.set(row, index * widths[kind]))
    writeFileSync(`${folder}/${world}/${name}-${kind}.bin`, table)
    parts[`${name}-${kind}`] = rows[kind].length
    bytes.push(table)
  }
}
const hash = hashBytes(Buffer.concat(bytes))
const meta = {
  id: `redcode-${world}`, vocabulary: dialect.vocabulary, context: dialect.context, widths, rows: parts, edges, hash, model: recipe.model,
  seeds: { trained: trained.length, heldOut: read(recipe.heldOut).length }, tokens: { PAD, EOS, SEP },
  grammar: grammarOf(dialect.tokens).map((row) => [...row].flatMap((allowed, token) => (allowed === 1 ? [token] : []))),
} // prettier-ignore
writeFileSync(`${folder}/${world}/meta.json`, JSON.stringify(meta))
console.log(`${world}: ${JSON.stringify(parts)}, quality from ${edges.join(', ')} evaluations, vocabulary ${dialect.vocabulary}, context ${dialect.context}, hash ${hash}`) // prettier-ignore
