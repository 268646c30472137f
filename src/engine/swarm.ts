/** Many battles (or whatever an arena judges) at once, drawn by a worker on a canvas of the page's. Plain and cloneable. */
import type { Options } from '../core/options.ts'

/** A kind that somebody lives in. */
export interface SwarmKind {
  readonly cell: number
  /** Birth id: another one, another genome. */
  readonly id: number
  readonly words: Uint32Array
}

export interface SwarmLook {
  /** Device pixels of the whole canvas. */
  readonly width: number
  readonly height: number
  readonly rows: number
  readonly columns: number
  /** The theme's colours, `#rrggbb`, as the arena's view reads them. */
  readonly palette: unknown
  readonly playing: boolean
  /** Pictures a second at most. */
  readonly rate: number
}

export interface SwarmTally {
  readonly shown: number
  readonly begun: number
  readonly won: number
  readonly lost: number
}

/** What an arena's `view/swarm.ts` exports as default. */
export type CreateSwarm = (options: Options, canvas: OffscreenCanvas) => SwarmScene

export interface SwarmScene {
  setLook(look: SwarmLook): void
  setKinds(kinds: readonly SwarmKind[]): void
  /** One picture, within so many milliseconds. */
  draw(milliseconds: number): void
  readonly tally: SwarmTally
}

/** What workers/swarm.worker.ts offers. */
export interface SwarmWorkerApi {
  /** False when the arena has no such view. */
  open(arena: string, options: Options, canvas: OffscreenCanvas): Promise<boolean>
  setLook(look: SwarmLook): void
  setKinds(kinds: readonly SwarmKind[]): void
  tally(): SwarmTally
}
