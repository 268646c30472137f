/**
 * Caching schedules as JSON: a form of our own, and the file format of ECAD (arXiv 2506.15682), which others have schedules
 * in. A file may be anything; what cannot be read is told in a sentence, and a schedule of another shape is fitted to this
 * model's by nearest neighbours.
 */
import { fail, ok, type Result } from '../core/result.ts'
import { lineOf, LETTERS } from '../arenas/diffusion-cache/lines.ts'
import {
  COMPONENTS,
  COMPUTE,
  geneAt,
  genesOf,
  REUSE,
  type Schedule,
  type ScheduleShape,
} from '../arenas/diffusion-cache/schedule.ts'

export interface ReadSchedule {
  readonly schedule: Schedule
  /** One line of at most 80 characters; empty where the file names none. */
  readonly name: string
  readonly from: 'evolarium' | 'ecad'
  /** What was done to make it fit, as a sentence; empty where it fitted. */
  readonly note: string
}

/** Characters of the longest file that is looked at: a schedule of 1,000 steps has room, latencies and all. */
export const LONGEST_SCHEDULE = 4_000_000
const MOST_STEPS = 1000
const MOST_BLOCKS = 256
const FORMAT = 'evolarium-schedule'

/** Reads either form and fits it to `shape`. Never throws, whatever the text. */
export function readSchedule(text: string, shape: ScheduleShape): Result<ReadSchedule> {
  if (text.length > LONGEST_SCHEDULE)
    return bad(
      `is too large for a schedule (${(text.length / 1e6).toPrecision(3)} MB, at most ${LONGEST_SCHEDULE / 1e6})`,
    )
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return bad('is no JSON: take one that was saved here, or a schedule of ECAD')
  }
  const whole = record(value)
  const inner = record(whole['cache_schedule'])
  if (whole['format'] === FORMAT) return fitted(ours(whole), nameOf(whole['name']), 'evolarium', shape)
  if (Object.hasOwn(whole, 'cache_schedule')) return fitted(theirs(inner), nameOf(inner['name']), 'ecad', shape)
  return bad(`holds no schedule: "format": "${FORMAT}" or ECAD's "cache_schedule" should be in it`)
}

/** Our own form: a line a step, a group of three a block, e.g. `CCC C.. ./.`. */
export function writeSchedule(schedule: Schedule, name: string): string {
  const { steps, blocks } = schedule
  const lines = Array.from({ length: steps }, (_, step) => lineOf(schedule, step))
  return `${JSON.stringify({ format: FORMAT, version: 1, name: nameOf(name), components: COMPONENTS, steps, blocks, schedule: lines }, null, 2)}\n`
}

/** ECAD's form. It knows computing and reusing alone, so what goes on in a line is reused there. */
export function writeEcadSchedule(schedule: Schedule, name: string): string {
  const { steps, blocks, genes } = schedule
  const step = (at: number) =>
    Object.fromEntries(
      Array.from({ length: blocks }, (_, block) => [
        String(block),
        Object.fromEntries(COMPONENTS.map((key, part) => [key, genes[geneAt(schedule, at, block, part)] === COMPUTE])),
      ]),
    )
  const body = Object.fromEntries(Array.from({ length: steps }, (_, at) => [String(at).padStart(3, '0'), step(at)]))
  const cache_schedule = { num_blocks: blocks, num_inference_steps: steps, name: nameOf(name), schedule: body }
  return `${JSON.stringify({ cache_schedule }, null, 2)}\n`
}

/** The same schedule on other steps and blocks: first stays first, last stays last, between them each takes the nearest. */
export function resample(schedule: Schedule, shape: ScheduleShape): Schedule {
  const genes = new Uint8Array(genesOf(shape))
  for (let step = 0; step < shape.steps; step++)
    for (let block = 0; block < shape.blocks; block++)
      for (let part = 0; part < COMPONENTS.length; part++) {
        const from = geneAt(
          schedule,
          nearest(step, shape.steps, schedule.steps),
          nearest(block, shape.blocks, schedule.blocks),
          part,
        )
        genes[geneAt(shape, step, block, part)] = schedule.genes[from] ?? REUSE
      }
  return { ...shape, genes }
}

const nearest = (at: number, of: number, among: number): number =>
  of < 2 ? 0 : Math.min(among - 1, Math.round((at * (among - 1)) / (of - 1)))

const bad = (why: string) => fail('no-schedule', `This file ${why}.`)

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** One visible line. */
const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/[\p{C}\p{Z}]+/gu, ' ').trim().slice(0, 80) : '' // prettier-ignore

function fitted(
  read: Result<Schedule>,
  name: string,
  from: ReadSchedule['from'],
  shape: ScheduleShape,
): Result<ReadSchedule> {
  if (!read.ok) return read
  const { steps, blocks } = read.value
  if (steps === shape.steps && blocks === shape.blocks) return ok({ schedule: read.value, name, from, note: '' })
  const note = `It was made for ${steps} steps and ${blocks} blocks; this model has ${shape.steps} and ${shape.blocks}, so each takes the nearest of them.`
  return ok({ schedule: resample(read.value, shape), name, from, note })
}

function ours(whole: Readonly<Record<string, unknown>>): Result<Schedule> {
  if (whole['version'] !== 1) return bad('is of a newer version of Evolarium: open it there')
  const lines = whole['schedule']
  if (!Array.isArray(lines) || lines.length === 0) return bad('has no steps: "schedule" should be a list of lines')
  const rows = lines.map((line: unknown) => (typeof line === 'string' ? line.replace(/\s/g, '') : ''))
  const width = rows[0]?.length ?? 0
  if (width === 0 || width % COMPONENTS.length !== 0)
    return bad('should have three signs for each block in each line of "schedule"')
  const shape = { steps: rows.length, blocks: width / COMPONENTS.length }
  const large = tooLarge(shape)
  if (large !== null) return large
  const genes = new Uint8Array(genesOf(shape))
  for (const [step, row] of rows.entries()) {
    if (row.length !== width) return bad(`has ${row.length} signs in step ${step}, and ${width} in step 0`)
    for (let at = 0; at < width; at++) {
      const letter = row.charAt(at)
      const gene = LETTERS.indexOf(letter)
      if (gene === -1)
        return bad(`has a "${nameOf(letter)}" in step ${step}: C computes, "." reuses, "/" goes on in a line`)
      genes[step * width + at] = gene
    }
  }
  return ok({ ...shape, genes })
}

function theirs(inner: Readonly<Record<string, unknown>>): Result<Schedule> {
  const table = record(inner['schedule'])
  const steps = Object.keys(table).length
  if (steps === 0) return bad(`has no steps in ECAD's "schedule"`)
  const rows = numbered(table, steps)
  const blocks = Object.keys(record(rows[0])).length
  const large = tooLarge({ steps, blocks })
  if (large !== null) return large
  if (blocks === 0) return bad(`has no blocks in step 0 of ECAD's "schedule"`)
  const shape = { steps, blocks }
  const genes = new Uint8Array(genesOf(shape))
  for (let step = 0; step < steps; step++) {
    const row = record(rows[step])
    const parts = numbered(row, Object.keys(row).length)
    if (parts.length !== blocks)
      return bad(`should have step ${step} with ${blocks} blocks, as step 0 has, and it has ${parts.length}`)
    for (let block = 0; block < blocks; block++) {
      const part = record(parts[block])
      for (const [at, key] of COMPONENTS.entries()) {
        const on = Object.hasOwn(part, key) ? part[key] : undefined
        if (typeof on !== 'boolean')
          return bad(
            `should say true or false for ${key} in step ${step}, block ${block}; only PixArt's components (${COMPONENTS.join(', ')}) can be read`,
          )
        genes[geneAt(shape, step, block, at)] = on ? COMPUTE : REUSE
      }
    }
  }
  return ok({ ...shape, genes })
}

/** Values of the keys 0, 1, 2, ..., with zeros in front or not; undefined where one is missing. */
function numbered(table: Readonly<Record<string, unknown>>, count: number): readonly unknown[] {
  const values = new Array<unknown>(Math.min(count, MOST_STEPS + 1)).fill(undefined)
  for (const [key, value] of Object.entries(table)) {
    const at = /^\d{1,6}$/.test(key) ? Number(key) : -1
    if (at >= 0 && at < values.length) values[at] = value
  }
  return values
}

const tooLarge = ({ steps, blocks }: ScheduleShape): Result<never> | null =>
  steps > MOST_STEPS || blocks > MOST_BLOCKS
    ? bad(
        `has ${steps} steps of ${blocks} blocks; at most ${MOST_STEPS.toLocaleString('en')} of ${MOST_BLOCKS} are read`,
      )
    : null
