/**
 * All islands' archives as one: elites of each judged anew, here, on one frozen panel, and joined cell by cell. What an island
 * claims counts for nothing. The same archives give the same picture on every island.
 */
import { EMPTY, elitesOf, join, type Merged } from '../archives/merged.ts'
import type { Evaluator } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import { hashBytes } from '../core/hash.ts'
import { ok, type Cancellation, type Result } from '../core/result.ts'
import { frozenEnvironment, judge, statsOn } from './frozen.ts'

/** An island's archive after a round, as it was told. */
export interface ToldArchive {
  readonly island: string
  readonly round: number
  readonly elites: readonly { readonly words: Uint32Array; readonly name: string }[]
}

export interface JudgedIsland {
  readonly island: string
  readonly round: number
  readonly archive: Merged
  readonly qdScore: number
  readonly coverage: number
}

export interface Picture {
  /** By name. */
  readonly islands: readonly JudgedIsland[]
  readonly merged: Merged
  readonly qdScore: number
  readonly coverage: number
  /** Equal pictures, equal hash. */
  readonly hash: string
}

export const NO_PICTURE: Picture = { islands: [], merged: EMPTY, qdScore: 0, coverage: 0, hash: '' }

export class Merging {
  readonly #make: Make
  readonly #evaluator: Evaluator
  readonly #environment: unknown
  readonly #judged = new Map<string, JudgedIsland>()
  picture: Picture = NO_PICTURE

  /** The evaluator is for this alone: another environment would make it forget what it knows. */
  constructor(make: Make, evaluator: Evaluator) {
    this.#make = make
    this.#evaluator = evaluator
    this.#environment = frozenEnvironment(make)
  }

  /** Judges what is new, one island after another. */
  async update(
    archives: readonly ToldArchive[],
    cancel: Cancellation,
  ): Promise<Result<{ readonly picture: Picture; readonly isNew: boolean }>> {
    let isNew = false
    for (const { island, round, elites } of archives) {
      if (this.#judged.get(island)?.round === round) continue
      const archive = await judge(this.#make, island, elites, this.#environment, this.#evaluator, cancel)
      if (!archive.ok) return archive
      isNew = true
      this.#judged.set(island, { island, round, archive: archive.value, ...statsOn(this.#make.shape, archive.value) })
    }
    const there = new Set(archives.map(({ island }) => island))
    const islands = [...this.#judged.values()]
      .filter(({ island }) => there.has(island))
      .sort((x, y) => (x.island < y.island ? -1 : 1))
    const merged = join(...islands.map(({ archive }) => archive))
    this.picture = { islands, merged, ...statsOn(this.#make.shape, merged), hash: hashOf(merged) }
    return ok({ picture: this.picture, isNew })
  }

  dispose(): void {
    this.#evaluator.dispose()
  }
}

/** Cells, scores and genomes; not who found them first. */
export const hashOf = (merged: Merged): string =>
  hashBytes(new TextEncoder().encode(elitesOf(merged).map(({ cell, objective, hash }) => `${cell}:${objective}:${hash}`).join('\n'))) // prettier-ignore
