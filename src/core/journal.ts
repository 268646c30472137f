/**
 * What a generation leaves behind. A record says what changed, not how it came about, so a run is resumed by applying
 * records and never by evaluating again; and the live run changes only by applying its own records.
 */
import type { AddStatus } from './contracts.ts'
import type { RngState } from './rng.ts'

export interface GenerationRecord {
  /** 1 for the first generation. */
  readonly generation: number
  /** Totals after this generation. */
  readonly evaluations: number
  readonly nextId: number
  readonly rng: RngState
  readonly strategy: unknown
  /** Per operator (arena order): totals after this generation. */
  readonly operators: readonly OperatorTally[]
  /** Every child that entered the archive, in order. A cell may occur twice; the later one stays. */
  readonly births: readonly Birth[]
}

export interface OperatorTally {
  readonly id: string
  /** Children made and judged. */
  readonly proposed: number
  /** Times it could not apply, or made what the archive already had. */
  readonly refused: number
  /** Children that opened an empty cell, and that replaced a weaker elite. */
  readonly opened: number
  readonly improved: number
}

/** One elite's birth: enough to show it, to trace its family and to put it back into its cell. */
export interface Birth {
  /** Counter, from 1; unique in the run. */
  readonly id: number
  readonly cell: number
  readonly generation: number
  readonly status: Exclude<AddStatus, 'rejected'>
  readonly operator: string
  /** Ids of the parents, none for one made from nothing. */
  readonly parents: readonly number[]
  readonly objectives: readonly number[]
  readonly measures: readonly number[]
  /** The encoded genome. */
  readonly words: Uint32Array
}

/** One point of the curves. */
export interface HistoryPoint {
  readonly generation: number
  readonly evaluations: number
  readonly best: number
  readonly mean: number
  /** Filled share of the reachable cells, 0..1. */
  readonly coverage: number
  readonly qdScore: number
}

/** The whole state of a run between two generations: a plain value, cloneable, equal for equal runs. */
export interface RunState {
  readonly generation: number
  readonly evaluations: number
  readonly nextId: number
  readonly rng: RngState
  readonly strategy: unknown
  readonly operators: readonly OperatorTally[]
  /** The elite of each cell, in cell order; empty cells are left out. */
  readonly elites: readonly Birth[]
  /** Thinned to at most 1,024 points by halving its resolution; the last generation is always among them. */
  readonly history: readonly HistoryPoint[]
  /** Generations between two kept points: 1, 2, 4, ... */
  readonly historyStride: number
}
