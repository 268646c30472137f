/** Moments of a run that are worth a mark on its timeline. */
import type { HistoryPoint } from '../core/journal.ts'
import { percent1 } from './format.ts'

export interface Moment {
  readonly generation: number
  readonly kind: 'leap' | 'kinds'
  readonly text: string
}

const MOST = 8
/** A rise of the best by this much in one step is a leap. */
const LEAP = 0.03
/** Marks closer than this share of the whole would cover each other on a wide plot; the greater one stays. */
const APART = 0.035
const COVERAGE = [
  [0.25, 'A quarter of all kinds is found'],
  [0.5, 'Half of all kinds are found'],
  [0.75, 'Three quarters of all kinds are found'],
  [1, 'Every kind is found'],
] as const

/** In the order of time, at most eight; `apart` is the least share of the whole between two. */
export function momentsOf(
  history: readonly HistoryPoint[],
  apart = APART,
  kind: 'grid' | 'population' = 'grid',
): Moment[] {
  const found: { readonly moment: Moment; readonly weight: number }[] = []
  history.forEach((point, index) => {
    const before = history[index - 1]
    if (before === undefined) return
    const { generation, coverage } = point
    const [from, to] = kind === 'grid' ? [before.best, point.best] : [before.qdScore, point.qdScore]
    if (to - from >= LEAP) {
      const text = `${kind === 'grid' ? 'The best' : 'What the front dominates'} leaps from ${percent1(from)} to ${percent1(to)}`
      found.push({ moment: { generation, kind: 'leap', text }, weight: to - from })
    }
    if (kind === 'population') return
    const passed = COVERAGE.findLast(([share]) => before.coverage < share && coverage >= share)
    if (passed !== undefined)
      found.push({ moment: { generation, kind: 'kinds', text: passed[1] }, weight: 0.05 + passed[0] / 10 })
  })
  const span = Math.max(1, history.at(-1)?.generation ?? 1)
  const kept: Moment[] = []
  for (const { moment } of found.sort((x, y) => y.weight - x.weight)) {
    if (kept.length >= MOST) break
    if (kept.every(({ generation }) => Math.abs(generation - moment.generation) >= Math.max(APART, apart) * span))
      kept.push(moment)
  }
  return kept.sort((x, y) => x.generation - y.generation)
}
