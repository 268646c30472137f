/**
 * The tape in a `.evo` file. Hundreds of thousands of completions differ in little, so each is a row of values, and what
 * wrote it is told once: `{sources: [[model, version, kind], ...], entries: [[generation, ms, [row, ...]], ...]}`.
 * Migrants stand apart, `migrants: [[generation, [migrant, ...]], ...]`, as most generations have none.
 */
import * as v from 'valibot'
import { MOST_ATTEMPTS, MOST_TEXT, PROMPT_KINDS, type Completion } from '../core/completion.ts'
import type { TapeEntry } from '../core/journal.ts'
import { MOST_MIGRANTS } from '../core/rounds.ts'
import type { Migrant } from '../core/migrant.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { count, text } from './fields.ts'
import { decodeMigrant, encodeMigrant, migrantSchema, type MigrantFile } from './rounds.ts'

/** What a file may hold; a longer tape stays where it is, and the file says so. */
export const MOST_COMPLETIONS = 300_000
const MOST_CHARACTERS = 120 << 20
/** A prompt of the arena with everything in it; templates are short, warriors at most a few thousand characters. */
const MOST_PROMPT = 1 << 15

const FINISHES = ['stop', 'length', 'aborted'] as const
const KINDS = PROMPT_KINDS.filter((kind) => kind !== 'fix')

const time = v.pipe(v.number(), v.finite(), v.minValue(0))

const rowSchema = v.tuple([
  count,
  v.pipe(v.array(count), v.maxLength(2)),
  text(64),
  count,
  // One more than counts: such an answer is on the tape as the refused one it was.
  text(MOST_TEXT + 1),
  count,
  time,
  v.pipe(count, v.maxValue(FINISHES.length - 1)),
  v.pipe(count, v.maxValue(MOST_ATTEMPTS - 1)),
  v.pipe(count, v.maxValue(1)),
  v.nullable(text(MOST_PROMPT)),
  v.nullable(text(MOST_PROMPT)),
])

export const tapeSchema = v.object({
  sources: v.pipe(v.array(v.tuple([text(200), text(200), v.picklist(KINDS)])), v.maxLength(4096)),
  entries: v.array(v.tuple([count, time, v.array(rowSchema)])),
  migrants: v.exactOptional(v.array(v.tuple([count, v.pipe(v.array(migrantSchema), v.maxLength(MOST_MIGRANTS))]))),
})
export type TapeFile = v.InferOutput<typeof tapeSchema>

/** Null when it is longer than a file may be. */
export function encodeTape(tape: readonly TapeEntry[]): TapeFile | null {
  const sources: TapeFile['sources'] = []
  const places = new Map<string, number>()
  const sourceOf = ({ model, version, kind }: Completion): number => {
    const key = JSON.stringify([model, version, kind])
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, sources.length)
    return sources.push([sound(model), sound(version), kind]) - 1
  }
  let completions = 0
  let characters = 0
  const entries = tape.map(({ generation, evaluationMs, completions: written }): TapeFile['entries'][number] => [
    generation,
    evaluationMs,
    written.map((one) => {
      completions++
      characters += one.text.length + (one.prompt?.length ?? 0) + (one.base?.length ?? 0) + 128
      return [
        sourceOf(one), [...one.parents], one.promptHash, one.seed, sound(one.text), one.tokens, one.ms,
        FINISHES.indexOf(one.finish), one.attempt, one.fix === true ? 1 : 0,
        one.prompt === undefined ? null : sound(one.prompt), one.base === undefined ? null : sound(one.base),
      ] // prettier-ignore
    }),
  ])
  const migrants = tape.flatMap(({ generation, migrants: came }): [number, MigrantFile[]][] =>
    came === undefined ? [] : [[generation, came.map(encodeMigrant)]],
  )
  if (completions > MOST_COMPLETIONS || characters > MOST_CHARACTERS) return null
  return { sources, entries, ...(migrants.length === 0 ? {} : { migrants }) }
}

/** UTF-8 has no halves of surrogate pairs; a genome has neither, so nothing that counts changes. */
const sound = (value: string): string => value.replace(/\p{Surrogate}/gu, '\ufffd')

/** A checked file's tape, or what about it makes no sense; generations count up to `last`. */
export function decodeTape({ sources, entries, migrants = [] }: TapeFile, last: number): Result<readonly TapeEntry[]> {
  const tape: TapeEntry[] = []
  const came = migrantsOf(migrants)
  if (!came.ok) return came
  let completions = 0
  for (const [generation, evaluationMs, rows] of entries) {
    if (generation <= (tape.at(-1)?.generation ?? 0) || generation > last)
      return fail('tape', `generation ${generation} of its tape is out of order`)
    const written: Completion[] = []
    for (const [place, parents, promptHash, seed, answer, tokens, ms, finish, attempt, fix, prompt, base] of rows) {
      const source = sources[place]
      if (source === undefined || ++completions > MOST_COMPLETIONS)
        return fail('tape', `generation ${generation} of its tape is not what it should be`)
      const [model, version, kind] = source
      written.push({
        model, version, kind, ...(fix === 1 ? { fix: true as const } : {}), parents, promptHash,
        ...(prompt === null ? {} : { prompt }), seed, text: answer, tokens, ms, finish: FINISHES[finish] ?? 'stop', attempt,
        ...(base === null ? {} : { base }),
      }) // prettier-ignore
    }
    const guests = came.value.get(generation)
    tape.push({ generation, evaluationMs, completions: written, ...(guests === undefined ? {} : { migrants: guests }) })
  }
  return ok(tape)
}

function migrantsOf(
  rows: readonly (readonly [number, readonly MigrantFile[]])[],
): Result<ReadonlyMap<number, readonly Migrant[]>> {
  const came = new Map<number, readonly Migrant[]>()
  for (const [generation, files] of rows) {
    const migrants: Migrant[] = []
    for (const file of files) {
      const migrant = decodeMigrant(file)
      if (!migrant.ok) return migrant
      migrants.push(migrant.value)
    }
    came.set(generation, migrants)
  }
  return ok(came)
}
