/**
 * The contracts that everything hangs on; read this first. An arena says what is evolved and how it is judged, an
 * operator varies, an evaluator scores, an archive keeps, a strategy chooses. None of them knows the others' insides.
 */
import type { GenomeBatch, Scores } from './batch.ts'
import type { PromptKind } from './completion.ts'
import type { Dialect } from './dialect.ts'
import type { Files } from './files.ts'
import type { Hearing, JudgeRequest } from './hearing.ts'
import type { OptionField, Options } from './options.ts'
import type { Cancellation, Result } from './result.ts'
import type { Rng } from './rng.ts'
import type { Search, Space } from './search.ts'

/** A number that scoring gives, and how to read it. */
export interface Axis {
  readonly key: string
  readonly label: string
  readonly help: string
  readonly unit: string
  readonly min: number
  readonly max: number
  /** What a strategy with several objectives seeks here; without it the number is only shown. */
  readonly goal?: 'max' | 'min'
  /** Read by its logarithm, by people and by strategies: then `min` is above 0, and what lies below counts as it. */
  readonly scale?: 'log'
}

/** A behaviour axis: the bin of a value is the first threshold it lies below. The last threshold is Infinity. */
export interface Measure extends Axis {
  readonly thresholds: readonly number[]
}

/** How a genome is written: as words for machines, as text for people. Canonical: equal genomes, equal words. */
export interface Codec<Genome> {
  /** 32-bit words of one encoded genome. */
  readonly stride: number
  encode(genome: Genome): Uint32Array
  decode(words: Uint32Array): Genome
  /**
   * Why foreign words are no genome of this world, as the end of "number 7 ...", or null when they are one: {@link decode}
   * trusts its words. Without it any words of the right length will do.
   */
  check?(words: Uint32Array): string | null
  /** Text that {@link parse} reads back to the same genome; `name` is shown in it. */
  print(genome: Genome, name: string): string
  /** Foreign text to a genome, or every reason why not. Never throws, whatever the text. */
  parse(text: string): Result<Genome>
}

/** A named way to make a child. Refuses (null) where it cannot apply, e.g. to delete a line of a one-line genome. */
export interface Operator<Genome> {
  readonly id: string
  readonly label: string
  readonly help: string
  /** Parents needed: 0 makes a genome from nothing. */
  readonly arity: 0 | 1 | 2
  /** Relative share among operators when the run starts. */
  readonly weight: number
  propose(parents: readonly Genome[], rng: Rng): Genome | null
}

/** A problem to evolve for. `Environment` is what genomes are scored against: a plain, cloneable value. */
export interface Arena<Genome = unknown, Environment = unknown> {
  readonly id: string
  /** Raised when the same genome and environment would score differently. */
  readonly version: number
  readonly label: string
  readonly summary: string
  /** What evaluation counts, for the speed read-out. */
  readonly unit: { readonly one: string; readonly many: string; readonly steps: string }
  /** What genomes are called, and how files of them look. */
  readonly words?: GenomeWords
  readonly options: readonly OptionField[]
  readonly presets: readonly Preset[]
  codec(options: Options): Codec<Genome>
  /** The first is what archives maximise, in [0, 1]; the others are shown beside it. */
  objectives(options: Options): readonly Axis[]
  /** Two behaviour axes; `reachable` says which combinations of bins any genome can have. */
  measures(options: Options): {
    readonly axes: readonly [Measure, Measure]
    reachable(row: number, column: number): boolean
  }
  operators(options: Options): readonly Operator<Genome>[]
  /** The first of a run, before anybody random; absent where a run begins from nothing. */
  seeds?(options: Options): readonly Named<Genome>[]
  /** How language models are asked for children; absent where they are not. */
  prompts?(options: Options): PromptKit
  environment(options: Options, seed: number): Environment
  /** The environment of one generation (from 1), where each has its own, e.g. another batch of examples; absent where all have the same. */
  turned?(environment: Environment, generation: number): Environment
  /** The numbers that a genome is, for strategies that search a space; absent where genomes are no points of one. */
  space?(options: Options): Space<Genome>
  /** How one genome does against its environment, in a few lines for a model (or a person) to learn from; at most 1,000 characters. */
  report?(genome: Genome, environment: Environment, options: Options): string
  /** Ways of varying that differ, for islands of different minds; two or more where there are any. */
  minds?(options: Options): readonly Mind[]
  /** How genomes are scored against each other; absent where they are not. */
  coevolution?(options: Options): Coevolution<Genome, Environment>
  /** What evaluators need of `public/`, e.g. `models/some-weights.safetensors`; absent where they need nothing. */
  files?(options: Options): readonly string[]
  /** Why bytes are not such a file, as the end of "models/x.safetensors ...", or null when they are: evaluators trust theirs. */
  checkFile?(path: string, bytes: Uint8Array): string | null
  /** The arena by whose scores this one's genomes are judged, e.g. since they are models that write its genomes; null where none is. */
  judge?(options: Options): JudgeRequest | null
  /**
   * One lane of the CPU evaluator, to be kept for many batches: row i of the scores belongs to genome i alone, whatever else is in the
   * batch. `judge` is there where {@link judge} asks for one; whoever loads arenas brings it (`src/engine/judging.ts`).
   */
  evaluator(options: Options, files: Files, judge?: Judge): Evaluate<Environment>
  /** The same in two halves, so that the judge may sit elsewhere, e.g. on a graphics card; absent where {@link judge} is. */
  hearing?(options: Options, judge: Judge): Hearing<Environment>
  /** Milliseconds that a lane takes for one genome, roughly: how long nobody doubts that it lives. Absent below a tenth of a second. */
  genomeMs?(options: Options): number
  /**
   * How far GPU and CPU agree: to the last bit (`exact`, which is meant where nothing is said), or within a bound alone
   * (`device`). Then no generation is shared between them, and neither is given the other's scores.
   */
  readonly rounds?: 'exact' | 'device'
}

/** Another arena as a judge. Arenas do not know each other: what it is, its settings and its language are brought to them. */
export interface Judge {
  /** Needs no files and no judge of its own. */
  readonly arena: Arena
  /** Complete and checked. */
  readonly options: Options
  /** How small models of ours write its genomes. */
  readonly dialect: Dialect
}

export interface GenomeWords {
  /** Small letters: "warriors". Folders of them are called so. */
  readonly many: string
  /** How a file of one ends, without its dot. */
  readonly ending: string
  /** What a codec printed, with lines for people in it as remarks that the codec reads over. */
  noted(text: string, lines: readonly string[]): string
}

/** Who varies on an island: classical operators alone, or language models. */
export interface Mind {
  readonly id: string
  readonly label: string
  readonly help: string
  /** Weight of each operator by id; those that are missing are off. */
  readonly operators: Readonly<Record<string, number>>
  /** Language models of ours that write all children; absent for a classical mind. */
  readonly models?: readonly string[]
}

export interface Named<Genome> {
  readonly name: string
  readonly genome: Genome
}

/** What an arena in which genomes meet each other offers to strategies that move the environment. Pure, all of it. */
export interface Coevolution<Genome = unknown, Environment = unknown> {
  /** Whom the environment scores against, in order. */
  rivals(environment: Environment): readonly Named<Genome>[]
  /** The environment with one rival more. */
  advance(environment: Environment, champion: Named<Genome>): Environment
  /** The environment with these rivals instead of its own; at least one. */
  facing(environment: Environment, rivals: readonly Named<Genome>[]): Environment
  /** Frozen sets to be measured against. No member of a guarded one is ever a rival in evolution. */
  readonly panels: readonly Panel<Genome>[]
  /** One against the other, nobody else there, always at the same places: `play(x, y)` is `play(y, x)` turned round. */
  play(one: Genome, other: Genome): Standing
}

export interface Panel<Genome = unknown> {
  /** `held-out` is guarded; the members of `ladder` rise in strength. */
  readonly id: 'held-out' | 'ladder'
  readonly label: string
  readonly help: string
  readonly members: readonly Named<Genome>[]
}

/** What came of some games; their sum is how many there were. */
export interface Standing {
  readonly won: number
  readonly tied: number
  readonly lost: number
}

/**
 * How an arena asks language models for genomes. Templates are plain text with places like `{{parent}}`; people may edit
 * them, and a run keeps the ones it was made with.
 */
export interface PromptKit {
  /** Raised when a template or the grammar changes. */
  readonly version: number
  readonly templates: Readonly<Record<TextKind, Template>>
  /** What may stand in templates, with a line of help each. */
  readonly places: readonly { readonly key: string; readonly help: string }[]
  /** What an answer may be, in this world: EBNF of the subset that XGrammar and GBNF share. */
  readonly grammar: string
  /** The same as a JSON schema as text, for engines that know no grammars; {@link extract} reads both. */
  readonly schema: string
  /**
   * Answers that are edits of the first parent: asked for by templates that have this place, and held to this grammar.
   * {@link extract} applies them.
   */
  readonly edits?: { readonly place: string; readonly grammar: string }
  /** Tokens that the longest genome takes in common vocabularies, with some room. */
  readonly maxTokens: number
  /** What the places of a template are filled with. */
  fill(situation: Situation): Readonly<Record<string, string>>
  /**
   * The genome's source in an answer, without fences, chatter or template tokens; edits are applied to the first parent.
   * `parents` are the sources that the prompt showed. Never throws.
   */
  extract(text: string, parents: readonly string[]): string
  /**
   * A prompt in the dialect of a model of ours, e.g. `mutate 5` and the parent's source; `quality` 1..5 is what the model is
   * to aim at. Draws of `resample` are made by the model from its seed.
   */
  native?(kind: PromptKind, parents: readonly string[], quality: number): string
}

/** The kinds of prompt that are templates; `resample` needs a dialect. */
export type TextKind = Exclude<PromptKind, 'resample'>

/** `blind` shows the parents alone, as Digital Red Queen does; `informed` tells how they did and against whom. */
export interface Template {
  readonly system: string
  readonly blind: string
  readonly informed: string
}

/** What an arena may tell a model: everything known at the time of asking. */
export interface Situation {
  readonly parents: readonly {
    readonly text: string
    readonly objectives: readonly number[]
    readonly measures: readonly number[]
    /** Results against each opponent of the environment, where the arena gives them ({@link Arena.report}). */
    readonly report: string
  }[]
  /** What earlier edits did, newest first: e.g. "shift a number: +0.12". */
  readonly edits: readonly { readonly label: string; readonly gain: number }[]
  /** For `fix`: the text that was refused, as {@link PromptKit.extract} gave it, and the codec's reasons. */
  readonly refused?: { readonly text: string; readonly reason: string }
  /** The best score so far, 0..1. */
  readonly best: number
}

export interface Preset {
  readonly id: string
  readonly label: string
  readonly summary: string
  readonly options: Options
  /** What else it sets of a run: e.g. the strategy that it is about. */
  readonly run?: {
    readonly strategy?: string
    readonly tactics?: Options
    readonly population?: number
    readonly evaluations?: number
  }
}

/** Throws only on a bug; returns early with whatever it likes once cancelled, and the caller throws that away. */
export type Evaluate<Environment> = (batch: GenomeBatch, environment: Environment, cancel: Cancellation) => Scores

/** GPU or CPU pool: interchangeable, equal to the last bit (but see {@link Arena.rounds}). */
export interface Evaluator<Environment = unknown> {
  readonly kind: 'gpu' | 'cpu'
  /** Shown to people: the adapter's name, or the number of lanes. */
  readonly label: string
  evaluate(batch: GenomeBatch, environment: Environment, cancel: Cancellation): Promise<Result<Scores>>
  dispose(): void
}

/** Chooses parents and operators; state is a plain, cloneable value. */
export interface Strategy<State> {
  readonly id: string
  readonly label: string
  readonly help: string
  /** Settings of its own: a run's `tactics`. */
  readonly options?: readonly OptionField[]
  /**
   * What it keeps: `grid`, the best of each kind, which is meant where nothing is said; or `population`, as many as a
   * generation has children, chosen by {@link survive}. A member of a population has a slot, told like a cell, and keeps it.
   */
  readonly archive?: 'grid' | 'population'
  /** `tactics` are complete and checked; `space` is null where genomes are no points of one. */
  init(tactics: Options, space: Pick<Space, 'dimensions' | 'limit'> | null): State
  /** How each of the `count` children is to be made. `occupied` lists the archive's filled cells, `losses` who lives there. */
  ask(
    state: State,
    occupied: readonly number[],
    operators: readonly OperatorShare[],
    count: number,
    rng: Rng,
    losses: (cell: number) => Losses,
  ): readonly Ask[]
  /** For populations: the indexes of those who stay, at most `capacity`. Members come first, from the eldest, then children. */
  survive?(losses: readonly Losses[], capacity: number): readonly number[]
  /** What came of it, in the order asked; `told` says what kind of generation it was. */
  tell(state: State, reports: readonly AddStatus[], told: Told): State
  /** For strategies that search a space of numbers: then `ask` and `tell` have no say in a generation. */
  readonly search?: Search<State>
  /** For strategies that move the environment: evolution in rounds, each against what earlier ones left behind. */
  readonly rounds?: RoundRules<State>
}

export interface RoundRules<State> {
  /** What the next generation is to be; `best` are the objectives of the archive's best, null while it is empty. */
  phase(state: State, tactics: Options, best: readonly number[] | null): Phase
  /** How many of the newest champions, own and foreign, are rivals. */
  memory(tactics: Options): { readonly champions: number; readonly guests: number }
  /** How far it is, for people. */
  progress(state: State, tactics: Options): RoundsProgress
}

export interface RoundsProgress {
  /** Rounds in all; 0 goes on for ever. */
  readonly planned: number
  /** Children of a round that runs its whole length, and of the round that is going on so far. */
  readonly children: number
  readonly spent: number
}

export type Phase =
  /** Another round begins: the best is champion of the last one, the environment moves, the archive begins empty. */
  | {
      readonly kind: 'open'
      /** Children made anew. */
      readonly fresh: number
      /** Whether the environment's own rivals, and the champions that are rivals, are judged anew and placed. */
      readonly warmRivals: boolean
      readonly warmChampions: boolean
    }
  /** The round goes on, with at most so many children. */
  | { readonly kind: 'on'; readonly most: number }
  /** The last round is over: its best is champion, and nothing else happens. */
  | { readonly kind: 'close' }
  | { readonly kind: 'over' }

export interface Told {
  readonly phase: Phase
  /** Children of this generation, those of models among them; not those who were judged anew. */
  readonly children: number
}

/** A number for each of the arena's goals, all to be made small; Infinity where there is no score. */
export type Losses = readonly number[]

export interface OperatorShare {
  readonly arity: 0 | 1 | 2
  readonly weight: number
}

/** Make a child with operator `operator` (an index) from the elites of these cells. */
export interface Ask {
  readonly operator: number
  readonly parents: readonly number[]
  /** An operator of one parent that is put to what came out. */
  readonly then?: number
}

/** Ordered: a later one is better news. */
export type AddStatus = 'rejected' | 'improved' | 'new'
