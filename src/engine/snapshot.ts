/** What the page is told: a plain picture of the run, drawn from its state. */
import { statsIn } from '../archives/population.ts'
import type { Arena, PromptKit, Strategy } from '../core/contracts.ts'
import { archiveHash, type Make } from '../core/generation.ts'
import type { Birth, GenerationRecord, RunState } from '../core/journal.ts'
import type { Options } from '../core/options.ts'
import type { EngineHost } from './host.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'
import type { RunHeader } from '../storage/store.ts'
import type {
  ArchiveView,
  ArenaInfo,
  EliteDetail,
  EmbeddedInfo,
  PromptView,
  RunSummary,
  SearchView,
  Snapshot,
  StrategyInfo,
} from './protocol.ts'
import { goalsOf } from '../core/goals.ts'
import { hashWords } from '../core/hash.ts'
import { eliteName } from '../core/names.ts'
import type { Arm } from '../core/mix.ts'
import { armViews, labelOfArm } from './arm-view.ts'
import { cellsOf, residentOf } from './cells.ts'

/** Models of ours that write for a world. */
export const embeddedFor = (models: EmbeddedModels, options: Options): readonly EmbeddedInfo[] =>
  models.filter((model) => model.fits(options)).map(({ id, label, summary }) => ({ id, label, summary }))

export const strategyInfo = ({ id, label, help, options, rounds, archive, search }: Strategy<unknown>): StrategyInfo => ({
  id, label, help, options: options ?? [], inRounds: rounds !== undefined, searches: search !== undefined, archive: archive ?? 'grid',
}) // prettier-ignore

export function arenaInfo(arena: Arena, strategies: ArenaInfo['strategies'], embedded: EmbeddedModels): ArenaInfo {
  const defaults = arena.presets[0]?.options ?? {}
  const fits = ({ inRounds, searches, archive }: StrategyInfo) =>
    (!inRounds || arena.coevolution?.(defaults) !== undefined) &&
    (!searches || arena.space !== undefined) &&
    (archive === 'grid' || goalsOf(arena.objectives(defaults)).length > 1)
  return {
    id: arena.id,
    version: arena.version,
    label: arena.label,
    summary: arena.summary,
    unit: arena.unit,
    options: arena.options,
    presets: arena.presets.map((preset) => ({ ...preset, embedded: embeddedFor(embedded, preset.options) })),
    operators: arena.operators(defaults).map(({ id, label, help, weight }) => ({ id, label, help, weight })),
    strategies: strategies.filter(fits),
    asksModels: arena.prompts !== undefined,
    isExact: arena.rounds !== 'device',
  }
}

/** All arenas of the page, each with the strategies that fit it. */
export function arenaInfos({ arenas, strategies, embedded }: Pick<EngineHost, 'arenas' | 'strategies' | 'embedded'>) {
  const infos = strategies.map(strategyInfo)
  return arenas.map((arena) => arenaInfo(arena, infos, embedded?.get(arena.id) ?? []))
}

export const promptView = ({ version, templates, places, grammar }: PromptKit): PromptView => ({
  version, templates, places, grammar,
}) // prettier-ignore

export const summaryOf = (header: RunHeader, elsewhere: boolean): RunSummary => ({
  id: header.id,
  name: header.name,
  settings: header.settings,
  generation: header.head,
  evaluations: header.evaluations,
  filled: header.filled,
  reachable: header.reachable,
  best: header.best,
  changedAt: header.changedAt,
  deleted: header.deleted,
  elsewhere,
})

function archiveView(make: Make, state: RunState): ArchiveView {
  const { kind, axes, rows, columns, reachable } = make.shape
  const objectives = make.arena.objectives(make.settings.options)
  const cells = cellsOf(make.shape, make.objectiveCount, state.elites.map(residentOf))
  return { kind, axes, objectives, rows, columns, reachable, ...cells }
}

/** Births told at once, at most. */
const MOST_NEWS = 64

/** What moves on the page: the births since the last picture, and now those of another generation. */
export function newsAfter(
  news: Snapshot['news'],
  { births }: GenerationRecord,
  { elites }: RunState,
): Snapshot['news'] {
  const cells = new Map(elites.map(({ id, cell }) => [id, cell]))
  const born = births.map(({ id, cell, parents, status, operator }) => ({
    id, cell, status, operator, fromCell: cells.get(parents[0] ?? 0) ?? -1,
  })) // prettier-ignore
  return [...news, ...born].slice(-MOST_NEWS)
}

export type LiveParts = Pick<
  Snapshot,
  | 'run'
  | 'state'
  | 'fault'
  | 'speed'
  | 'engine'
  | 'saved'
  | 'news'
  | 'models'
  | 'replay'
  | 'embedded'
  | 'island'
  | 'rounds'
>

export function snapshotOf(make: Make, state: RunState, inPlay: readonly Arm[], live: LiveParts): Snapshot {
  const { qdScore, mean, bestCell } = statsIn(make.shape, state.elites)
  return {
    ...live,
    archive: archiveView(make, state),
    qdScore,
    mean,
    bestCell,
    operators: state.operators.map((tally, index) => ({ ...tally, label: make.operators[index]?.label ?? tally.id })),
    modelTallies: state.models?.tallies ?? [],
    arms: armViews(make, state, inPlay),
    history: state.history,
    search: searchView(make, state),
    archiveHash: archiveHash(state.elites),
  }
}

function searchView({ search, codec }: Make, { stands = [], strategy }: RunState): SearchView | null {
  if (search === null) return null
  const { mean, sigma, axes, found } = search.rules.spread(strategy)
  return {
    stands,
    mean: codec.print(search.space.genome(mean), 'Mean'),
    sigma,
    axes,
    found,
  }
}

/** One elite told in full; its name is its arena-wide identity: kind of cell and birth number. */
export function eliteDetail(make: Make, birth: Birth): EliteDetail {
  const { status: _, ...told } = birth
  const name = eliteName(birth)
  return {
    ...told,
    name,
    operatorLabel: make.operators.find(({ id }) => id === birth.operator)?.label ?? labelOfArm(birth.operator),
    hash: hashWords(birth.words),
    text: make.codec.print(make.codec.decode(birth.words), name),
  }
}
