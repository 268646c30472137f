/** A row of what a search is seen beside, and the curve that rows make. */
export interface Control {
  readonly kind: 'now' | 'temperature' | 'random' | 'gradient'
  readonly label: string
  /** Per 100 rounds against held-out opponents: 3 for a win, 1 for a tie. */
  readonly points: number
  /** Mean share of tokens in which two texts differ. */
  readonly distance: number
  /** Cells of Core War's archive among the texts. */
  readonly kinds: number
  /** Share of texts that are unlike all others. */
  readonly distinct: number
}

/** Points of a curve at a distance: between two of its rows a straight line, beyond them the last one. NaN of none. */
export function pointsAt(rows: readonly Pick<Control, 'points' | 'distance'>[], distance: number): number {
  const sorted = [...rows].sort((x, y) => x.distance - y.distance)
  const after = sorted.findIndex((row) => row.distance >= distance)
  const [one, other] = [sorted[after - 1], sorted[after]]
  if (other === undefined) return sorted.at(-1)?.points ?? NaN
  if (one === undefined) return other.points
  const share = (distance - one.distance) / (other.distance - one.distance || 1)
  return one.points + share * (other.points - one.points)
}
