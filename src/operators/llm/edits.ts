/** What earlier edits did, for models to learn from: which change, and what the child scored beside its parent. */
import type { Situation } from '../../core/contracts.ts'
import type { Birth } from '../../core/journal.ts'

export interface EditSources {
  /** Births in the order they happened; parents among them or among {@link elders}. */
  readonly births: readonly Birth[]
  /** Earlier births that may be parents. */
  readonly elders?: readonly Birth[]
  /** What people call an operator; its id where there is no label. */
  readonly label: (operator: string) => string
  /** A birth's genome as lines of text, where the edit itself is to be told. */
  readonly lines?: (birth: Birth) => readonly string[]
  /** How many, at most. */
  readonly most?: number
}

const MOST = 5

/**
 * The latest edits whose parent is known, newest first, each label once. Gains are differences of the first objective to the
 * better parent. Births are children that found a place, so a gain below 0 is one that opened a new cell.
 */
export function recentEdits({ births, elders = [], label, lines, most = MOST }: EditSources): Situation['edits'] {
  const known = new Map([...elders, ...births].map((birth) => [birth.id, birth]))
  const edits = new Map<string, number>()
  for (const birth of [...births].reverse()) {
    if (edits.size >= most) break
    const parents = birth.parents.flatMap((id) => known.get(id) ?? [])
    const best = better(parents)
    if (best === undefined) continue
    const change = lines === undefined ? null : changeOf(lines(best), lines(birth))
    const name = change === null ? label(birth.operator) : `${label(birth.operator)}, ${change}`
    // Rounded, so that prompts of equal runs are equal and short.
    if (!edits.has(name)) edits.set(name, Math.round((scoreOf(birth) - scoreOf(best)) * 1000) / 1000)
  }
  return [...edits].map(([name, gain]) => ({ label: name, gain }))
}

const scoreOf = ({ objectives }: Birth) => objectives[0] ?? 0

const better = (parents: readonly Birth[]): Birth | undefined =>
  parents.reduce<Birth | undefined>(
    (best, parent) => (best === undefined || scoreOf(parent) > scoreOf(best) ? parent : best),
    undefined,
  )

/** `line 2: A became B`, or lines more or less; null where more than that changed. */
export function changeOf(before: readonly string[], after: readonly string[]): string | null {
  let head = 0
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++
  let tail = 0
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const gone = before.length - head - tail
  const come = after.length - head - tail
  if (gone === 1 && come === 1) return `line ${head + 1}: ${before[head] ?? ''} became ${after[head] ?? ''}`
  if (gone === 1 && come === 0) return `line ${head + 1} left out: ${before[head] ?? ''}`
  if (gone === 0 && come === 1) return `line ${head + 1} put in: ${after[head] ?? ''}`
  return null
}
