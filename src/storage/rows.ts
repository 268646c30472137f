/**
 * Rows of runs and births: what they must be before anybody trusts one, and the checksums that later versions added to
 * them. Rows of earlier versions have no checksum and are good as they are.
 */
import * as v from 'valibot'
import type { Template } from '../core/contracts.ts'
import type { Birth, Writing } from '../core/journal.ts'
import type { OptionValue } from '../core/options.ts'
import { checksumOf, isPlain } from './check.ts'
import { Crc32 } from './crc.ts'
import { count, finite } from './fields.ts'
import type { RunHeader } from './store.ts'

/**
 * Settings never change, so their checksum outlives whatever an older tab writes around them. The rest of a header needs
 * none: the journal tells the head, and the state the other numbers.
 */
export type StoredHeader = RunHeader & { readonly settingsSum?: string }
export type StoredBirth = Birth & { readonly crc?: number }

const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isOption = (value: unknown): value is OptionValue =>
  isNumber(value) || typeof value === 'string' || typeof value === 'boolean'
const isTemplate = (value: unknown): value is Template =>
  isPlain(value) && TEMPLATE_PARTS.every((part) => typeof value[part] === 'string')
const TEMPLATE_PARTS = ['system', 'blind', 'informed'] as const
/** By hand, because a schema of records takes whatever has no own keys, such as a Date. */
const recordOf = <T>(is: (value: unknown) => value is T) =>
  v.custom<Record<string, T>>((value) => isPlain(value) && Object.values(value).every(is))

/** Kinds alone: whether settings fit this version is the engine's to say, in words of the arena. */
const headerSchema = v.object({
  id: v.string(),
  name: v.string(),
  settings: v.object({
    arena: v.string(),
    arenaVersion: finite,
    preset: v.string(),
    strategy: v.string(),
    seed: finite,
    population: finite,
    evaluations: finite,
    options: recordOf(isOption),
    operators: recordOf(isNumber),
    tactics: v.exactOptional(recordOf(isOption)),
    mix: v.exactOptional(recordOf(isOption)),
    templates: v.exactOptional(recordOf(isTemplate)),
  }),
  order: finite,
  changedAt: finite,
  deleted: v.boolean(),
  head: count,
  evaluations: count,
  filled: count,
  reachable: count,
  best: v.number(),
  settingsSum: v.optional(v.string()),
})

/** The row of run `id`, or null when it is damaged. */
export function headerOf(id: string, row: unknown): RunHeader | null {
  if (!v.is(headerSchema, row) || row.id !== id) return null
  const { settingsSum, ...header } = row
  return settingsSum === undefined || settingsSum === checksumOf(header.settings) ? header : null
}

export const storedHeader = (header: RunHeader): StoredHeader => ({
  ...header,
  settingsSum: checksumOf(header.settings),
})

/** The row of birth `id`, or null when it is damaged. By hand, not by schema: a long run has hundreds of thousands. */
export function birthOf(id: number, row: unknown): Birth | null {
  if (!isBirth(row) || row.id !== id) return null
  const { crc, ...birth } = row
  return crc === undefined || crc === crcOf(birth) ? birth : null
}

export const storedBirth = (birth: Birth): StoredBirth => ({ ...birth, crc: crcOf(birth) })

function isBirth(row: unknown): row is StoredBirth {
  if (typeof row !== 'object' || row === null) return false
  const part: Partial<Record<keyof StoredBirth, unknown>> = row
  return (
    isCount(part.id) &&
    isCount(part.cell) &&
    isCount(part.generation) &&
    (part.status === 'new' || part.status === 'improved') &&
    typeof part.operator === 'string' &&
    areNumbers(part.parents) &&
    part.parents.every((parent) => isCount(parent) && parent < Number(part.id)) &&
    areNumbers(part.objectives) &&
    areNumbers(part.measures) &&
    part.words instanceof Uint32Array &&
    (part.writing === undefined || isWriting(part.writing)) &&
    (part.from === undefined || typeof part.from === 'string') &&
    (part.crc === undefined || isCount(part.crc))
  )
}

function isWriting(value: unknown): boolean {
  if (!isPlain(value)) return false
  const part: Partial<Record<keyof Writing, unknown>> = value
  return (
    [part.model, part.version, part.kind, part.promptHash].every((text) => typeof text === 'string') &&
    (part.prompt === undefined || typeof part.prompt === 'string') &&
    [part.tokens, part.ms, part.attempt].every(isNumber)
  )
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
/** Spread first: `every` passes over holes. */
const areNumbers = (value: unknown): value is number[] => Array.isArray(value) && [...value].every(isNumber)

/** Every field counts; lengths too, so that a number cannot move from one list to the next. Never leaves this machine. */
function crcOf(birth: Birth): number {
  const { id, cell, generation, status, operator, parents, objectives, measures, words, writing, from } = birth
  const numbers = Float64Array.of(
    id, cell, generation, parents.length, ...parents, objectives.length, ...objectives, measures.length, ...measures, words.length,
  ) // prettier-ignore
  const crc = new Crc32()
  crc.add(
    new TextEncoder().encode(
      `${status} ${operator} ${writing === undefined ? '' : checksumOf(writing)}${from === undefined ? '' : ` ${from}`}`,
    ),
  )
  crc.add(new Uint8Array(numbers.buffer))
  crc.add(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
  return crc.value
}
