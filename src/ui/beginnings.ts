/** What a visit begins with: the engine asked for, the first run, whether a link says something else than what is open. */
import { settingsIn, type RunSettings } from '../core/settings.ts'
import type { ArenaInfo, EngineChoice, RunSummary } from '../engine/protocol.ts'
import { inviteFromHash } from '../share/invite.ts'
import { settingsFromHash } from '../share/url.ts'
import type { Invitation } from './islands.svelte.ts'

export const ENGINE = 'evolarium:engine'
const ENGINES: readonly EngineChoice[] = ['auto', 'gpu', 'plain-gpu', 'cpu']

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

/** What a link asks for: settings to begin with, or a room to join, which is asked about first and begins nothing. */
export function askedByLink(
  hash: string,
  arenas: readonly ArenaInfo[],
): {
  readonly settings: RunSettings | null
  readonly invitation: Invitation | null
  /** What is wrong with it. */
  readonly troubles: readonly string[]
} {
  const { settings: part, invite } = inviteFromHash(hash)
  const settings = part === '' ? null : settingsFromHash(part, arenas)
  const troubles = [settings, invite].flatMap((read) => (read?.ok === false ? [read.fault.message] : []))
  if (settings?.ok !== true) return { settings: null, invitation: null, troubles }
  if (invite === null) return { settings: settings.value, invitation: null, troubles }
  return {
    settings: null,
    troubles,
    invitation: invite.ok ? { hash, place: invite.value, settings: settings.value } : null,
  }
}

const OWN = 'evolarium:run'

/** The run that this tab had open before it was loaded again: islands in several tabs each come back to their own. */
export function ownRun(runs: readonly RunSummary[]): string | null {
  const own = sessionStorage.getItem(OWN)
  return runs.some(({ id, deleted }) => id === own && !deleted) ? own : null
}

export const keepOwnRun = (id: string): void => sessionStorage.setItem(OWN, id)
