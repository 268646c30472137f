/** The list of worlds as people choose from it. */
import type { ArenaInfo, RunSummary } from '../engine/protocol.ts'

type PresetInfo = ArenaInfo['presets'][number]

export interface PresetGroup {
  readonly label: string
  readonly presets: readonly PresetInfo[]
}

/** Plain worlds first, then those that are about a strategy, under its name. What needs a strategy that is not here is left out. */
export function presetGroups({ presets, strategies }: ArenaInfo, plain = 'Worlds'): readonly PresetGroup[] {
  const about = (id: string) => presets.filter(({ run }) => run?.strategy === id)
  return [
    { label: plain, presets: presets.filter(({ run }) => run?.strategy === undefined) },
    ...strategies.map(({ id, label }) => ({ label, presets: about(id) })),
  ].filter((group) => group.presets.length > 0)
}

/** A world that a model of ours writes for, one of the same strategy before others; null for none. */
export function presetWithModel({ presets }: ArenaInfo, strategy: string | undefined): PresetInfo | null {
  const having = presets.filter(({ embedded }) => embedded.length > 0)
  return having.find(({ run }) => run?.strategy === strategy) ?? having[0] ?? null
}

/** The strategy that the run's world is about, where it is about one. */
export const presetStrategy = ({ presets }: ArenaInfo, settings: { readonly preset: string } | undefined) =>
  presets.find(({ id }) => id === settings?.preset)?.run?.strategy

/** Worlds in rounds that show something soon: those that go child by child take hours. */
export const quickWorlds = ({ presets, strategies }: Pick<ArenaInfo, 'presets' | 'strategies'>): ArenaInfo['presets'] =>
  presets.filter(
    ({ run }) => strategies.find(({ id }) => id === run?.strategy)?.inRounds === true && (run?.population ?? 64) > 1,
  )

/** The run of an arena to come back to; one that another tab evolves only where there is no other. */
export function lastRunIn(runs: readonly RunSummary[], arena: string): RunSummary | null {
  const own = runs.filter(({ deleted, settings }) => !deleted && settings.arena === arena)
  const newest = [...own].sort((x, y) => Number(x.elsewhere) - Number(y.elsewhere) || y.changedAt - x.changedAt)
  return newest[0] ?? null
}
