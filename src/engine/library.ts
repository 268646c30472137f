/** What this version of the page can run, and whether given settings fit it. */
import type { Arena, Strategy } from '../core/contracts.ts'
import { makeOf, type Make } from '../core/generation.ts'
import { MIX_FIELDS } from '../core/mix.ts'
import { checkOptions, type Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { HeaderProgress, RunHeader } from '../storage/store.ts'
import { RUN_FIELDS, type RunSettings } from '../core/settings.ts'

export class Library {
  readonly arenas: readonly Arena[]
  readonly strategies: readonly Strategy<unknown>[]

  constructor(arenas: readonly Arena[], strategies: readonly Strategy<unknown>[]) {
    this.arenas = arenas
    this.strategies = strategies
  }

  /** Settings from outside, made whole, or what does not fit. */
  check(settings: RunSettings): Result<RunSettings> {
    const arena = this.#arena(settings.arena)
    if (!arena.ok) return arena
    const { version, label } = arena.value
    if (settings.arenaVersion !== version) {
      return fail(
        'arena-version',
        `This run was made with version ${settings.arenaVersion} of ${label}; this page has version ${version}. Start a new run with the same settings.`,
      )
    }
    return this.complete(settings)
  }

  /** The same without asking for the version: for what reads a run and evolves nothing. */
  complete(settings: RunSettings): Result<RunSettings> {
    const arena = this.#arena(settings.arena)
    if (!arena.ok) return arena
    const { presets, options: fields } = arena.value
    const options = checkOptions(fields, settings.options, presets.find(({ id }) => id === settings.preset)?.options)
    if (!options.ok) return options
    const wrong = Object.entries(settings.operators).find(([, weight]) => !(weight >= 0 && weight < Infinity))
    if (wrong !== undefined)
      return fail('bad-option', `The share of operator "${wrong[0]}" is ${wrong[1]}; it must be a number from 0 up.`)
    const fitted = this.#fitStrategy(settings, arena.value, options.value)
    if (!fitted.ok) return fitted
    const general = checkOptions(RUN_FIELDS, { ...settings })
    if (!general.ok) return general
    if (settings.mix === undefined) return ok({ ...fitted.value, options: options.value })
    const mix = checkOptions(MIX_FIELDS, settings.mix)
    return mix.ok ? ok({ ...fitted.value, options: options.value, mix: mix.value }) : mix
  }

  /** What a run of these settings is made with, once they are checked and whole. */
  prepare(settings: RunSettings): Result<Make> {
    const checked = this.check(settings)
    return checked.ok ? this.make(checked.value) : checked
  }

  make(settings: RunSettings): Result<Make> {
    const arena = this.#arena(settings.arena)
    if (!arena.ok) return arena
    const strategy = this.#strategy(settings.strategy)
    return strategy.ok ? ok(makeOf(settings, arena.value, strategy.value)) : strategy
  }

  /** The settings with the strategy's own options made whole; without them where it has none. */
  #fitStrategy(settings: RunSettings, arena: Arena, options: Options): Result<RunSettings> {
    const strategy = this.#strategy(settings.strategy)
    if (!strategy.ok) return strategy
    const { options: fields, rounds, search, label } = strategy.value
    if (rounds !== undefined && arena.coevolution?.(options) === undefined)
      return fail(
        'no-coevolution',
        `${label} needs an arena whose genomes meet each other; ${arena.label} has none such.`,
      )
    const space = search === undefined ? undefined : arena.space?.(options)
    if (search !== undefined && (space?.dimensions ?? 0) < 1)
      return fail(
        'no-space',
        `${label} needs an arena whose genomes are points of a space; ${arena.label} has none such with these settings. Choose another strategy.`,
      )
    if (search?.isForNoise === true && space?.isNoise !== true)
      return fail(
        'no-noise',
        `${label} moves all weights along random directions; with these settings ${arena.label.toLowerCase()} are moved themselves. Choose another strategy, or all weights as what is moved.`,
      )
    const { tactics, ...rest } = settings
    if (fields === undefined) return ok(rest)
    const checked = checkOptions(fields, tactics ?? {})
    return checked.ok ? ok({ ...rest, tactics: checked.value }) : checked
  }

  #strategy(id: string): Result<Strategy<unknown>> {
    const strategy = this.strategies.find((one) => one.id === id)
    return strategy === undefined
      ? fail('no-strategy', `There is no strategy "${id}" in this version of Evolarium.`)
      : ok(strategy)
  }

  #arena(id: string): Result<Arena> {
    const arena = this.arenas.find((one) => one.id === id)
    return arena === undefined ? fail('no-arena', `There is no arena "${id}" in this version of Evolarium.`) : ok(arena)
  }
}

/** What a run is called until somebody names it. */
export function titleOf({ arena }: Make, { preset, seed }: RunSettings): string {
  const label = arena.presets.find(({ id }) => id === preset)?.label ?? arena.label
  return `${label}, seed ${seed}`
}

/** The header of a run that no store has taken yet. */
export const newHeader = (id: string, name: string, settings: RunSettings, progress: HeaderProgress): RunHeader => ({
  id, name, settings, order: 0, changedAt: 0, deleted: false, ...progress,
}) // prettier-ignore
