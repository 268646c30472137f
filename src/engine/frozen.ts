/**
 * Archives on the frozen panel: the held-out one, whose members no island ever meets as opponents. Islands with different
 * opponents have scores that cannot be compared; judged anew here they can.
 */
import { cellOf, statsOf, type GridShape } from '../archives/grid.ts'
import { EMPTY, elitesOf, mergedOf, type Merged } from '../archives/merged.ts'
import { batchOf } from '../core/batch.ts'
import type { Evaluator } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import { hashWords } from '../core/hash.ts'
import { ok, type Cancellation, type Result } from '../core/result.ts'

/** The environment of the frozen panel: its members as opponents, at the places of seed 0 whatever the run's seed is. */
export function frozenEnvironment(make: Make): unknown {
  const { rounds, arena, settings } = make
  const panel = rounds?.coevolution.panels.find(({ id, members }) => id === 'held-out' && members.length > 0)
  if (rounds === null || panel === undefined) throw new Error(`${arena.id} has no held-out panel in this world`)
  return rounds.coevolution.facing(arena.environment(settings.options, 0), panel.members)
}

/** An island's elites on the frozen panel, in the cells where that puts them. */
export async function judge(
  make: Make,
  island: string,
  elites: readonly { readonly words: Uint32Array; readonly name: string }[],
  environment: unknown,
  evaluator: Evaluator,
  cancel: Cancellation,
): Promise<Result<Merged>> {
  if (elites.length === 0) return ok(EMPTY)
  const batch = batchOf(make.codec.stride, elites.map(({ words }) => words)) // prettier-ignore
  const scores = await evaluator.evaluate(batch, environment, cancel)
  if (!scores.ok) return scores
  const { objectives, measures } = scores.value
  return ok(
    mergedOf(
      elites.map((elite, index) => ({
        cell: cellOf(make.shape, measures.subarray(2 * index, 2 * index + 2)),
        objective: objectives[index * make.objectiveCount] ?? 0,
        words: elite.words,
        hash: hashWords(elite.words),
        island,
        name: elite.name,
      })),
    ),
  )
}

/** QD-Score: the sum of first objectives, each 0..1. Coverage: the filled share of reachable cells. */
export function statsOn(shape: GridShape, archive: Merged): { readonly qdScore: number; readonly coverage: number } {
  const elites = elitesOf(archive).map(({ cell, objective }) => ({ cell, objectives: [objective] }))
  const { qdScore, coverage } = statsOf(elites, shape.reachableCount)
  return { qdScore, coverage }
}
