/** Settings that have been changed and not started yet: settings and prompts are edited in two places and begin one run. */
import { MIX_DEFAULTS, MIX_FIELDS } from '../core/mix.ts'
import { TEXT_KINDS } from '../core/completion.ts'
import type { Template, TextKind } from '../core/contracts.ts'
import { defaultsOf, type OptionField, type OptionValue } from '../core/options.ts'
import { RUN_FIELDS, type RunSettings } from '../core/settings.ts'
import { session } from './session.svelte.ts'

class Draft {
  #changed = $state.raw<{ readonly of: string; readonly settings: RunSettings } | null>(null)

  /** For another run, what was typed for the old one is let go. */
  readonly isChanged = $derived(this.#changed !== null && this.#changed.of === session.snapshot?.run.id)
  readonly settings = $derived<RunSettings | null>(
    (this.isChanged ? this.#changed?.settings : session.snapshot?.run.settings) ?? null,
  )

  /** The strategy's own fields. */
  readonly tactics = $derived(session.arena?.strategies.find(({ id }) => id === this.settings?.strategy)?.options ?? [])

  valueOf(field: OptionField): OptionValue {
    const { settings } = this
    if (settings === null) return field.default
    if (MIX_FIELDS.includes(field)) return settings.mix?.[field.key] ?? field.default
    if (this.tactics.includes(field)) return settings.tactics?.[field.key] ?? field.default
    const general: Readonly<Record<string, OptionValue>> = {
      seed: settings.seed,
      population: settings.population,
      evaluations: settings.evaluations,
    }
    return (RUN_FIELDS.includes(field) ? general[field.key] : settings.options[field.key]) ?? field.default
  }

  set(field: OptionField, value: OptionValue): void {
    const { settings } = this
    if (settings === null) return
    if (MIX_FIELDS.includes(field)) this.change({ mix: { ...MIX_DEFAULTS, ...settings.mix, [field.key]: value } })
    else if (this.tactics.includes(field)) this.change({ tactics: { ...settings.tactics, [field.key]: value } })
    else if (RUN_FIELDS.includes(field)) this.change({ [field.key]: value })
    else this.change({ options: { ...settings.options, [field.key]: value } })
  }

  setTemplate(kind: TextKind, template: Template): void {
    this.change({ templates: { ...this.settings?.templates, [kind]: template } })
  }

  /** Back to the arena's own. */
  resetTemplate(kind: TextKind): void {
    const { settings } = this
    if (settings === null) return
    const { templates, ...rest } = settings
    const left = TEXT_KINDS.flatMap((one) => {
      const template = templates?.[one]
      return one === kind || template === undefined ? [] : [[one, template] as const]
    })
    this.#put(left.length === 0 ? rest : { ...rest, templates: Object.fromEntries(left) })
  }

  /** Another strategy, with its own settings as it usually has them; those of the world that is about it where it is one. */
  setStrategy(id: string): void {
    const { settings } = this
    const strategy = session.arena?.strategies.find((one) => one.id === id)
    if (settings === null || strategy === undefined || id === settings.strategy) return
    const { tactics: _, ...rest } = settings
    const own = session.arena?.presets.find((preset) => preset.id === settings.preset)?.run
    const usual = own?.strategy === id ? own.tactics : undefined
    const tactics = { ...defaultsOf(strategy.options), ...usual }
    this.#put({ ...rest, strategy: id, ...(strategy.options.length === 0 ? {} : { tactics }) })
  }

  change(part: Partial<RunSettings>): void {
    if (this.settings !== null) this.#put({ ...this.settings, ...part })
  }

  undo(): void {
    this.#changed = null
  }

  /** Begins a run with them. */
  async start(): Promise<void> {
    const { settings } = this
    if (settings === null || !(await session.create(settings, ''))) return
    this.#changed = null
    session.run()
  }

  #put(settings: RunSettings): void {
    this.#changed = { of: session.snapshot?.run.id ?? '', settings }
  }
}

export const draft = new Draft()
