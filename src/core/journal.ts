/**
 * What a generation leaves behind. A record says what changed, not how it came about, so a run is resumed by applying
 * records and never by evaluating again; and the live run changes only by applying its own records.
 */
import type { ArmStats } from './bandit.ts'
import type { Completion } from './completion.ts'
import type { AddStatus, Standing } from './contracts.ts'
import type { Migrant } from './migrant.ts'
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
  /** Set where a round ends or begins. */
  readonly turn?: Turn
  /** Where a search stands after this generation; absent where the strategy is none. */
  readonly stand?: Stand
}

/** Where the distribution of a search stood after a generation. */
export interface Stand {
  readonly generation: number
  readonly evaluations: number
  /** Mean first objective of the generation's samples, and the best. */
  readonly reward: number
  readonly best: number
  readonly sigma: number
  /** The mean as a genome, encoded. */
  readonly words: Uint32Array
}

/** What a generation changes about the rounds. */
export interface Turn {
  /** Who won the round that ends; null at the first beginning. */
  readonly champion: Champion | null
  /** Foreign champions that come in. */
  readonly guests: readonly Guest[]
  /** Guests of a kind that the archive of the last round did not have. */
  readonly novel: number
  /** Whether a round begins: then the archive holds the births of this generation alone. */
  readonly opens: boolean
}

/** Who won a round, as later rounds meet it. */
export interface Champion {
  /** From 0. */
  readonly round: number
  /** Its birth. */
  readonly id: number
  readonly name: string
  readonly operator: string
  readonly objectives: readonly number[]
  readonly measures: readonly number[]
  readonly words: Uint32Array
  /** Set where it was born on another island. */
  readonly from?: string
  /** How it does against those it was not evolved against, and against earlier champions. Absent where nobody measured. */
  readonly exams?: readonly Exam[]
}

/** Results against every member of a panel, in its order; `champions` are those of earlier rounds. */
export interface Exam {
  readonly panel: 'held-out' | 'ladder' | 'champions'
  readonly standings: readonly Standing[]
}

/** A migrant that was let in. */
export interface Guest extends Migrant {
  /** The round whose rival it became. */
  readonly joined: number
}

export interface RoundsState {
  /** The generation that opened each round so far. */
  readonly openings: readonly number[]
  readonly champions: readonly Champion[]
  /** The newest, as many as are rivals. */
  readonly guests: readonly Guest[]
  /** All guests there ever were, and how many of them were of a kind that the archive did not have. */
  readonly received: number
  readonly novel: number
}

/** Everything about a generation that does not follow from the state before it. */
export interface TapeEntry {
  readonly generation: number
  /** Milliseconds that judging took: what the cost of a completion is measured by. */
  readonly evaluationMs: number
  readonly completions: readonly Completion[]
  /** Who came from other islands; absent when nobody did. */
  readonly migrants?: readonly Migrant[]
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
  /** Its id, or of a model's arm; `seed` for the arena's own beginnings, `rival`, `champion` and `guest` for who is judged anew. */
  readonly operator: string
  /** Ids of the parents, none for one made from nothing. */
  readonly parents: readonly number[]
  readonly objectives: readonly number[]
  readonly measures: readonly number[]
  /** The encoded genome. */
  readonly words: Uint32Array
  /** For a language model's child: how it came to be written. */
  readonly writing?: Writing
  /** The island it came from, or its earlier self did. */
  readonly from?: string
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
  /** Where the strategy goes in rounds. */
  readonly rounds?: RoundsState
  /** Where a search stood, thinned to at most 130; the last one is always among them. */
  readonly stands?: readonly Stand[]
}
