/**
 * What a language model wrote, as a run keeps it. A completion is text from outside, like a score from a GPU: a generation
 * is a function of the state and of the completions that reached it, so whoever has them (the tape) needs no model.
 */

/** What a model is asked for. `resample` redraws a few fields in place; only models that speak the arena's own dialect can. */
export type PromptKind = 'new' | 'mutate' | 'crossover' | 'resample' | 'fix'
export const PROMPT_KINDS: readonly PromptKind[] = ['new', 'mutate', 'crossover', 'resample', 'fix']
/** Kinds that are templates. */
export const TEXT_KINDS = ['new', 'mutate', 'crossover', 'fix'] as const

/** Parents a kind of prompt shows. What `fix` shows is the text that was refused. */
export const PARENTS: Readonly<Record<PromptKind, 0 | 1 | 2>> = { new: 0, mutate: 1, crossover: 2, resample: 1, fix: 0 }

/** One completion: everything the tape keeps of a call. A plain value. */
export interface Completion {
  /** Which model, e.g. `redcode-nano` or `Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC`. */
  readonly model: string
  /** What ran it, e.g. `web-llm 0.2.86`. */
  readonly version: string
  /** What was asked for at first; whom the bandit pays. */
  readonly kind: Exclude<PromptKind, 'fix'>
  /** Asked by a `fix` prompt, which showed a refused answer and why; absent for no. */
  readonly fix?: true
  /** Ids of the parents that the first prompt showed, none for `new`. */
  readonly parents: readonly number[]
  /** Content hash of the prompt. */
  readonly promptHash: string
  /** The prompt, where it does not follow from kind and parents alone. */
  readonly prompt?: string
  readonly seed: number
  /** What came back, cut at {@link MOST_TEXT}. Never trusted, only ever parsed or shown as text. */
  readonly text: string
  /** Tokens written. */
  readonly tokens: number
  /** Milliseconds of the machine that this one took, its share where many were written in one pass. */
  readonly ms: number
  readonly finish: 'stop' | 'length' | 'aborted'
  /** 0 for a first attempt; at most {@link MOST_ATTEMPTS} - 1. */
  readonly attempt: number
  /** The parent's source, where the answer is edits to it: the parent may be gone by the time they arrive. */
  readonly base?: string
}

/** Characters of a completion that are kept; what is longer is no genome of ours. */
export const MOST_TEXT = 16_384
/** A child that is refused, lazy or known is asked for again so often at most, first attempt included. */
export const MOST_ATTEMPTS = 4

/** An arm of the bandit: a classical operator's id, or a model with a kind of prompt. No classical id has a slash. */
export const armOf = (model: string, kind: PromptKind): string => `${model}/${kind}`
