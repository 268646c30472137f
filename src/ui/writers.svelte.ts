/** The language models of the visit: put in play, taken out, carried along into new runs. Which they are is the engine's to know; what was asked for is kept here. */
import type { ModelSpec } from '../llm/contracts.ts'
import type { ArenaInfo, Notice, RunSummary, RunWorkerApi, Snapshot } from '../engine/protocol.ts'
import { keepStored } from '../llm/room.ts'
import { foreign } from './foreign.ts'
import { InPlay, type Parted } from './in-play.ts'
import { view } from './view.svelte.ts'
import { presetStrategy, presetWithModel } from './worlds.ts'

export interface WritersHost {
  api(): RunWorkerApi | null
  snapshot(): Snapshot | null
  arena(): ArenaInfo | null
  say(notice: Notice): void
  /** A new run in another world, begun. */
  startPreset(id: string): Promise<void>
}

export class Writers {
  /** Models that were in play before a reload and need a press to be so again. */
  offered = $state.raw<readonly ModelSpec[]>([])
  /** Those that were, and that only a person can bring again. */
  parted = $state.raw<readonly Parted[]>([])
  /** Why the model that was asked for last is not in play, or empty. */
  trouble = $state('')
  readonly #host: WritersHost
  readonly #inPlay = new InPlay(localStorage)
  /** Waits for a run's first picture. */
  #awaited: { readonly until: (snapshot: Snapshot) => boolean; readonly seen: () => void } | null = null

  constructor(host: WritersHost) {
    this.#host = host
  }

  /** Puts a language model in play. Settles once it is loaded, or could not be: then why is in {@link trouble}. */
  async plug(spec: ModelSpec): Promise<boolean> {
    const [api, run] = [this.#host.api(), this.#run()]
    if (api === null || run === '') return false
    this.trouble = ''
    this.offered = this.offered.filter(({ model }) => model !== spec.model)
    this.parted = this.parted.filter(({ model }) => model !== spec.model)
    this.#inPlay.put(run, spec)
    // What is fetched for it is to stay.
    if (spec.adapter === 'webllm') await keepStored()
    const loaded = await api.plug(spec)
    if (loaded.ok) return true
    // Nothing to tell where it was taken out meanwhile, or the run was left.
    if (this.#inPlay.has(run, spec) && this.#run() === run) {
      this.trouble = loaded.fault.message
      // The sheet shows it by itself.
      if (view.sheet !== 'models') this.#host.say({ kind: 'warning', text: loaded.fault.message })
      this.#inPlay.take(run, spec.model)
    }
    return false
  }

  async unplug(model: string): Promise<void> {
    this.#inPlay.take(this.#run(), model)
    await this.#host.api()?.unplug(model)
  }

  /** What is in play for the open run, as it was asked for. */
  specs(): readonly ModelSpec[] {
    return this.#inPlay.specs(this.#run())
  }

  /** The one press to a language model: in this world where one of ours writes for it, else in a new run where one does. */
  async invite(): Promise<void> {
    const arena = this.#host.arena()
    if (arena === null) return
    if (this.#host.snapshot()?.embedded.length === 0) {
      const preset = presetWithModel(arena, presetStrategy(arena, this.#host.snapshot()?.run.settings))
      if (preset !== null) await this.#host.startPreset(preset.id)
      await this.#seen(({ embedded }) => embedded.length > 0)
    }
    const model = this.#host.snapshot()?.embedded[0]
    if (model !== undefined) await this.plug({ adapter: 'embedded', arena: arena.id, model: model.id, engine: 'auto' })
  }

  /** Models go along into a run, as far as they write for its world. */
  async carry(from: string, to: string): Promise<void> {
    const specs = this.#inPlay.specs(from)
    this.offered = []
    this.parted = []
    if (specs.length === 0) return
    await this.#seen(({ run }) => run.id === to)
    if (this.#host.arena()?.asksModels !== true) return
    for (const spec of specs) {
      const snapshot = this.#host.snapshot()
      if (snapshot?.run.id !== to) return
      if (spec.adapter === 'embedded' && !snapshot.embedded.some(({ id }) => id === (spec.like ?? spec.model)))
        this.#host.say({ kind: 'info', text: `${spec.model} does not write for this world; operators go on alone.` })
      else void this.plug(spec)
    }
  }

  /** After a reload: our own models go on, the others are offered or told of. */
  recall({ id, settings }: RunSummary): void {
    const known = this.#inPlay.remembered(id, settings.arena)
    this.offered = known.filter(({ adapter }) => adapter !== 'embedded')
    this.parted = this.#inPlay.parted(id)
    const names = this.parted.map(({ model }) => foreign(model, 60)).join(', ')
    if (names !== '')
      this.#host.say({
        kind: 'info',
        text: `In play before the page was loaded again: ${names}. Bring it again under Models; the run goes on without.`,
      })
    void this.#seen(({ run }) => run.id === id).then(() => {
      for (const spec of known) if (spec.adapter === 'embedded') void this.plug(spec)
    })
  }

  /** To be called with every picture of the engine. */
  received(snapshot: Snapshot): void {
    if (this.#awaited?.until(snapshot) !== true) return
    this.#awaited.seen()
    this.#awaited = null
  }

  #run(): string {
    return this.#host.snapshot()?.run.id ?? ''
  }

  /** Waits for a picture; who waited before gives up. */
  #seen(until: (snapshot: Snapshot) => boolean): Promise<void> {
    const now = this.#host.snapshot()
    if (now !== null && until(now)) return Promise.resolve()
    return new Promise((seen) => (this.#awaited = { until, seen }))
  }
}
