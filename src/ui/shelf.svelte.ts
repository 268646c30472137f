/** The shelf of models that WebLLM runs: what there is, what this machine can run, what is here already. Opened when it is looked at. */
import { startShelf } from '../engine/supervisor.ts'
import type { Result } from '../core/result.ts'
import type { LoadProgress } from '../llm/contracts.ts'
import { keepStored } from '../llm/room.ts'
import type { CatalogueEntry, HeldModel, ImportFile, Machine, ModelShelf, Needed, WebLlmSpec } from '../llm/shelf.ts'

/** Its worker is let go when nobody asked for so long. */
const IDLE_MS = 60_000

class Shelf {
  machine = $state.raw<Machine | null>(null)
  catalogue = $state.raw<readonly CatalogueEntry[]>([])
  held = $state.raw<readonly HeldModel[]>([])
  state = $state<'closed' | 'opening' | 'open'>('closed')
  /** What went wrong with what was asked for last, or empty; looking again at what is here takes nothing back. */
  trouble = $state('')
  /** Of files being taken in. */
  progress = $state.raw<LoadProgress | null>(null)
  #worker: ReturnType<typeof startShelf> | null = null
  #asking = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  async open(): Promise<void> {
    if (this.state !== 'closed') return this.refresh()
    this.state = 'opening'
    this.trouble = ''
    const [machine, catalogue] = [await this.#ask((shelf) => shelf.machine()), await this.#ask((shelf) => shelf.catalogue())] // prettier-ignore
    this.machine = machine
    this.catalogue = catalogue ?? []
    await this.refresh()
    this.state = machine === null || catalogue === null ? 'closed' : 'open'
  }

  async refresh(): Promise<void> {
    this.held = (await this.#ask((shelf) => shelf.all())) ?? this.held
  }

  needed(model: string): Promise<Needed | null> {
    return this.#ask((shelf) => shelf.needed(model))
  }

  async remove(spec: WebLlmSpec): Promise<void> {
    this.trouble = ''
    await this.#ask((shelf) => shelf.remove(spec))
    await this.refresh()
  }

  async check(spec: WebLlmSpec): Promise<void> {
    this.trouble = ''
    await this.#ask((shelf) => shelf.check(spec))
    await this.refresh()
  }

  /** Files from the visitor's disk; what to load, or null after saying why not. */
  async import(model: string, files: readonly ImportFile[]): Promise<WebLlmSpec | null> {
    this.trouble = ''
    // At once: what reads them has to be fetched first, which takes seconds.
    this.progress = { stage: 'prepare', text: 'making ready to read them', done: 0 }
    await keepStored()
    const spec = await this.#ask((shelf) => shelf.import(model, files, (progress) => (this.progress = progress)))
    this.progress = null
    await this.refresh()
    return spec
  }

  async #ask<T>(work: (shelf: ModelShelf) => Promise<Result<T>>): Promise<T | null> {
    clearTimeout(this.#timer)
    this.#worker ??= startShelf()
    this.#asking++
    const result = await work(this.#worker)
    if (--this.#asking === 0) this.#timer = setTimeout(() => this.#close(), IDLE_MS)
    if (!result.ok) this.trouble = result.fault.message
    if (!result.ok && result.fault.kind === 'worker-broken') this.#close()
    return result.ok ? result.value : null
  }

  #close(): void {
    this.#worker?.dispose()
    this.#worker = null
  }
}

export const shelf = new Shelf()
