/** What a scored generation comes to: who found a place in the archive, what operators and models had of it. */
import type { Scores } from './batch.ts'
import { armOf, type Completion } from './completion.ts'
import type { Ask } from './contracts.ts'
import { modelsChange } from './crediting.ts'
import type { Children, Make } from './generation.ts'
import { lossesOf } from './goals.ts'
import { meanOf } from './intervals.ts'
import type { Birth, Exam, GenerationRecord, RunState, Stand, Turn } from './journal.ts'
import { placesInPopulation, placesOnGrid, type Place, type Scored } from './placing.ts'
import type { Returning } from './rounds.ts'

/** Where a row of the batch comes from. */
type Origin =
  | { readonly ask: Ask }
  | { readonly completion: Completion }
  | { readonly seed: true }
  | { readonly sampled: true }
  | { readonly returning: Returning }

/**
 * `evaluationMs` is what judging took; it counts only where completions have to be paid for. `exams` are those of the
 * champion, where a round ends.
 */
export function record(
  make: Make,
  state: RunState,
  children: Children,
  scores: Scores,
  evaluationMs = 0,
  exams: readonly Exam[] | null = null,
): GenerationRecord {
  const { turn, batch, asks, judged } = children
  const elites = turn?.opens === true ? [] : state.elites
  const generation = state.generation + 1
  const parentIds = state.elites.reduce((ids, elite) => ids.set(elite.cell, elite.id), new Map<number, number>())
  const births: Birth[] = []
  const tallies = state.operators.map((tally, index) => ({
    ...tally,
    refused: tally.refused + (children.refused[index] ?? 0),
  }))
  let nextId = state.nextId
  const origins: Origin[] = [
    ...judged.flatMap(({ verdict, completion }) => (verdict === 'novel' ? [{ completion }] : [])),
    ...children.seeds.map(() => ({ seed: true }) as const),
    ...asks.map((ask) => ({ ask })),
    ...Array.from({ length: children.sampled }, () => ({ sampled: true }) as const),
    ...children.returning.map((returning) => ({ returning })),
  ]
  const scored = origins.map((_, index): Scored => ({
    objectives: [...scores.objectives.subarray(index * make.objectiveCount, (index + 1) * make.objectiveCount)],
    measures: [...scores.measures.subarray(index * 2, index * 2 + 2)],
    words: batch.words.slice(index * batch.stride, (index + 1) * batch.stride),
  }))
  const fates = placesOf(make, elites, scored)
  for (const [index, origin] of origins.entries()) {
    const [fate, child] = [fates[index], scored[index]]
    const counted = ('ask' in origin ? [origin.ask.operator, origin.ask.then] : []).flatMap((at) => tallies[at ?? -1] ?? []) // prettier-ignore
    for (const tally of counted) tally.proposed++
    if (fate === undefined || child === undefined || fate.status === 'rejected') continue
    const { status, cell } = fate
    for (const tally of counted) tally[status === 'new' ? 'opened' : 'improved']++
    births.push({ id: nextId++, cell, generation, status, ...madeBy(make, origin, parentIds), ...child })
  }
  const old = new Set(state.elites.map(({ cell }) => cell))
  const novelGuests = origins.filter((origin, index) => isGuest(origin) && !old.has(fates[index]?.cell ?? -1)).length
  const written = judged.filter(({ verdict }) => verdict === 'novel').length
  const own = written + children.seeds.length
  const operatorFates = fates.slice(own, own + asks.length)
  const models = modelsChange(make, state, {
    judged,
    written: fates.slice(0, written),
    asked: asks.map(({ operator }, index) => ({
      id: make.operators[operator]?.id ?? '',
      ...(operatorFates[index] ?? { status: 'rejected', gain: 0 }),
    })),
    births,
    msPerChild: evaluationMs / Math.max(1, origins.length),
  })
  const evaluations = state.evaluations + origins.length
  const samples = scored.slice(own + asks.length, own + asks.length + children.sampled)
  const learnt = make.search === null ? null : learn(make, make.search, state.strategy, samples)
  return {
    generation,
    evaluations,
    nextId,
    rng: children.rng,
    strategy:
      learnt !== null
        ? learnt.state
        : make.strategy.tell(
            state.strategy,
            operatorFates.map(({ status }) => status),
            { phase: children.phase, children: own + asks.length },
          ),
    operators: tallies,
    births,
    ...(models === null ? {} : { models }),
    ...tapeOf(generation, evaluationMs, children),
    ...(turn === null ? {} : { turn: turnOf(turn, novelGuests, exams) }),
    ...(learnt === null ? {} : { stand: { generation, evaluations, ...learnt.stand } }),
  }
}

/** What a search makes of its samples, and where it stands then. */
function learn(
  { codec, shape }: Make,
  { space, rules }: NonNullable<Make['search']>,
  before: unknown,
  samples: readonly Scored[],
): { readonly state: unknown; readonly stand: Omit<Stand, 'generation' | 'evaluations'> } {
  const state =
    samples.length === 0
      ? before
      : rules.learn(
          before,
          samples.map(({ words }) => space.point(codec.decode(words))),
          samples.map(({ objectives }) => lossesOf(shape.goals, objectives)[0] ?? Infinity),
          ...(space.effect === undefined ? [] : [samples.map(({ measures }) => measures[space.effect ?? 0] ?? NaN)]),
        )
  const { mean, sigma } = rules.spread(state)
  const rewards = samples.map(({ objectives }) => objectives[0] ?? 0)
  return {
    state,
    stand: {
      reward: meanOf(rewards),
      best: Math.max(0, ...rewards),
      sigma,
      words: codec.encode(space.genome(mean)),
    },
  }
}

function placesOf({ shape, strategy }: Make, elites: readonly Birth[], children: readonly Scored[]): readonly Place[] {
  if (shape.kind === 'grid') return placesOnGrid(shape, elites, children)
  if (strategy.survive === undefined) throw new Error(`${strategy.id} keeps a population and does not say who survives`)
  return placesInPopulation(shape, elites, children, strategy.survive)
}

const isGuest = (origin: Origin): boolean => 'returning' in origin && origin.returning.operator === 'guest'

const turnOf = (turn: Turn, novel: number, exams: readonly Exam[] | null): Turn => ({
  ...turn,
  novel,
  champion: turn.champion === null || exams === null ? turn.champion : { ...turn.champion, exams },
})

function tapeOf(generation: number, evaluationMs: number, { judged, turn }: Children): Pick<GenerationRecord, 'tape'> {
  const guests = turn?.guests ?? []
  if (judged.length === 0 && guests.length === 0) return {}
  const migrants = guests.map(({ joined: _, ...migrant }) => migrant)
  return {
    tape: {
      generation,
      evaluationMs,
      completions: judged.map(({ completion }) => completion),
      ...(migrants.length === 0 ? {} : { migrants }),
    },
  }
}

/** Who or what made it, and of whom. `parentIds` are the elites' before this generation, by cell. */
function madeBy(
  make: Make,
  origin: Origin,
  parentIds: ReadonlyMap<number, number>,
): Pick<Birth, 'operator' | 'parents' | 'writing' | 'from'> {
  if ('completion' in origin) return writtenBy(origin.completion)
  if ('seed' in origin) return { operator: 'seed', parents: [] }
  if ('sampled' in origin) return { operator: 'sample', parents: [] }
  if ('returning' in origin) {
    const { operator, parents, from } = origin.returning
    return { operator, parents, ...(from === undefined ? {} : { from }) }
  }
  return {
    operator: make.operators[origin.ask.operator]?.id ?? '',
    parents: origin.ask.parents.flatMap((parent) => parentIds.get(parent) ?? []),
  }
}

function writtenBy(completion: Completion): Pick<Birth, 'operator' | 'parents' | 'writing'> {
  const { model, version, kind, promptHash, prompt, tokens, ms, attempt, parents } = completion
  return {
    operator: armOf(model, kind),
    parents,
    writing: {
      model, version, kind, promptHash, ...(prompt === undefined ? {} : { prompt }), tokens, ms, attempt,
    },
  } // prettier-ignore
}
