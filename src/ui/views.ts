/** An arena's own parts of the page, loaded when they are needed and found by looking: `src/arenas/<id>/view/index.ts`. */
import type { Component } from 'svelte'
import type { ArchiveView, EliteDetail } from '../engine/protocol.ts'
import type { Opponent } from '../engine/protocol-rounds.ts'
import type { Options } from '../core/options.ts'

export interface StageProps {
  readonly elite: EliteDetail | null
  readonly options: Options
  readonly seed: number
  readonly archive: ArchiveView
  readonly isRunning: boolean
  /** The chosen cell, and choosing another. */
  readonly chosen: number
  readonly choose: (cell: number) => void
  readonly swarm: boolean
  readonly setSwarm: (on: boolean) => void
  /** Texts of the elites now in the archive, by cell, for showing them all at once. */
  readonly fetchElite: (cell: number) => Promise<EliteDetail | null>
  readonly theme: 'dark' | 'light'
  /** Whom it may meet: in a run in rounds those of the round; null for the arena's own opponents. */
  readonly rivals: readonly Opponent[] | null
  /** Whom it is to meet now, by name; another object is another wish. */
  readonly against: { readonly name: string } | null
  /** Starts a run in another world, e.g. the one that a visitor's genome was written for. */
  readonly startPreset: (preset: string) => void
}

export interface ArenaViews {
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
