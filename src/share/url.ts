/**
 * A run's settings as a link: `#v1=` and base64url of what differs from the preset. Whatever is read is checked field by
 * field, and a link that means nothing opens the page as if it had not been there.
 */
import { TEXT_KINDS } from '../core/completion.ts'
import { MIX_FIELDS } from '../core/mix.ts'
import { checkOptions, type OptionField, type Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { RUN_FIELDS, type RunSettings } from '../core/settings.ts'

/** What reading a link needs to know of an arena. */
export interface LinkArena {
  readonly id: string
  readonly version: number
  readonly options: readonly OptionField[]
  readonly presets: readonly { readonly id: string; readonly options: Options }[]
  readonly operators: readonly { readonly id: string }[]
  readonly strategies: readonly { readonly id: string; readonly options: readonly OptionField[] }[]
}

const LONGEST = 8192
const PREFIX = '#v1='

export function settingsToHash(settings: RunSettings, arena: LinkArena): string {
  const defaults = arena.presets.find(({ id }) => id === settings.preset)?.options ?? {}
  const options = Object.fromEntries(Object.entries(settings.options).filter(([key, value]) => defaults[key] !== value))
  const { arenaVersion: _version, templates, ...rest } = settings
  const link = (extra: object) => PREFIX + toBase64Url(JSON.stringify({ ...rest, ...extra, options }))
  const whole = templates === undefined ? link({}) : link({ templates })
  // Edited prompts travel along as long as there is room; a run's file has them in any case.
  return whole.length > LONGEST ? link({}) : whole
}

export function settingsFromHash(hash: string, arenas: readonly LinkArena[]): Result<RunSettings> {
  const bad = (why: string) => fail('bad-link', `The link's settings cannot be used (${why}); the usual ones are.`)
  if (!hash.startsWith(PREFIX)) return bad('it has none')
  if (hash.length > LONGEST) return bad('it is too long')
  const raw = parse(hash.slice(PREFIX.length))
  if (raw === null) return bad('it is cut off')
  const arena = arenas.find(({ id }) => id === raw['arena'])
  const preset = arena?.presets.find(({ id }) => id === raw['preset'])
  if (arena === undefined || preset === undefined) return bad('its arena or preset is not known')
  const options = checkOptions(arena.options, record(raw['options']), preset.options)
  if (!options.ok) return bad(options.fault.message)
  const general = checkOptions(RUN_FIELDS, raw)
  if (!general.ok) return bad(general.fault.message)
  const mix = raw['mix'] === undefined ? null : checkOptions(MIX_FIELDS, record(raw['mix']))
  if (mix?.ok === false) return bad(mix.fault.message)
  const templates = templatesOf(raw['templates'])
  const strategy = arena.strategies.find(({ id }) => id === raw['strategy']) ?? arena.strategies[0]
  const tactics = checkOptions(strategy?.options ?? [], record(raw['tactics']))
  if (!tactics.ok) return bad(tactics.fault.message)
  const weights = Object.entries(record(raw['operators'])).filter(
    ([id, weight]) =>
      typeof weight === 'number' &&
      weight >= 0 &&
      Number.isFinite(weight) &&
      arena.operators.some((operator) => operator.id === id),
  ) as [string, number][]
  const { seed, population, evaluations } = general.value as { seed: number; population: number; evaluations: number }
  return ok({
    arena: arena.id, arenaVersion: arena.version, preset: preset.id, strategy: strategy?.id ?? 'map-elites',
    seed, population, evaluations, options: options.value, operators: Object.fromEntries(weights),
    ...((strategy?.options ?? []).length === 0 ? {} : { tactics: tactics.value }),
    ...(mix === null ? {} : { mix: mix.value }), ...(templates === null ? {} : { templates }),
  }) // prettier-ignore
}

/** Those that are whole; null for none. */
function templatesOf(raw: unknown): NonNullable<RunSettings['templates']> | null {
  const whole = TEXT_KINDS.flatMap((kind) => {
    const { system, blind, informed } = record(record(raw)[kind])
    return typeof system === 'string' && typeof blind === 'string' && typeof informed === 'string'
      ? [[kind, { system, blind, informed }] as const]
      : []
  })
  return whole.length === 0 ? null : Object.fromEntries(whole)
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

function parse(text: string): Record<string, unknown> | null {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
