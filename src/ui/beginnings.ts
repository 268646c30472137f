/** What a visit begins with: the engine asked for, the first run, whether a link says something else than what is open. */
import { settingsIn, type RunSettings } from '../core/settings.ts'
import type { ArenaInfo, EngineChoice } from '../engine/protocol.ts'

export const ENGINE = 'evolarium:engine'
const ENGINES: readonly EngineChoice[] = ['auto', 'gpu', 'cpu']

/** `?engine=gpu` in the address wins over what was chosen last. */
export function engineChoice(): EngineChoice {
  const asked = new URLSearchParams(location.search).get('engine') ?? localStorage.getItem(ENGINE)
  return ENGINES.find((choice) => choice === asked) ?? 'auto'
}

/** The run that a first visit sees: the first arena's tiny preset, or its first one. */
export function defaultSettings([arena]: readonly ArenaInfo[]): RunSettings | null {
  const preset = arena?.presets.find(({ id }) => id === 'tiny') ?? arena?.presets[0]
  if (arena === undefined || preset === undefined) return null
  return settingsIn(arena, preset)
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  )
export const sameSettings = (x: RunSettings, y: RunSettings): boolean => sorted(x) === sorted(y)
