/** Where a search stood, in a `.evo` file: as in memory, with genomes as base64. */
import * as v from 'valibot'
import { wordsFromBase64, wordsToBase64 } from '../core/base64.ts'
import type { Stand } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { count, finite } from './fields.ts'

/** About twice as many as a run keeps. */
const MOST_STANDS = 256

export const standsSchema = v.pipe(
  v.array(
    v.object({
      generation: v.pipe(count, v.minValue(1)),
      evaluations: count,
      reward: finite,
      best: finite,
      sigma: v.pipe(finite, v.minValue(0)),
      words: v.pipe(v.string(), v.maxLength(1 << 16)),
    }),
  ),
  v.maxLength(MOST_STANDS),
)
type StandsFile = v.InferOutput<typeof standsSchema>

export const encodeStands = (stands: readonly Stand[]): StandsFile =>
  stands.map((stand) => ({ ...stand, words: wordsToBase64(stand.words) }))

/** A checked file's stands, or what about them makes no sense. */
export function decodeStands(
  file: StandsFile,
  { generation, evaluations }: { readonly generation: number; readonly evaluations: number },
): Result<readonly Stand[]> {
  const stands: Stand[] = []
  for (const { words: text, ...stand } of file) {
    const words = wordsFromBase64(text)
    if (words === null || words.length === 0)
      return fail('bad-file', `the mean of generation ${stand.generation} is not readable`)
    const last = stands.at(-1)
    if (
      stand.generation > generation ||
      stand.evaluations > evaluations ||
      stand.generation <= (last?.generation ?? 0) ||
      stand.evaluations < (last?.evaluations ?? 0)
    )
      return fail('bad-file', 'its search runs backwards')
    stands.push({ ...stand, words })
  }
  return ok(stands)
}
