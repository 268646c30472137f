/** What the page and the engine's worker say to each other. Everything here is plain and cloneable. */
import type { Axis, Measure, Preset } from '../core/contracts.ts'
import type { Spread } from '../core/search.ts'
import type { Posterior } from '../core/bandit.ts'
import type { Birth, HistoryPoint, ModelTally, OperatorTally, Stand } from '../core/journal.ts'
import type { OptionField, Options } from '../core/options.ts'
import type { Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'
import type { LoadedModel, LoadProgress, ModelSpec } from '../llm/contracts.ts'
import type { PromptKit } from '../core/contracts.ts'
import type { Encounter, Opponent, RoundsView } from './protocol-rounds.ts'

export interface OperatorInfo {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly weight: number
}

/** A small language model of ours, which comes with the page. */
export interface EmbeddedInfo {
  readonly id: string
  readonly label: string
  readonly summary: string
}

/** A strategy as the page needs it. */
export interface StrategyInfo {
  readonly id: string
  readonly label: string
  readonly help: string
  /** Its own settings. */
  readonly options: readonly OptionField[]
  /** Whether it goes in rounds, for arenas whose genomes meet. */
  readonly inRounds: boolean
  /** Whether it searches a space, for arenas whose genomes are points of one. */
  readonly searches: boolean
  /** What it keeps; populations are for arenas with several goals. */
  readonly archive: 'grid' | 'population'
}

/** An arena as the page needs it to draw its controls. */
export interface ArenaInfo {
  readonly id: string
  readonly version: number
  readonly label: string
  readonly summary: string
  readonly unit: { readonly one: string; readonly many: string; readonly steps: string }
  readonly options: readonly OptionField[]
  readonly presets: readonly {
    readonly id: string
    readonly label: string
    readonly summary: string
    readonly options: Options
    /** What else it sets. */
    readonly run?: NonNullable<Preset['run']>
    /** Models of ours that write for it. */
    readonly embedded: readonly EmbeddedInfo[]
  }[]
  readonly operators: readonly OperatorInfo[]
  readonly strategies: readonly StrategyInfo[]
  /** Whether language models can write for it. */
  readonly asksModels: boolean
  /** Whether GPU and CPU give the same scores to the last bit. */
  readonly isExact: boolean
}

/** The prompts of an arena in one world, as the page shows and edits them. */
export type PromptView = Pick<PromptKit, 'version' | 'templates' | 'places' | 'grammar'>

export interface RunSummary {
  readonly id: string
  readonly name: string
  readonly settings: RunSettings
  readonly generation: number
  readonly evaluations: number
  readonly filled: number
  readonly reachable: number
  readonly best: number
  /** Milliseconds since 1970, for people only: nothing is ordered by it. */
  readonly changedAt: number
  /** Deleted but still undoable. */
  readonly deleted: boolean
  /** Another tab is writing it; here it can be looked at only. */
  readonly elsewhere: boolean
}

/** `plain-gpu`: the GPU without what it has beyond the base line (src/gpu/tiers.ts). */
export type EngineChoice = 'auto' | 'gpu' | 'plain-gpu' | 'cpu'

export interface EngineStatus {
  readonly choice: EngineChoice
  readonly kind: 'gpu' | 'cpu' | 'starting'
  /** The adapter's name and what is used of it, or `2 CPU lanes`. */
  readonly label: string
  /** Why it is not the GPU, or that the GPU was lost and what was done: one line, or empty. */
  readonly note: string
  /** Measured over the last seconds of running; 0 while paused. */
  readonly unitsPerSecond: number
  readonly stepsPerSecond: number
  /** Genomes a second that needed no work, because their scores were known. */
  readonly rememberedPerSecond: number
}

export interface SaveStatus {
  readonly state: 'saved' | 'saving' | 'unsaved'
  /** What is wrong and what to do, or empty. */
  readonly note: string
}

/** A language model in play. */
export interface ModelStatus {
  readonly model: string
  readonly adapter: ModelSpec['adapter']
  readonly label: string
  /** What runs it, as on the tape; empty until it is loaded. */
  readonly version: string
  readonly state: 'loading' | 'ready' | 'writing' | 'failed'
  readonly progress: LoadProgress | null
  /** What went wrong and what is done about it, or empty. */
  readonly note: string
  /** Same prompt, same seed, same text. */
  readonly repeatable: boolean
  readonly tokensPerSecond: number
  /** What it is writing, or wrote last: foreign text, to be shown as such. */
  readonly text: string
}

/** An arm of the bandit as people see it. */
export interface ArmView extends Posterior {
  readonly label: string
  /** Share of the next children, 0..1. */
  readonly share: number
}

/** Where islands meet. */
export type RoomSpec =
  /** Tabs of this browser. */
  | { readonly kind: 'broadcast'; readonly room: string; readonly island?: string }
  /** Machines at a hub (`npm run hub`) or another broker. */
  | { readonly kind: 'mqtt'; readonly room: string; readonly address: string; readonly island?: string }

/** A run among islands. */
export interface IslandView {
  readonly spec: RoomSpec
  /** Its own name there. */
  readonly island: string
  readonly state: 'joining' | 'joined' | 'apart'
  /** What is wrong and what is done about it, or empty. */
  readonly note: string
  readonly peers: readonly { readonly island: string; readonly state: 'here' | 'gone' }[]
  /** Champions sent; messages by what became of them. */
  readonly sent: number
  /** Champions of others that came in, and how many of them were of a kind that was empty here: DEI's eta. */
  readonly received: number
  readonly novel: number
  readonly counts: Readonly<Record<'taken' | 'junk' | 'foreign' | 'flood' | 'ignored' | 'duplicate' | 'own', number>>
  readonly picture: PictureView
}

/** All islands' archives after their last rounds, judged on one frozen panel here. Cells as in {@link ArchiveView}. */
export interface PictureView {
  readonly islands: readonly {
    readonly island: string
    /** From 0. */
    readonly round: number
    readonly qdScore: number
    readonly coverage: number
    /** NaN = empty. */
    readonly scores: Float64Array
  }[]
  readonly merged: {
    readonly qdScore: number
    readonly coverage: number
    readonly scores: Float64Array
    /** Index of the island that the elite of each cell is of; -1 = empty. */
    readonly owners: Int16Array
  }
  readonly hash: string
}

/** A run that is played again from a tape. */
export interface ReplayStatus {
  /** The run whose tape it is. */
  readonly of: string
  readonly generations: number
  /** Whether the archive came out the same; null until the end. */
  readonly same: boolean | null
}

export interface ArchiveView {
  /** A grid keeps the best of each kind; a population is one row of slots, whose members move to no other. */
  readonly kind: 'grid' | 'population'
  readonly axes: readonly [Measure, Measure]
  readonly objectives: readonly Axis[]
  readonly rows: number
  readonly columns: number
  /** Cell = row * columns + column; rows are bins of the first axis. 1 where a genome can land. */
  readonly reachable: Uint8Array
  /** Birth id of each cell's elite; 0 = empty. */
  readonly ids: Float64Array
  /** First objective of each cell's elite, 0..1; NaN = empty. */
  readonly scores: Float64Array
  /** 1 where a language model wrote the elite. */
  readonly written: Uint8Array
  /** All objectives of each cell's elite: `points[cell * objectives.length + k]`; NaN = empty. */
  readonly points: Float64Array
  /** 1 where nobody in the archive is at least as good in every goal, and better in one. */
  readonly front: Uint8Array
}

/** One round in full. */
export interface RoundDetail {
  /** From 0. */
  readonly round: number
  /** Whom its children are scored against. */
  readonly rivals: readonly Opponent[]
  /** Null while it goes on. */
  readonly champion: EliteDetail | null
  /** The champion of the round before. */
  readonly before: EliteDetail | null
  readonly encounters: readonly Encounter[]
}

/** What the page draws; sent at most a few times a second while running, and once after every command. */
export interface Snapshot {
  readonly run: RunSummary
  readonly state: 'running' | 'paused' | 'finished' | 'stopped'
  /** Why it is stopped: what, which, how to fix. Empty otherwise. */
  readonly fault: string
  readonly speed: number | null
  readonly engine: EngineStatus
  readonly saved: SaveStatus
  readonly archive: ArchiveView
  /** Sum of the first objective over all elites; of a population the share of the goals' ranges that it dominates, 0..1. */
  readonly qdScore: number
  readonly mean: number
  readonly bestCell: number
  readonly operators: readonly (OperatorTally & { readonly label: string })[]
  /** Models of ours that write for this run's world. */
  readonly embedded: readonly EmbeddedInfo[]
  /** Language models in play, and what came of all that ever wrote in this run. */
  readonly models: readonly ModelStatus[]
  readonly modelTallies: readonly ModelTally[]
  /** Who is asked next: every operator and every model with every prompt. */
  readonly arms: readonly ArmView[]
  /** Set while the run is an island among others. */
  readonly island: IslandView | null
  /** Set while a tape is played, and after. */
  readonly replay: ReplayStatus | null
  readonly history: readonly HistoryPoint[]
  /** Births since the last snapshot (at most 64), without genomes: what to animate. */
  readonly news: readonly {
    readonly id: number
    readonly cell: number
    readonly fromCell: number
    readonly status: 'improved' | 'new'
    readonly operator: string
  }[]
  /** Where the strategy goes in rounds. */
  readonly rounds: RoundsView | null
  /** Where the strategy searches a space. */
  readonly search: SearchView | null
  /** Hash over all elites; equal archives, equal hash. */
  readonly archiveHash: string
}

/** A distribution of points and the way it came. */
export interface SearchView {
  /** Where it stood after each generation, thinned; genomes are encoded. Empty before the first. */
  readonly stands: readonly Stand[]
  /** The mean now, as a genome's text. */
  readonly mean: string
  readonly sigma: number
  /** As {@link Spread.axes}. */
  readonly axes: readonly number[]
  /** As {@link Spread.found}. */
  readonly found: Spread['found']
}

/** The archive as it stood after an earlier generation; cells as in {@link ArchiveView}. */
export interface PastArchive {
  readonly generation: number
  readonly ids: Float64Array
  readonly scores: Float64Array
  readonly written: Uint8Array
  readonly points: Float64Array
  readonly front: Uint8Array
  readonly filled: number
  readonly bestCell: number
}

/** One elite, fully told. */
export interface EliteDetail extends Omit<Birth, 'status'> {
  readonly operatorLabel: string
  readonly name: string
  readonly hash: string
  /** The genome as text. */
  readonly text: string
}

/** An ancestor for the family tree; `depth` 0 is the elite itself. */
export interface Ancestor extends EliteDetail {
  readonly depth: number
}

export interface Boot {
  readonly arenas: readonly ArenaInfo[]
  readonly runs: readonly RunSummary[]
  /** The run that was open last, resumed; null on a first visit. */
  readonly current: RunSummary | null
}

/** The engine's worker, as the page sees it (through Comlink). Commands settle once they took effect. */
export interface RunWorkerApi {
  /** First call. `onSnapshot` and `onNotice` are Comlink proxies. */
  connect(
    onSnapshot: (snapshot: Snapshot) => void,
    onNotice: (notice: Notice) => void,
    engine: EngineChoice,
  ): Promise<Boot>
  /** Makes a run and opens it, paused. `name` may be empty: one is made up. */
  create(settings: RunSettings, name: string): Promise<Result<RunSummary>>
  open(id: string): Promise<Result<RunSummary>>
  run(): Promise<void>
  pause(): Promise<void>
  /** One generation, then paused. */
  step(): Promise<void>
  /** Starts the same settings anew as a fresh run; the old one stays in the list. */
  reset(): Promise<Result<RunSummary>>
  /** Most generations a second; null = as fast as it goes. */
  setSpeed(generationsPerSecond: number | null): Promise<void>
  setEngine(choice: EngineChoice): Promise<void>
  /** The prompts of a world, with the templates that the settings bring. */
  prompts(settings: RunSettings): Promise<Result<PromptView>>
  elite(cell: number): Promise<Result<EliteDetail>>
  /** The elite with this id and its ancestors, nearest first, at most 64. */
  lineage(id: number): Promise<Result<readonly Ancestor[]>>
  /** Looks back; the run goes on meanwhile. */
  past(generation: number): Promise<Result<PastArchive>>
  /** One round, from 0: its champion, the one before, and whom it met. */
  round(round: number): Promise<Result<RoundDetail>>
  runs(): Promise<readonly RunSummary[]>
  rename(id: string, name: string): Promise<Result<RunSummary>>
  /** Marks it deleted; {@link restore} undoes that until the page is closed. */
  remove(id: string): Promise<Result<RunSummary>>
  restore(id: string): Promise<Result<RunSummary>>
  /** Takes over the writing of a run that another tab holds. */
  takeOver(id: string): Promise<Result<RunSummary>>
  /** Puts a language model in play for the open run; settles once it is loaded, or could not be. */
  plug(spec: ModelSpec): Promise<Result<LoadedModel>>
  /** Takes one out of play; the run goes on. */
  unplug(model: string): Promise<void>
  /** Makes the open run an island in a room; it goes on meanwhile. Only for runs in rounds. */
  join(room: RoomSpec): Promise<Result<void>>
  leave(): Promise<void>
  /** Plays a run's tape from the beginning as a new run, without any model, and compares the archives at the end. */
  replay(id: string): Promise<Result<RunSummary>>
  exportRun(id: string): Promise<Result<Uint8Array>>
  importRun(bytes: Uint8Array): Promise<Result<RunSummary>>
}

/** Something a person should know, once. */
export interface Notice {
  readonly kind: 'info' | 'warning' | 'error'
  readonly text: string
}
