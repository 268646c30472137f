/** An arena's own parts of the page, loaded when they are needed and found by looking: `src/arenas/<id>/view/index.ts`. */
import type { Component } from 'svelte'
import type { ArchiveView, EliteDetail, EngineChoice, SearchView } from '../engine/protocol.ts'
import type { Opponent } from '../engine/protocol-rounds.ts'
import type { Options } from '../core/options.ts'
import type { Result } from '../core/result.ts'

export interface StageProps {
  readonly elite: EliteDetail | null
  readonly options: Options
  readonly seed: number
  readonly archive: ArchiveView
  readonly isRunning: boolean
  /** The engine that is asked for, which counts for what the stage has done too. */
  readonly engine: EngineChoice
  /** The chosen cell, and choosing another. */
  readonly chosen: number
  readonly choose: (cell: number) => void
  /** Nobody is chosen: the best is followed. */
  readonly following: boolean
  readonly swarm: boolean
  readonly setSwarm: (on: boolean) => void
  /** Texts of the elites now in the archive, by cell, for showing them all at once. */
  readonly fetchElite: (cell: number) => Promise<EliteDetail | null>
  readonly theme: 'dark' | 'light'
  /** Whom it may meet: in a run in rounds those of the round; null for the arena's own opponents. */
  readonly rivals: readonly Opponent[] | null
  /** Whom it is to meet now, by name; another object is another wish. */
  readonly against: { readonly name: string } | null
  /** Where a search of a space stands; null where genomes are varied instead. */
  readonly search: SearchView | null
  /** Children a generation, and how many were judged so far. */
  readonly population: number
  readonly evaluations: number
  /** Starts a run in another world, e.g. the one that a visitor's genome was written for. */
  readonly startPreset: (preset: string) => void
}

/** What things are called in an arena, each with a capital: the page says them in its own sentences. */
export interface ArenaWords {
  /** What is being judged: the name of that part of the page, "Battle". */
  readonly stage: string
  /** A genome, and many: "Warrior", "Warriors". */
  readonly genome: string
  readonly genomes: string
  /** A preset, and many: "World", "Worlds". */
  readonly preset: string
  readonly presets: string
  /** What the key for the stage's other look does; absent where the stage has one look. */
  readonly otherLook?: string
  /** Words that the help sheet explains, beside those of every arena. */
  readonly terms: readonly { readonly term: string; readonly text: string }[]
}

export interface HelpProps {
  readonly inRounds: boolean
  /** Genomes that nobody is evolved against and champions are measured by; 0 for none. */
  readonly strangers: number
}

/** Genomes that people made, at several costs: a curve beside the evolved front. */
export interface ReferenceCurve {
  readonly id: string
  readonly label: string
  /** One sign that tells the curve from the others, beside its colour. */
  readonly glyph: string
  /** Each point's objectives by key. */
  readonly points: readonly Readonly<Record<string, number>>[]
}

export interface References {
  /** `front` are the texts of the genomes on it now: some curves depend on them. */
  curves(front: readonly string[]): Promise<Result<readonly ReferenceCurve[]>>
  dispose(): void
}

export interface ArenaViews {
  readonly words: ArenaWords
  /** What the arena is about, for the help sheet. */
  readonly Help: Component<HelpProps>
  /** Curves to see the front against, scored as a run with these settings scores. */
  readonly references?: (options: Options, seed: number) => References
  /** What is being judged, moving. */
  readonly Stage: Component<StageProps>
  /** A genome as text, coloured; `other` is a text to show the differences from. */
  readonly Genome: Component<{ readonly text: string; readonly other?: string }>
  /** What a saved genome's file is called. */
  readonly extension: string
}

const modules = import.meta.glob<{ default: ArenaViews }>('../arenas/*/view/index.ts')

export async function loadViews(arena: string): Promise<ArenaViews | null> {
  const load = modules[`../arenas/${arena}/view/index.ts`]
  return load === undefined ? null : (await load()).default
}
