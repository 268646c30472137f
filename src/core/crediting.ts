/** What a generation taught about models and arms: tallies, the bandit's experience, and whom not to write again. */
import { MOST_SEEN, shortHash, type Judged } from './arrivals.ts'
import { learn, type Outcome } from './bandit.ts'
import { armOf, type Completion } from './completion.ts'
import type { AddStatus } from './contracts.ts'
import type { Make } from './generation.ts'
import { hashWords } from './hash.ts'
import { learns } from './mix.ts'
import type { Birth, ModelsChange, ModelsState, ModelTally, RunState } from './journal.ts'

/** What the archive said to a child, and how much its cell gained. */
export interface Fate {
  readonly status: AddStatus
  /** 0..1; 0 for the rejected. */
  readonly gain: number
}

export interface Lesson {
  readonly judged: readonly Judged[]
  /** Of the novel ones, in order. */
  readonly written: readonly Fate[]
  /** Of the classical children: their operator and what became of them. */
  readonly asked: readonly (Fate & { readonly id: string })[]
  readonly births: readonly Birth[]
  /** Milliseconds that judging one child took; 0 where nobody measured. */
  readonly msPerChild: number
}

const NOBODY: ModelsState = { tallies: [], bandit: [], seen: [] }

/** Null where there is nothing to keep: no model has written yet, and no bandit learns. */
export function modelsChange(make: Make, state: RunState, lesson: Lesson): ModelsChange | null {
  const before = state.models
  const learning = learns(make.mix.policy)
  if (before === undefined && lesson.judged.length === 0 && !learning) return null
  const { tallies, bandit } = before ?? NOBODY
  const novel = lesson.judged.flatMap(({ verdict, words }) => (verdict === 'novel' && words !== null ? [words] : []))
  const fresh = [...novel, ...lesson.births.map(({ words }) => words)].map((words) => shortHash(hashWords(words)))
  return {
    tallies: countIn(tallies, lesson),
    bandit: learning ? learn(bandit, outcomesOf(lesson)) : bandit,
    seen: [...new Set(fresh)],
  }
}

/** The state after a change: `seen` grows at its end and loses its beginning. */
export function mergeModels(before: ModelsState = NOBODY, change: ModelsChange): ModelsState {
  const fresh = new Set(change.seen)
  const seen = fresh.size === 0 ? before.seen : [...before.seen.filter((hash) => !fresh.has(hash)), ...change.seen]
  return { ...change, seen: seen.slice(-MOST_SEEN) }
}

function countIn(tallies: readonly ModelTally[], { judged, written }: Lesson): readonly ModelTally[] {
  const counted = new Map(tallies.map((tally) => [armOf(tally.model, tally.kind), { ...tally }]))
  let next = 0
  for (const { completion, verdict } of judged) {
    const tally = tallyFor(counted, completion)
    tally.completions++
    tally.tokens += completion.tokens
    tally.ms += completion.ms
    tally[verdict]++
    if (verdict !== 'novel') continue
    if (completion.attempt > 0) tally.repaired++
    const status = written[next++]?.status
    if (status === 'new') tally.opened++
    if (status === 'improved') tally.improved++
  }
  return [...counted.values()]
}

type Counting = { -readonly [Key in keyof ModelTally]: ModelTally[Key] }

function tallyFor(counted: Map<string, Counting>, { model, kind }: Completion): Counting {
  const id = armOf(model, kind)
  const known = counted.get(id)
  if (known !== undefined) return known
  const none: Counting = {
    model, kind, completions: 0, tokens: 0, ms: 0, novel: 0, repaired: 0, refused: 0, duplicate: 0, lazy: 0, opened: 0, improved: 0,
  } // prettier-ignore
  counted.set(id, none)
  return none
}

/** A completion costs as many children as could have been judged while it was written, and its own judging where it came to that. */
function outcomesOf({ judged, written, asked, msPerChild }: Lesson): readonly Outcome[] {
  const outcomes: Outcome[] = asked.map(({ id, gain }) => ({ id, pulls: 1, reward: gain, cost: 1 }))
  let next = 0
  for (const { completion, verdict } of judged) {
    const isChild = verdict === 'novel'
    const writing = msPerChild > 0 ? completion.ms / msPerChild : 0
    outcomes.push({
      id: armOf(completion.model, completion.kind),
      pulls: 1,
      reward: isChild ? (written[next++]?.gain ?? 0) : 0,
      cost: writing + (isChild ? 1 : 0),
    })
  }
  return outcomes
}
