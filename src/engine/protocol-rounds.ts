/** What page and engine say about rounds. Plain and cloneable, as all of the protocol. */
import type { Phase, RoundsProgress, Standing } from '../core/contracts.ts'
import type { Exam } from '../core/journal.ts'

/** What a champion came to against a panel. */
export interface PanelResult extends Standing {
  readonly panel: Exam['panel']
  readonly members: number
  /** 3 for a win, 1 for a tie, per 100 games. */
  readonly points: number
  /** Share of its members beaten or tied with, 0..1. */
  readonly share: number
}

export interface ChampionView {
  /** From 0. */
  readonly round: number
  /** Its birth. */
  readonly id: number
  readonly name: string
  readonly operatorLabel: string
  /** A language model wrote it. */
  readonly byModel: boolean
  readonly objectives: readonly number[]
  /** The island it was born on, where that is another one. */
  readonly from: string | null
  /** Empty where nobody measured it. */
  readonly panels: readonly PanelResult[]
  /** A letter for each member of the ladder: `w`, `t` or `l`, see `core/met.ts`. */
  readonly ladder: string
  /** Rungs climbed: members of the ladder, from below, each of whom it beats. */
  readonly rungs: number
  /** How far its results against the held-out panel are from those of the champion before, 0..1; null for the first. */
  readonly moved: number | null
  /** A letter for each earlier champion, the one just before it last; at most 60. */
  readonly versus: string
  /** What Thresholdout says of its share of the held-out panel, 0..1; null where it says nothing. */
  readonly guarded: number | null
}

/** A run in rounds. */
export interface RoundsView extends RoundsProgress {
  readonly phase: Phase['kind']
  /** Rounds begun. */
  readonly opened: number
  /** The generations in which the newest rounds began. */
  readonly openings: readonly number[]
  /** The frozen panels; only the ladder's members are named. */
  readonly panels: readonly {
    readonly id: 'held-out' | 'ladder'
    readonly label: string
    readonly help: string
    readonly members: readonly string[]
    readonly size: number
  }[]
  /** The newest, at most 240. */
  readonly champions: readonly ChampionView[]
  /** Rounds of three champions each of whom beats the next, and the last the first; of so many threes. */
  readonly cycles: readonly (readonly [number, number, number])[]
  readonly threes: number
  readonly guests: readonly { readonly name: string; readonly island: string; readonly joined: number }[]
  /** All guests there ever were, and how many of them were of a kind that was not there. */
  readonly received: number
  readonly novel: number
  /** How often the held-out panel was asked in this run. */
  readonly asked: number
  /** Answers that Thresholdout gives from the panel's guarded half, and those that are left. */
  readonly budget: number
  readonly budgetLeft: number
}

export interface Opponent {
  readonly name: string
  readonly words: Uint32Array
}

/** A champion against one of a panel. */
export interface Encounter extends Standing {
  readonly panel: Exam['panel']
  readonly name: string
}
