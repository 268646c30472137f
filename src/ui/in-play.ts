/**
 * Which language models are in play for which run, for the length of a visit. Names alone outlive it, so that after a reload
 * our own models are put in again by themselves and the others are offered or, where only a file, an address or a key could bring them back, told of: those are
 * kept nowhere.
 */
import type { ModelSpec } from '../llm/contracts.ts'

const KEPT = 'evolarium:models'

/** A model that a name cannot bring back, and what it takes. */
export interface Parted {
  readonly model: string
  readonly needs: 'file' | 'server' | 'address'
}

export class InPlay {
  readonly #byRun = new Map<string, readonly ModelSpec[]>()
  readonly #store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

  constructor(store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#store = store
  }

  specs(run: string): readonly ModelSpec[] {
    return this.#byRun.get(run) ?? []
  }

  put(run: string, spec: ModelSpec): void {
    this.#set(run, [...this.specs(run).filter(({ model }) => model !== spec.model), spec])
  }

  take(run: string, model: string): void {
    this.#set(
      run,
      this.specs(run).filter((spec) => spec.model !== model),
    )
  }

  has(run: string, spec: ModelSpec): boolean {
    return this.specs(run).includes(spec)
  }

  /** What was in play for this run before the page was reloaded. */
  remembered(run: string, arena: string): readonly ModelSpec[] {
    return this.#names(run).flatMap((name) => specOf(name, arena) ?? [])
  }

  /** The same, of those that a person has to bring again. */
  parted(run: string): readonly Parted[] {
    return this.#names(run).flatMap((name) => partedOf(name) ?? [])
  }

  #set(run: string, specs: readonly ModelSpec[]): void {
    this.#byRun.set(run, specs)
    const models = specs.map(nameOf)
    if (models.length > 0) this.#store.setItem(KEPT, JSON.stringify({ run, models }))
    else if (this.#kept()?.run === run) this.#store.removeItem(KEPT)
  }

  #names(run: string): readonly string[] {
    const kept = this.#kept()
    return kept?.run === run ? kept.models : []
  }

  #kept(): { readonly run: string; readonly models: readonly string[] } | null {
    try {
      const { run, models } = JSON.parse(this.#store.getItem(KEPT) ?? 'null') as { run?: unknown; models?: unknown }
      if (typeof run !== 'string' || !Array.isArray(models)) return null
      return { run, models: models.filter((name) => typeof name === 'string') }
    } catch {
      return null
    }
  }
}

/** Where a model comes from, and its name. */
function nameOf(spec: ModelSpec): string {
  switch (spec.adapter) {
    case 'embedded':
      return `${spec.file === undefined ? 'embedded' : 'file'}:${spec.model}`
    case 'webllm':
      return `${spec.url === undefined ? 'webllm' : 'address'}:${spec.model}`
    case 'built-in':
      return `built-in:${spec.model}`
    case 'endpoint':
      return `server:${spec.model}`
    case 'wllama':
      return `file:${spec.model}`
    case 'scripted':
      return `scripted:${spec.model}`
  }
}

function partedOf(name: string): Parted | null {
  const [needs, ...rest] = name.split(':')
  const model = rest.join(':')
  if (model === '') return null
  return needs === 'file' || needs === 'server' || needs === 'address' ? { model, needs } : null
}

function specOf(name: string, arena: string): ModelSpec | null {
  const [adapter, ...rest] = name.split(':')
  const model = rest.join(':')
  if (model === '') return null
  switch (adapter) {
    case 'embedded':
      return { adapter, arena, model, engine: 'auto' }
    case 'built-in':
    case 'webllm':
      return { adapter, model }
    default:
      return null
  }
}
