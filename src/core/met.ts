/** Who beats whom among those who come one after another, each of whom has met all before it: a letter for each meeting. */
import type { Standing } from './contracts.ts'

/** How somebody did against somebody: won, tied or lost more of their games. */
export type Met = 'w' | 't' | 'l'

export const metAs = ({ won, lost }: Standing): Met => (won > lost ? 'w' : won < lost ? 'l' : 't')

/** A letter, read from text; null for anything else. */
export const metFrom = (letter: string | undefined): Met | null =>
  letter === 'w' || letter === 't' || letter === 'l' ? letter : null

/**
 * How the one at `one` did against the one at `other`; null where they never met. `versus` has a letter for each earlier one
 * and ends with the one just before.
 */
export function metOf(line: readonly { readonly versus: string }[], one: number, other: number): Met | null {
  if (one === other) return null
  const [later, earlier] = [Math.max(one, other), Math.min(one, other)]
  const versus = line[later]?.versus ?? ''
  const met = metFrom(versus[versus.length - (later - earlier)])
  if (met === null || met === 't' || later === one) return met
  return met === 'w' ? 'l' : 'w'
}
