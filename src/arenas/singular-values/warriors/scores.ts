/** What a model that writes warriors is judged by. */
import type { Axis } from '../../../core/contracts.ts'
import type { Verdict } from './jury.ts'
import type { Tokens } from './scribe.ts'

/** Points of always winning, per 100 rounds. */
export const MOST_POINTS = 300

export const WRITER_OBJECTIVES: readonly Axis[] = [
  {
    key: 'points', label: 'Points', unit: '', min: 0, max: 1,
    help: 'Of the warriors that it writes, on average, as a share of the most there is: always winning is 1, always tying a third.',
  },
  {
    key: 'changed', label: 'Changed texts', unit: '', min: 0, max: 1,
    help: 'Share of the warriors that differ from what the adapter writes as it was trained, with the same noise. Near 0 the search is blind.',
  },
  {
    key: 'tokens', label: 'Token distance', unit: '', min: 0, max: 1,
    help: 'Share of the tokens in which two of its warriors differ, on average. It falls as the model narrows; at 0 it writes one warrior only.',
  },
  {
    key: 'kinds', label: 'Kinds', unit: '', min: 0, max: 36,
    help: 'How many kinds of behaviour are among its warriors (processes started, memory covered), as Core War tells them apart.',
  },
] // prettier-ignore

/** Share of texts that differ, place by place. */
export function shareChanged(before: readonly Tokens[], now: readonly Tokens[]): number {
  const changed = now.filter((text, at) => text.join() !== (before[at] ?? []).join()).length
  return changed / Math.max(1, now.length)
}

/** Mean share of places in which two texts differ, over all pairs; where one has ended and the other has not, they differ. */
export function tokenDistance(texts: readonly Tokens[]): number {
  let [sum, pairs] = [0, 0]
  for (let one = 0; one < texts.length; one++)
    for (let other = one + 1; other < texts.length; other++) {
      const [x, y] = [texts[one] ?? [], texts[other] ?? []]
      const length = Math.max(x.length, y.length)
      let differ = 0
      for (let at = 0; at < length; at++) if (x[at] !== y[at]) differ++
      sum += differ / Math.max(1, length)
      pairs++
    }
  return sum / Math.max(1, pairs)
}

/** Different cells. */
export const kindsAmong = (verdicts: readonly Verdict[]): number => new Set(verdicts.map(({ cell }) => cell)).size
