/**
 * What a generation leaves behind. A record says what changed, not how it came about, so a run is resumed by applying
 * records and never by evaluating again; and the live run changes only by applying its own records.
 */
import type { ArmStats } from './bandit.ts'
import type { Completion } from './completion.ts'
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
  /** Absent where neither models nor a bandit are in play, as in every run of earlier versions. */
  readonly models?: ModelsChange
  /** What came from outside into this generation; absent when nothing did. Kept apart from the journal, for good. */
  readonly tape?: TapeEntry
}

/** Everything about a generation that does not follow from the state before it. */
export interface TapeEntry {
  readonly generation: number
  /** Milliseconds that judging took: what the cost of a completion is measured by. */
  readonly evaluationMs: number
  readonly completions: readonly Completion[]
}

export interface ModelsState {
  /** Totals by model and kind of prompt, in the order in which they first wrote. */
  readonly tallies: readonly ModelTally[]
  readonly bandit: readonly ArmStats[]
  /** 32-bit hashes of the children seen last, oldest first: what models are not to write again. */
  readonly seen: readonly number[]
}

/** As {@link ModelsState}, but of `seen` only what is new. */
export type ModelsChange = ModelsState

/** What came of a model's completions: `novel + refused + duplicate + lazy` is their number. */
export interface ModelTally {
  readonly model: string
  readonly kind: Completion['kind']
  readonly completions: number
  readonly tokens: number
  readonly ms: number
  /** Became children. */
  readonly novel: number
  /** Of those, after a fix or another try. */
  readonly repaired: number
  /** No genome. */
  readonly refused: number
  /** Known already, or nearer to a parent than the run allows. */
  readonly duplicate: number
  /** The parent again. */
  readonly lazy: number
  readonly opened: number
  readonly improved: number
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
  /** For a language model's child: how it came to be written. */
  readonly writing?: Writing
}

/** What a birth keeps of the completion it came from. */
export interface Writing {
  readonly model: string
  readonly version: string
  readonly kind: Completion['kind']
  readonly promptHash: string
  /** Absent where the prompt follows from kind and parents. */
  readonly prompt?: string
  readonly tokens: number
  readonly ms: number
  readonly attempt: number
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
  readonly models?: ModelsState
}
