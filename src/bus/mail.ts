/**
 * What messages say: a champion, or an archive. JSON, so that any language reads it, with genomes in base64. Everything
 * that is read here was written by strangers, and everything that is written here can be read.
 */
import * as v from 'valibot'
import type { MergedElite } from '../archives/merged.ts'
import { hashBytes, hashWords } from '../core/hash.ts'
import type { Migrant } from '../core/migrant.ts'
import type { Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { wordsFromBase64, wordsToBase64 } from '../core/base64.ts'
import { MOST_BYTES, type MessageKind } from './contracts.ts'
import { isName } from './names.ts'

/** Raised when an older page could not read what a newer one writes. */
export const MAIL_VERSION = 1

/** What genomes are for: those of another world mean nothing here. */
export interface World {
  readonly arena: string
  /** The arena's version. */
  readonly version: number
  /** {@link worldOf} arena and options. */
  readonly world: string
}

export interface ChampionMail extends World {
  readonly migrant: Migrant
}

export interface ArchiveElite {
  /** Its place in the grid, row-major. */
  readonly cell: number
  /** Its first objective, as its island says. */
  readonly claimed: number
  readonly words: Uint32Array
  readonly name: string
}

export interface ArchiveMail extends World {
  readonly island: string
  /** The round after which it was like that. */
  readonly round: number
  /** Rising by cell. */
  readonly elites: readonly ArchiveElite[]
}

/** The content hash of an arena and its options, in whatever order they stand. */
export function worldOf(arena: string, options: Options): string {
  const rows = Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1))
  return hashBytes(new TextEncoder().encode(JSON.stringify([arena, rows])))
}

/** One line for people, in any script: nothing invisible, no ends of lines that a file could take for its own. */
const line = (most: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(most),
    v.check((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)),
  )
const count = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(most))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const island = v.pipe(v.string(), v.check(isName))
const objective = v.pipe(v.number(), v.finite())
const words = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const read = wordsFromBase64(dataset.value)
    if (read !== null) return read
    addIssue({ message: 'no words in base64' })
    return NEVER
  }),
)
const name = line(80)
const round = count(1e9)

const head = {
  v: v.literal(MAIL_VERSION),
  arena: v.pipe(v.string(), v.check(isName)),
  version: count(1e6),
  world: hash,
}

const championSchema = v.strictObject({
  ...head, kind: v.literal('champion'), island, round, name, operator: line(200), claimed: objective, hash, words,
}) // prettier-ignore

const archiveSchema = v.strictObject({
  ...head, kind: v.literal('archive'), island, round,
  elites: v.pipe(
    v.array(v.strictTuple([count(0xffff), objective, words, name])),
    v.check((rows) => rows.every(([cell], index) => index === 0 || cell > (rows[index - 1]?.[0] ?? -1))),
  ),
}) // prettier-ignore

type Spelled<Schema extends v.GenericSchema> = v.InferInput<Schema>

/** Refuses what no island would take in, such as a name of two lines. */
export function encodeChampion(world: World, migrant: Migrant): Result<Uint8Array> {
  const { words, ...rest } = migrant
  const mail: Spelled<typeof championSchema> = {
    v: MAIL_VERSION, kind: 'champion', ...placed(world), ...rest, words: wordsToBase64(words),
  } // prettier-ignore
  return sealed('champion', championSchema, mail, `champion "${migrant.name}"`)
}

export function encodeArchive(world: World, from: Omit<ArchiveMail, keyof World>): Result<Uint8Array> {
  const mail: Spelled<typeof archiveSchema> = {
    v: MAIL_VERSION, kind: 'archive', ...placed(world), island: from.island, round: from.round,
    elites: from.elites.map(({ cell, claimed, words, name }) => [cell, claimed, wordsToBase64(words), name]),
  } // prettier-ignore
  return sealed('archive', archiveSchema, mail, `archive of round ${from.round}`)
}

const placed = ({ arena, version, world }: World): World => ({ arena, version, world })

function sealed(kind: MessageKind, schema: v.GenericSchema, mail: unknown, what: string): Result<Uint8Array> {
  const checked = v.safeParse(schema, mail, { abortEarly: true })
  if (!checked.success) return fail('mail', `The ${what} cannot be sent: ${whereIn(checked.issues[0])}.`)
  const bytes = new TextEncoder().encode(JSON.stringify(mail))
  return bytes.length <= MOST_BYTES[kind]
    ? ok(bytes)
    : fail(
        'mail-size',
        `The ${what} cannot be sent: it takes ${bytes.length} bytes, and ${MOST_BYTES[kind]} are allowed.`,
      )
}

export function decodeChampion(bytes: Uint8Array): Result<ChampionMail> {
  const read = opened('champion', championSchema, bytes)
  if (!read.ok) return read
  const { island, round, name, operator, claimed, hash, words } = read.value
  if (hashWords(words) !== hash) return fail('mail', 'The message names a genome that is not the one it holds.')
  return ok({ ...placed(read.value), migrant: { island, round, name, operator, claimed, words, hash } })
}

export function decodeArchive(bytes: Uint8Array): Result<ArchiveMail> {
  const read = opened('archive', archiveSchema, bytes)
  if (!read.ok) return read
  const { island, round, elites } = read.value
  return ok({
    ...placed(read.value), island, round,
    elites: elites.map(([cell, claimed, words, name]) => ({ cell, claimed, words, name })),
  }) // prettier-ignore
}

/** Its fault is `mail-version` where the message may be good, but for another version of us. */
function opened<Schema extends v.GenericSchema>(
  kind: MessageKind,
  schema: Schema,
  bytes: Uint8Array,
): Result<v.InferOutput<Schema>> {
  if (bytes.length > MOST_BYTES[kind])
    return fail('mail', `The message takes ${bytes.length} bytes, and ${MOST_BYTES[kind]} are allowed.`)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return fail('mail', 'The message is no JSON.')
  }
  const version = v.safeParse(v.object({ v: v.number() }), json)
  if (version.success && version.output.v !== MAIL_VERSION)
    return fail(
      'mail-version',
      `The message is of version ${version.output.v}, and this page reads version ${MAIL_VERSION}: let all islands run the same version of Evolarium.`,
    )
  const checked = v.safeParse(schema, json, { abortEarly: true })
  return checked.success
    ? ok(checked.output)
    : fail('mail', `The message is not what it should be: ${whereIn(checked.issues[0])}.`)
}

/** Which part; not what stands there, which a stranger chose. */
const whereIn = (issue: v.BaseIssue<unknown>): string => {
  const path = (issue.path ?? []).map(({ key }) => String(key).slice(0, 24)).join(' of ')
  return path === '' ? 'it has other parts' : `see its ${path}`
}

/** For the merged archive; the objectives are still what the island claims. */
export const mergedElites = ({ island, elites }: ArchiveMail): MergedElite[] =>
  elites.map(({ cell, claimed, words, name }) => ({
    cell,
    objective: claimed,
    words,
    hash: hashWords(words),
    island,
    name,
  }))
