/**
 * Parts what `evolve.ts` wrote by time of discovery, for the singular-values arena: early warriors to train a base on, late ones to adapt
 * it to, and opponents to judge by what comes of it.
 *
 *   npx tsx training/redcode-lm/split.ts nano-essa /tmp/lm-corpus src/arenas/singular-values/warriors/evolved.json
 *
 * Writes into FOLDER/WORLD `early.bin` and `late.bin` of the training seeds and `held.bin`, the late ones of held-out seeds: rows of unsigned
 * bytes padded with PAD, and `split.json`. The last argument gets the opponents: late warriors of the training seeds, and of
 * the held-out seeds others, which no model has seen and no search meets.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { decodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { redcodeDialect } from '../../src/arenas/core-war/dialect/redcode.ts'
import { EOS, grammarOf, PAD, tokensOfProgram } from '../../src/arenas/core-war/dialect/tokens.ts'
import { sourceOf } from '../../src/arenas/core-war/redcode/listing.ts'
import { hashBytes } from '../../src/core/hash.ts'
import { deriveSeed, rng } from '../../src/core/rng.ts'
import { RECIPES, type Entry } from './worlds.ts'

/** Judged children before the last early warrior, and before the first late one. */
const EARLY = 4_000
const LATE = 14_000
/** Opponents of a seed, drawn from its last fifth. */
const OPPONENTS = { trained: 9, heldOut: 12 } as const

const [world = 'nano-essa', folder = 'runs/redcode-lm', out = ''] = process.argv.slice(2)
const recipe = RECIPES[world]
if (recipe === undefined) throw new Error(`No recipe for "${world}"; there is ${Object.keys(RECIPES).join(', ')}.`)
const dialect = redcodeDialect(recipe.options)
const width = 2 + dialect.write(0).most
const read = (seed: number) =>
  readFileSync(`${folder}/${world}/${seed}.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
const programOf = ({ words }: Entry) => decodeWarrior(Uint32Array.from(words))

/** Each once, without a quality. */
function rowsOf(entries: readonly Entry[]): Uint8Array {
  const answers = entries.map((entry) => [...tokensOfProgram(programOf(entry), dialect.tokens), EOS])
  const distinct = [...new Map(answers.map((answer) => [answer.join(), answer])).values()]
  const table = new Uint8Array(distinct.length * width).fill(PAD)
  distinct.forEach((answer, row) => table.set([...dialect.write(0).prompt, ...answer], row * width))
  return table
}

const coreSize = dialect.tokens.coreSize
const trained = recipe.trained.map(read)
const heldOut = recipe.heldOut.map(read)
const parts = {
  early: rowsOf(trained.flat().filter(({ at }) => at < EARLY)),
  late: rowsOf(trained.flat().filter(({ at }) => at >= LATE)),
  held: rowsOf(heldOut.flat().filter(({ at }) => at >= LATE)),
}
for (const [name, table] of Object.entries(parts)) writeFileSync(`${folder}/${world}/${name}.bin`, table)

function drawn(runs: readonly (readonly Entry[])[], count: number): readonly string[] {
  const random = rng(deriveSeed('opponents', world))
  return runs.flatMap((entries) => {
    const late = entries.slice(-Math.ceil(entries.length / 5))
    const chosen = new Set<Entry>()
    while (chosen.size < count) chosen.add(random.pick(late))
    return [...chosen].map((entry) => sourceOf(programOf(entry), coreSize, false).trim().replace(/\s*\n\s*/g, ' / ').replace(/ +/g, ' ')) // prettier-ignore
  })
}

const rows = Object.fromEntries(Object.entries(parts).map(([name, { length }]) => [name, length / width]))
const hash = hashBytes(Buffer.concat(Object.values(parts)))
const meta = {
  id: 'essa-redcode', rows, width, hash, vocabulary: dialect.vocabulary, context: dialect.context, model: recipe.model, early: EARLY, late: LATE,
  seeds: { trained: trained.length, heldOut: heldOut.length }, tokens: { PAD, EOS },
  grammar: grammarOf(dialect.tokens).map((row) => [...row].flatMap((allowed, token) => (allowed === 1 ? [token] : []))),
} // prettier-ignore
writeFileSync(`${folder}/${world}/split.json`, JSON.stringify(meta))
if (out !== '') {
  const opponents = {
    made: `npx tsx training/redcode-lm/split.ts ${world}`, corpus: hash, seeds: { met: recipe.trained, held: recipe.heldOut },
    met: drawn(trained, OPPONENTS.trained), held: drawn(heldOut, OPPONENTS.heldOut),
  } // prettier-ignore
  writeFileSync(out, `${JSON.stringify(opponents, null, 2)}\n`)
}
console.log(`${world}: ${JSON.stringify(rows)}, hash ${hash}`)
