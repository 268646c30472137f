/** The genomes of an archive's elites, each fetched once. */
import type { SwarmKind } from '../../../engine/swarm.ts'
import type { StageProps } from '../../../ui/views.ts'

export class SwarmKinds {
  /** By birth. */
  readonly #known = new Map<number, SwarmKind>()

  async of(ids: Float64Array, fetchElite: StageProps['fetchElite']): Promise<SwarmKind[]> {
    const living = [...ids.entries()].filter(([, id]) => id > 0)
    await Promise.all(
      living.map(async ([cell, id]) => {
        if (this.#known.has(id)) return
        const elite = await fetchElite(cell)
        if (elite !== null) this.#known.set(elite.id, { cell, id: elite.id, words: elite.words })
      }),
    )
    const kinds = living.flatMap(([cell, id]) => {
      const kind = this.#known.get(id)
      return kind === undefined ? [] : [{ ...kind, cell }]
    })
    const alive = new Set(living.map(([, id]) => id))
    for (const id of this.#known.keys()) if (!alive.has(id)) this.#known.delete(id)
    return kinds
  }
}
