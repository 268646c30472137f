/** Everything a run is a function of. Plain, so that it can be stored, linked to and typed on a command line. */
import type { Preset, Template, TextKind } from './contracts.ts'
import type { OptionField, Options } from './options.ts'

export interface RunSettings {
  readonly arena: string
  readonly arenaVersion: number
  /** The preset the options started from; options are complete all the same. */
  readonly preset: string
  readonly strategy: string
  /** 32-bit integer. */
  readonly seed: number
  /** Children a generation. */
  readonly population: number
  /** Stop after so many evaluations; 0 = never. */
  readonly evaluations: number
  /** The arena's options, all of them. */
  readonly options: Options
  /** Weight of each operator by id; 0 switches it off. Missing ones have the arena's weight. */
  readonly operators: Readonly<Record<string, number>>
  /** The strategy's own options; absent where it has none. */
  readonly tactics?: Options
  /** How calls are shared among operators and models (`mix.ts`); absent: no models, operators by weight. */
  readonly mix?: Options
  /** Prompt templates that a person has edited, by kind; the arena's own where there is none. */
  readonly templates?: Readonly<Partial<Record<TextKind, Template>>>
}

/** The settings that every arena has, described for the page and the command line like the arena's own. */
export const RUN_FIELDS: readonly OptionField[] = [
  {
    key: 'seed', label: 'Seed', kind: 'integer', group: 'world', min: 0, max: 0x7fffffff, default: 1,
    help: 'The same seed and settings give the same run, on every machine.',
  },
  {
    key: 'population', label: 'Children a generation', kind: 'integer', group: 'variation', min: 1, max: 4096, default: 64,
    help: 'How many new ones are made and judged before the archive is looked at again.',
  },
  {
    key: 'evaluations', label: 'Stop after', kind: 'integer', group: 'budget', min: 0, max: 1e9, default: 0, unit: 'evaluations',
    help: 'Stops after the generation in which so many have been judged; 0 goes on for ever.',
  },
] // prettier-ignore

/** What runs have unless a preset or a person says otherwise. */
const USUAL = { strategy: 'map-elites', population: 64, evaluations: 0 } as const

type PresetPart = Pick<Preset, 'id' | 'options' | 'run'>

/**
 * Settings moved into a preset. What the preset `before` had set of the run goes back to the usual; what a person had
 * chosen stays.
 */
export function inPreset(settings: RunSettings, preset: PresetPart, before?: PresetPart): RunSettings {
  const { tactics: _, ...kept } = settings
  return {
    ...kept,
    ...(before?.run === undefined ? {} : USUAL),
    ...preset.run,
    preset: preset.id,
    options: preset.options,
  }
}

/** Fresh settings of a preset. */
export const settingsIn = (arena: { readonly id: string; readonly version: number }, preset: PresetPart): RunSettings =>
  inPreset(
    { arena: arena.id, arenaVersion: arena.version, preset: preset.id, ...USUAL, seed: 1, options: {}, operators: {} },
    preset,
  )
