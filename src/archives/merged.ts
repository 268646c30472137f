/**
 * The archive of several islands together: of every cell the best elite that any of them has. Joining is commutative,
 * associative and idempotent, and the empty archive changes nothing, so copies that met the same elites in any order, any
 * number of times, are equal (a state-based CRDT, Shapiro et al. 2011: a map of maxima).
 */
export interface MergedElite {
  /** Its place in the grid, row-major. */
  readonly cell: number
  /** The first objective, which is what archives maximise. Not NaN. */
  readonly objective: number
  readonly words: Uint32Array
  /** Of `words`: breaks ties, so that no order of arrival does. */
  readonly hash: string
  readonly island: string
  readonly name: string
}

/** By cell, and so always in rising order of cells. A plain value. */
export type Merged = Readonly<Record<number, MergedElite>>

export const EMPTY: Merged = {}

/** The archive of these elites, in whatever order they stand. */
export function mergedOf(elites: Iterable<MergedElite>): Merged {
  const cells: Record<number, MergedElite> = {}
  for (const elite of elites) {
    const incumbent = cells[elite.cell]
    if (incumbent === undefined || beats(elite, incumbent)) cells[elite.cell] = elite
  }
  return cells
}

/** What all of them know together. */
export const join = (...archives: readonly Merged[]): Merged => mergedOf(archives.flatMap(elitesOf))

/** In cell order. */
export const elitesOf = (archive: Merged): MergedElite[] => Object.values(archive)

/** A total order: two elites of which neither beats the other are equal. */
function beats(one: MergedElite, other: MergedElite): boolean {
  // Of the two zeros neither is greater, and still one has to be chosen.
  if (!Object.is(one.objective, other.objective))
    return one.objective > other.objective || (one.objective === other.objective && Object.is(other.objective, -0))
  if (one.hash !== other.hash) return one.hash < other.hash
  return one.island !== other.island ? one.island < other.island : one.name < other.name
}
