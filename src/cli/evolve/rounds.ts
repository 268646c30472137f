/** A finished round in a line. */
import type { Standing } from '../../core/contracts.ts'
import type { Champion } from '../../core/journal.ts'

export function roundLine({ round, name, objectives, exams = [] }: Champion): string {
  const told = exams.flatMap(({ panel, standings }) => {
    if (standings.length === 0) return []
    const held = standings.filter(({ won, lost }) => won >= lost).length
    return [`${LABELS[panel]} ${held} of ${standings.length} beaten or tied, ${points(standings)} points`]
  })
  return `round ${round + 1}: ${name}, ${(objectives[0] ?? 0).toFixed(3)}${told.map((part) => `; ${part}`).join('')}`
}

const LABELS = { 'held-out': 'held out', ladder: 'ladder', champions: 'earlier champions' } as const

/** 3 for a win, 1 for a tie, per 100 games. */
function points(standings: readonly Standing[]): string {
  const sum = standings.reduce((total, { won, tied }) => total + 3 * won + tied, 0)
  const games = standings.reduce((total, { won, tied, lost }) => total + won + tied + lost, 0)
  return games === 0 ? '0' : ((100 * sum) / games).toFixed(0)
}
