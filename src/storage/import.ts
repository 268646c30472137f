/**
 * Foreign `.evo` bytes to a run, or a sentence why not. Nothing here trusts the file: sizes are capped before and while
 * unpacking, text must be UTF-8, every field is checked and copied by name, and ids, cells and numbers must make sense.
 */
import * as v from 'valibot'
import { MOST_SEEN } from '../core/arrivals.ts'
import { MOST_ATTEMPTS, PROMPT_KINDS, TEXT_KINDS } from '../core/completion.ts'
import type { Birth, RunState, TapeEntry } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { copyOf, damaged, excessOf, unpack } from './bounds.ts'
import { wordsFromBase64 } from '../core/base64.ts'
import { EVO_VERSION } from './export.ts'
import { decodeRounds, roundsSchema } from './rounds.ts'
import { count, finite, short, text } from './fields.ts'
import { decodeStands, standsSchema } from './stands.ts'
import type { RunHeader } from './store.ts'
import { decodeTape, tapeSchema } from './tape.ts'

export interface ImportedRun {
  readonly header: RunHeader
  readonly state: RunState
  readonly births: readonly Birth[]
  /** Empty where no model wrote, or the tape was too long for a file. */
  readonly tape: readonly TapeEntry[]
}

const MOST_BIRTHS = 500_000
const MOST_CELLS = 65_536

/** A prompt or a template. */
const long = text(1 << 15)
const int32 = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 32 - 1))

const settingsSchema = v.object({
  arena: short,
  arenaVersion: count,
  preset: short,
  strategy: short,
  seed: int32,
  population: v.pipe(count, v.minValue(1), v.maxValue(4096)),
  evaluations: count,
  options: v.record(short, v.union([finite, short, v.boolean()])),
  operators: v.record(short, v.pipe(finite, v.minValue(0))),
  tactics: v.exactOptional(v.record(short, v.union([finite, short, v.boolean()]))),
  mix: v.exactOptional(v.record(short, v.union([finite, short, v.boolean()]))),
  templates: v.exactOptional(v.record(v.picklist(TEXT_KINDS), v.object({ system: long, blind: long, informed: long }))),
})

const kind = v.picklist(PROMPT_KINDS.filter((one) => one !== 'fix'))
const time = v.pipe(finite, v.minValue(0))

const writingSchema = v.object({
  model: short,
  version: short,
  kind,
  promptHash: short,
  prompt: v.exactOptional(long),
  tokens: count,
  ms: time,
  attempt: v.pipe(count, v.maxValue(MOST_ATTEMPTS - 1)),
})

const modelsSchema = v.object({
  tallies: v.pipe(
    v.array(
      v.object({
        model: short, kind, completions: count, tokens: count, ms: time, novel: count, repaired: count,
        refused: count, duplicate: count, lazy: count, opened: count, improved: count,
      }), // prettier-ignore
    ),
    v.maxLength(1024),
  ),
  bandit: v.pipe(v.array(v.object({ id: short, pulls: time, reward: time, cost: time })), v.maxLength(4096)),
  seen: v.pipe(v.array(v.pipe(count, v.maxValue(2 ** 32 - 1))), v.maxLength(MOST_SEEN)),
})

const birthSchema = v.object({
  id: v.pipe(count, v.minValue(1)),
  cell: v.pipe(count, v.maxValue(MOST_CELLS - 1)),
  generation: count,
  status: v.picklist(['improved', 'new']),
  operator: short,
  parents: v.pipe(v.array(count), v.maxLength(8)),
  objectives: v.pipe(v.array(finite), v.minLength(1), v.maxLength(16)),
  measures: v.pipe(v.array(finite), v.maxLength(16)),
  words: v.pipe(v.string(), v.maxLength(1 << 16)),
  writing: v.exactOptional(writingSchema),
  from: v.exactOptional(short),
})

const fileSchema = v.object({
  name: v.pipe(short, v.minLength(1)),
  settings: settingsSchema,
  state: v.object({
    generation: count,
    evaluations: count,
    nextId: v.pipe(count, v.minValue(1)),
    rng: v.pipe(v.array(int32), v.length(4)),
    /** Whatever a strategy keeps; copied by copyOf. */
    strategy: v.unknown(),
    operators: v.pipe(
      v.array(v.object({ id: short, proposed: count, refused: count, opened: count, improved: count })),
      v.maxLength(256),
    ),
    history: v.pipe(
      v.array(
        v.object({
          generation: count,
          evaluations: count,
          best: finite,
          mean: finite,
          coverage: finite,
          qdScore: finite,
        }),
      ),
      v.maxLength(4096),
    ),
    historyStride: v.pipe(count, v.minValue(1)),
    elites: v.pipe(v.array(count), v.maxLength(MOST_CELLS)),
    models: v.exactOptional(modelsSchema),
    rounds: v.exactOptional(roundsSchema),
    stands: v.exactOptional(standsSchema),
  }),
  births: v.pipe(v.array(birthSchema), v.maxLength(MOST_BIRTHS)),
  tape: v.exactOptional(tapeSchema),
})

export function decodeEvo(bytes: Uint8Array): Result<ImportedRun> {
  const text = unpack(bytes)
  if (!text.ok) return text
  const parsed = parse(text.value)
  if (!parsed.ok) return parsed
  // The first problem is enough: millions of them, one for each element, would be the bomb.
  const shape = v.safeParse(fileSchema, parsed.value, { abortEarly: true })
  if (!shape.success) {
    const issue = shape.issues[0]
    return damaged(`${v.getDotPath(issue) ?? 'the file'} is not what it should be`)
  }
  return check(shape.output)
}

function parse(text: string): Result<unknown> {
  const excess = excessOf(text)
  if (excess !== null) return damaged(excess)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return damaged('its text breaks off')
  }
  const envelope = v.safeParse(v.object({ format: v.literal('evolarium'), version: count }), value)
  if (!envelope.success) return fail('not-evo', 'This is no Evolarium run. Choose a file that ends in .evo.')
  if (envelope.output.version > EVO_VERSION) {
    return fail(
      'too-new',
      `This file was written by a newer Evolarium (format ${envelope.output.version}; this one reads up to ${EVO_VERSION}). Reload the page to update.`,
    )
  }
  return ok(value)
}

function check(file: v.InferOutput<typeof fileSchema>): Result<ImportedRun> {
  const births = new Map<number, Birth>()
  let last = 0
  for (const birth of file.births) {
    const words = wordsFromBase64(birth.words)
    if (words === null) return damaged(`the genome of number ${birth.id} is not readable`)
    if (birth.id <= last || birth.id >= file.state.nextId) return damaged(`number ${birth.id} is out of order`)
    if (words.length === 0) return damaged(`number ${birth.id} has no genome`)
    if (birth.parents.some((parent) => parent >= birth.id))
      return damaged(`number ${birth.id} is older than its parents`)
    if (birth.generation > file.state.generation) return damaged(`number ${birth.id} is from the future`)
    last = birth.id
    births.set(birth.id, { ...birth, words })
  }
  if (file.state.rng.every((word) => word === 0)) return damaged('its random generator stands still')
  for (const [index, point] of file.state.history.entries()) {
    if (
      point.generation > file.state.generation ||
      point.generation <= (file.state.history[index - 1]?.generation ?? -1)
    )
      return damaged('its curves run backwards')
  }
  const elites: Birth[] = []
  for (const id of file.state.elites) {
    const elite = births.get(id)
    if (elite === undefined) return damaged(`number ${id} lives in the archive but was never born`)
    if (elite.cell <= (elites.at(-1)?.cell ?? -1)) return damaged('two live in one cell')
    elites.push(elite)
  }
  const strategy = copyOf(file.state.strategy)
  if (!strategy.ok) return strategy
  const tape = file.tape === undefined ? ok([]) : decodeTape(file.tape, file.state.generation)
  if (!tape.ok) return damaged(tape.fault.message)
  const { rounds: told, stands: stood, ...plain } = file.state
  const rounds = told === undefined ? null : decodeRounds(told, file.state)
  if (rounds?.ok === false) return damaged(rounds.fault.message)
  const stands = stood === undefined ? null : decodeStands(stood, file.state)
  if (stands?.ok === false) return damaged(stands.fault.message)
  const state: RunState = {
    ...plain,
    strategy: strategy.value,
    elites,
    ...(rounds === null ? {} : { rounds: rounds.value }),
    ...(stands === null ? {} : { stands: stands.value }),
  }
  const header: RunHeader = {
    id: '', name: file.name, settings: file.settings, order: 0, changedAt: 0, deleted: false,
    head: state.generation, evaluations: state.evaluations, filled: elites.length, reachable: 0,
    best: Math.max(0, ...elites.map(({ objectives }) => objectives[0] ?? 0)),
  } // prettier-ignore
  return ok({ header, state, births: [...births.values()], tape: tape.value })
}
