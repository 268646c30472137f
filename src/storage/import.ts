/**
 * Foreign `.evo` bytes to a run, or a sentence why not. Nothing here trusts the file: sizes are capped before and while
 * unpacking, text must be UTF-8, every field is checked and copied by name, and ids, cells and numbers must make sense.
 */
import { Gunzip } from 'fflate'
import * as v from 'valibot'
import type { Birth, RunState } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { EVO_VERSION, wordsFromBase64 } from './export.ts'
import type { RunHeader } from './store.ts'

export interface ImportedRun {
  readonly header: RunHeader
  readonly state: RunState
  readonly births: readonly Birth[]
}

const MOST_PACKED = 64 << 20
const MOST_UNPACKED = 256 << 20
const MOST_BIRTHS = 1_000_000
const MOST_CELLS = 65_536
const DEEPEST = 32

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const finite = v.pipe(v.number(), v.finite())
const short = v.pipe(v.string(), v.maxLength(200))

const settingsSchema = v.object({
  arena: short,
  arenaVersion: count,
  preset: short,
  strategy: short,
  seed: v.pipe(v.number(), v.safeInteger()),
  population: v.pipe(count, v.minValue(1), v.maxValue(4096)),
  evaluations: count,
  options: v.record(short, v.union([finite, short, v.boolean()])),
  operators: v.record(short, v.pipe(finite, v.minValue(0))),
})

const birthSchema = v.object({
  id: v.pipe(count, v.minValue(1)),
  cell: v.pipe(count, v.maxValue(MOST_CELLS)),
  generation: count,
  status: v.picklist(['improved', 'new']),
  operator: short,
  parents: v.pipe(v.array(count), v.maxLength(8)),
  objectives: v.pipe(v.array(finite), v.minLength(1), v.maxLength(16)),
  measures: v.pipe(v.array(finite), v.maxLength(16)),
  words: v.pipe(v.string(), v.maxLength(1 << 16)),
})

const fileSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  settings: settingsSchema,
  state: v.object({
    generation: count,
    evaluations: count,
    nextId: v.pipe(count, v.minValue(1)),
    rng: v.pipe(v.array(v.pipe(v.number(), v.safeInteger())), v.length(4)),
    strategy: v.nullable(v.record(short, v.union([finite, short, v.boolean()]))),
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
  }),
  births: v.pipe(v.array(birthSchema), v.maxLength(MOST_BIRTHS)),
})

export function decodeEvo(bytes: Uint8Array): Result<ImportedRun> {
  const text = unpack(bytes)
  if (!text.ok) return text
  const parsed = parse(text.value)
  if (!parsed.ok) return parsed
  const shape = v.safeParse(fileSchema, parsed.value)
  if (!shape.success) {
    const issue = shape.issues[0]
    return fail(
      'bad-file',
      `This .evo file is damaged: ${v.getDotPath(issue) ?? 'the file'} is not what it should be. Export the run once more.`,
    )
  }
  return check(shape.output)
}

const damaged = (what: string) => fail('bad-file', `This .evo file is damaged: ${what}. Export the run once more.`)

/** Streams, so that a small file that unpacks to gigabytes is stopped at the cap. */
function unpack(bytes: Uint8Array): Result<string> {
  if (bytes.length > MOST_PACKED)
    return fail('too-big', `This file has ${bytes.length >> 20} MiB; a run has at most ${MOST_PACKED >> 20}.`)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    return fail('not-evo', 'This is no Evolarium run. Choose a file that ends in .evo.')
  const chunks: Uint8Array[] = []
  let size = 0
  let ended = false
  try {
    const gunzip = new Gunzip((chunk, final) => {
      size += chunk.length
      if (size > MOST_UNPACKED) throw new Error('too big')
      chunks.push(chunk)
      ended ||= final
    })
    for (let from = 0; from < bytes.length; from += 65_536) {
      gunzip.push(bytes.subarray(from, from + 65_536), from + 65_536 >= bytes.length)
    }
  } catch {
    return size > MOST_UNPACKED
      ? fail('too-big', `This file unpacks to more than ${MOST_UNPACKED >> 20} MiB.`)
      : damaged('it cannot be unpacked')
  }
  if (!ended) return damaged('its end is missing')
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(whole))
  } catch {
    return damaged('it holds no text')
  }
}

function parse(text: string): Result<unknown> {
  if (depthOf(text) > DEEPEST) return damaged('it nests too deep')
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

/** Nesting, counted without parsing: a hundred thousand brackets would end JSON.parse's stack. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inText = false
  for (let index = 0; index < text.length && deepest <= DEEPEST; index++) {
    const code = text.charCodeAt(index)
    if (inText) {
      if (code === 92) index++
      else if (code === 34) inText = false
    } else if (code === 34) inText = true
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}

function check(file: v.InferOutput<typeof fileSchema>): Result<ImportedRun> {
  const births = new Map<number, Birth>()
  let last = 0
  for (const birth of file.births) {
    const words = wordsFromBase64(birth.words)
    if (words === null) return damaged(`the genome of number ${birth.id} is not readable`)
    if (birth.id <= last || birth.id >= file.state.nextId) return damaged(`number ${birth.id} is out of order`)
    if (birth.parents.some((parent) => parent >= birth.id))
      return damaged(`number ${birth.id} is older than its parents`)
    if (birth.generation > file.state.generation) return damaged(`number ${birth.id} is from the future`)
    last = birth.id
    births.set(birth.id, { ...birth, words })
  }
  const elites: Birth[] = []
  for (const id of file.state.elites) {
    const elite = births.get(id)
    if (elite === undefined) return damaged(`number ${id} lives in the archive but was never born`)
    if (elite.cell <= (elites.at(-1)?.cell ?? -1)) return damaged('two live in one cell')
    elites.push(elite)
  }
  const state: RunState = { ...file.state, elites }
  const header: RunHeader = {
    id: '', name: file.name, settings: file.settings, order: 0, changedAt: 0, deleted: false,
    head: state.generation, evaluations: state.evaluations, filled: elites.length, reachable: 0,
    best: Math.max(0, ...elites.map(({ objectives }) => objectives[0] ?? 0)),
  } // prettier-ignore
  return ok({ header, state, births: [...births.values()] })
}
