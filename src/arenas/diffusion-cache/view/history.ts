/** What the stage shows and what it showed before: elites as they are chosen, edits upon them. */
import type { Schedule } from '../schedule.ts'
import { isSame } from './board.ts'

export interface Shown {
  readonly schedule: Schedule
  readonly name: string
  /** `elite`: as it is in the archive, or the uncached schedule where nobody is chosen. */
  readonly origin: 'elite' | 'hand' | 'file'
}

/** Kept for undoing, at most. */
const MOST = 200

/** The last is shown; the elite that edits began from, or that is followed meanwhile, is kept beside. */
export interface History {
  readonly shown: readonly [Shown, ...Shown[]]
  readonly elite: Shown
}

export const begin = (elite: Shown): History => ({ shown: [elite], elite })

export const topOf = ({ shown }: History): Shown => shown.at(-1) ?? shown[0]

export const isEdited = (history: History): boolean => topOf(history).origin !== 'elite'

function push(history: History, next: Shown): History {
  const [first = next, ...rest] = [...history.shown, next].slice(-MOST)
  return { ...history, shown: [first, ...rest] }
}

/** An edit upon what is shown; one that leads back to the elite is the elite again. */
export function edit(history: History, schedule: Schedule): History {
  const { elite } = history
  const same = isSame(schedule, elite.schedule)
  return push(history, same ? elite : { schedule, name: elite.name, origin: 'hand' })
}

export const load = (history: History, schedule: Schedule, name: string): History =>
  push(history, { schedule, name, origin: 'file' })

/**
 * Another elite. It takes the place of the one on show; edits it replaces only when somebody chose it, and then they can be
 * brought back.
 */
export function follow(history: History, elite: Shown, isChosen: boolean): History {
  const next = { ...history, elite }
  if (isEdited(history)) return isChosen ? push(next, elite) : next
  const [first = elite, ...rest] = [...history.shown.slice(0, -1), elite]
  return { ...next, shown: [first, ...rest] }
}

export const backToElite = (history: History): History => (isEdited(history) ? push(history, history.elite) : history)

export const canUndo = ({ shown }: History): boolean => shown.length > 1

export function undo(history: History): History {
  const [first, ...rest] = history.shown.slice(0, -1)
  return first === undefined ? history : { ...history, shown: [first, ...rest] }
}
