/** A finished round in a line. */
import type { Champion } from '../../core/journal.ts'
import { isHeld, pointsOf } from '../../core/standing.ts'

export function roundLine({ round, name, objectives, exams = [] }: Champion): string {
  const told = exams.flatMap(({ panel, standings }) => {
    if (standings.length === 0) return []
    const held = standings.filter(isHeld).length
    return [`${LABELS[panel]} ${held} of ${standings.length} beaten or tied, ${pointsOf(standings).toFixed(0)} points`]
  })
  return `round ${round + 1}: ${name}, ${(objectives[0] ?? 0).toFixed(3)}${told.map((part) => `; ${part}`).join('')}`
}

const LABELS = { 'held-out': 'held out', ladder: 'ladder', champions: 'earlier champions' } as const
