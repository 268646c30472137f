/**
 * What the page knows: the newest snapshot, what is chosen, what was said. It holds no run: it draws what the engine's
 * worker sends and passes commands on.
 */
import { connectRunWorker } from '../engine/supervisor.ts'
import type { Ancestor, ArenaInfo, EliteDetail, EngineChoice, Notice, PastArchive } from '../engine/protocol.ts'
import type { PromptView, RunSummary, RunWorkerApi, Snapshot } from '../engine/protocol.ts'
import type { Result } from '../core/result.ts'
import { inPreset, type RunSettings } from '../core/settings.ts'
import { settingsToHash } from '../share/url.ts'
import { askedByLink, defaultSettings, ENGINE, engineChoice, keepOwnRun, ownRun, sameSettings } from './beginnings.ts'
import { outcomeOf } from './ending.ts'
import { followedIn } from './pareto.ts'
import { Islands } from './islands.svelte.ts'
import { RoundsOnShow } from './rounds.svelte.ts'
import { ToastRack } from './toasts.svelte.ts'
import { Writers } from './writers.svelte.ts'

const PAUSED = 'evolarium:paused'
/** While running, another best is shown no sooner than this after the last one: long enough to see it fight. */
const FOLLOW_MS = 2500

class Session {
  snapshot = $state.raw<Snapshot | null>(null)
  arenas = $state.raw<readonly ArenaInfo[]>([])
  runs = $state.raw<readonly RunSummary[]>([])
  readonly toasts = new ToastRack()
  elite = $state.raw<EliteDetail | null>(null)
  lineage = $state.raw<readonly Ancestor[]>([])
  /** The chosen cell; null follows the best. */
  chosen = $state<number | null>(null)
  /** Why the engine could not be started at all. */
  failure = $state('')
  #api: RunWorkerApi | null = null
  /** The replay whose outcome was told. */
  #told = ''
  #shownId = 0

  readonly models = new Writers({
    api: () => this.#api,
    snapshot: () => this.snapshot,
    arena: () => this.arena,
    say: (notice) => this.say(notice),
    startPreset: (id) => this.startPreset(id),
  })
  readonly islands = new Islands({
    api: () => this.#api,
    begin: async (settings) => {
      const made = await this.create(settings, '')
      if (made) this.run()
      return made
    },
    goOn: () => this.#goOn(),
    link: () => this.snapshot !== null && this.#link(this.snapshot.run.settings),
  })
  readonly rounds = new RoundsOnShow({
    fetch: (round) => this.#ask((api) => api.round(round)),
    show: (generation) => {
      this.chosen = null
      if (generation === null) this.#backToNow()
      else void this.#travel(generation)
    },
  })
  readonly arena = $derived(this.arenas.find(({ id }) => id === this.snapshot?.run.settings.arena) ?? null)
  /** The best, as it is followed: see {@link FOLLOW_MS}. */
  #followed = $state(-1)
  #followedAt = 0
  /** An earlier generation that is looked at; null is now. */
  past = $state.raw<PastArchive | null>(null)
  #travelTo: number | null = null
  /** The archive on show, of now or of then. */
  readonly archive = $derived.by(() => {
    const { snapshot, past } = this
    if (snapshot === null) return null
    return past === null ? snapshot.archive : { ...snapshot.archive, ...past }
  })
  readonly bestCell = $derived(
    this.archive === null ? -1 : followedIn(this.archive, this.past?.bestCell ?? this.snapshot?.bestCell ?? -1),
  )
  readonly cell = $derived(this.chosen ?? (this.past === null ? this.#followed : this.bestCell))
  readonly isRunning = $derived(this.snapshot?.state === 'running')

  async start(): Promise<void> {
    try {
      const { api, boot } = await connectRunWorker(
        (snapshot) => this.#receive(snapshot),
        (notice) => this.say(notice),
        engineChoice(),
      )
      this.#api = api
      this.arenas = boot.arenas
      this.runs = boot.runs
      // The first snapshot came while there was nobody to ask yet.
      void this.#show()
      await this.#begin(boot.current)
    } catch (error) {
      this.failure = `The engine could not be started (${error instanceof Error ? error.message : String(error)}). Reload the page; if that does not help, update your browser.`
    }
  }

  /** A link's settings, else the run that was open last, else the first run: alive without a press. */
  async #begin(current: RunSummary | null): Promise<void> {
    const asked = askedByLink(location.hash, this.arenas)
    for (const text of asked.troubles) this.say({ kind: 'warning', text })
    const own = ownRun(this.runs)
    if (own !== null && own !== current?.id) current = (await this.#ask((api) => api.open(own))) ?? current
    if (asked.settings !== null && !(current !== null && sameSettings(asked.settings, current.settings)))
      await this.create(asked.settings, '')
    else if (current === null) {
      const settings = defaultSettings(this.arenas)
      if (settings !== null) await this.create(settings, '')
    } else {
      this.#link(current.settings)
      this.models.recall(current)
    }
    if (asked.invitation === null) this.#goOn()
    else this.islands.ask(asked.invitation)
  }

  #goOn(): void {
    if (localStorage.getItem(PAUSED) !== 'yes') void this.#api?.run()
  }

  async create(settings: RunSettings, name: string): Promise<boolean> {
    const before = this.snapshot?.run.id
    const made = await this.#ask((api) => api.create(settings, name))
    if (made === null) return false
    this.#forget()
    this.#link(made.settings)
    if (before !== undefined) void this.models.carry(before, made.id)
    await this.refreshRuns()
    return true
  }

  /** A new run in another world of the same arena. */
  async startPreset(id: string): Promise<void> {
    const preset = this.arena?.presets.find((one) => one.id === id)
    const settings = this.snapshot?.run.settings
    if (settings === undefined || preset === undefined) return
    const before = this.arena?.presets.find((one) => one.id === settings.preset)
    if (await this.create(inPreset(settings, preset, before), '')) this.run()
  }

  async open(id: string): Promise<void> {
    const opened = await this.#ask((api) => api.open(id))
    if (opened === null) return
    this.#forget()
    this.#link(opened.settings)
    // Its own models of this visit, none of another run's.
    void this.models.carry(opened.id, opened.id)
    await this.refreshRuns()
  }

  /** The prompts of a world, with the templates that the settings bring. */
  prompts(settings: RunSettings): Promise<PromptView | null> {
    return this.#ask((api) => api.prompts(settings))
  }

  /** Plays a run again from its tape, without any model. */
  async replay(id: string): Promise<void> {
    const made = await this.#ask((api) => api.replay(id))
    if (made === null) return
    this.#forget()
    this.#link(made.settings)
    await this.refreshRuns()
    this.run()
  }

  run(): void {
    localStorage.removeItem(PAUSED)
    void this.#api?.run()
  }

  pause(): void {
    localStorage.setItem(PAUSED, 'yes')
    void this.#api?.pause()
  }

  toggle(): void {
    if (this.isRunning) this.pause()
    else this.run()
  }

  step(): void {
    localStorage.setItem(PAUSED, 'yes')
    void this.#api?.step()
  }

  async reset(): Promise<void> {
    const wasRunning = this.isRunning
    const before = this.snapshot?.run
    const made = await this.#ask((api) => api.reset())
    if (made === null) return
    this.#forget()
    if (before !== undefined) void this.models.carry(before.id, made.id)
    await this.refreshRuns()
    if (wasRunning) this.run()
    if (before !== undefined)
      this.say({ kind: 'info', text: `Started anew. "${before.name}" is still in the list of runs.` })
  }

  setSpeed(generationsPerSecond: number | null): void {
    void this.#api?.setSpeed(generationsPerSecond)
  }

  setEngine(choice: EngineChoice): void {
    localStorage.setItem(ENGINE, choice)
    void this.#api?.setEngine(choice)
  }

  choose(cell: number | null): void {
    this.rounds.leave()
    this.chosen = cell
    this.#shownId = 0
    void this.#show()
  }

  async refreshRuns(): Promise<void> {
    this.runs = (await this.#api?.runs()) ?? []
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#ask((api) => api.rename(id, name))
    await this.refreshRuns()
  }

  async remove(run: RunSummary): Promise<void> {
    const wasOpen = run.id === this.snapshot?.run.id
    if ((await this.#ask((api) => api.remove(run.id))) === null) return
    await this.refreshRuns()
    if (wasOpen) await this.#openAnother(run)
    const undo = () =>
      void this.#ask((api) => api.restore(run.id)).then(() => (wasOpen ? this.open(run.id) : this.refreshRuns()))
    this.say({ kind: 'info', text: `"${run.name}" is deleted.` }, undo)
  }

  /** There is always an open run: the newest of the others, else the same settings anew. */
  async #openAnother(gone: RunSummary): Promise<void> {
    const other = this.runs.find(({ deleted, id }) => !deleted && id !== gone.id)
    if (other === undefined) await this.create(gone.settings, '')
    else await this.open(other.id)
  }

  async takeOver(id: string): Promise<void> {
    if ((await this.#ask((api) => api.takeOver(id))) !== null) this.run()
  }

  /** The elite of a cell, without choosing it; null when nobody lives there. */
  async peek(cell: number): Promise<EliteDetail | null> {
    if (this.past !== null) return (await this.#family(this.past.ids[cell] ?? 0))[0] ?? null
    const elite = await this.#api?.elite(cell)
    return elite?.ok === true ? elite.value : null
  }

  travel(generation: number): Promise<void> {
    this.rounds.leave()
    return this.#travel(generation)
  }

  /** Looks at an earlier generation. While one is being fetched, only the last one asked for is remembered. */
  async #travel(generation: number): Promise<void> {
    const isUnderWay = this.#travelTo !== null
    this.#travelTo = generation
    if (isUnderWay) return
    const run = this.snapshot?.run.id
    for (let asked: number | null = null; asked !== this.#travelTo && this.#travelTo !== null;) {
      asked = this.#travelTo
      const past: PastArchive | null = await this.#ask((api) => api.past(asked ?? 0))
      if (past === null || this.#travelTo === null || this.snapshot?.run.id !== run) break
      this.past = past
      void this.#show()
    }
    this.#travelTo = null
  }

  /** Back from an earlier generation. */
  returnToNow(): void {
    this.rounds.leave()
    this.#backToNow()
  }

  #backToNow(): void {
    this.#travelTo = null
    if (this.past === null) return
    this.past = null
    this.#shownId = 0
    void this.#show()
  }

  exportRun(id: string): Promise<Uint8Array | null> {
    return this.#ask((api) => api.exportRun(id))
  }

  async importRun(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const imported = await this.#ask((api) => api.importRun(bytes))
    if (imported === null) return
    this.#forget()
    this.#link(imported.settings)
    await this.refreshRuns()
    this.say({ kind: 'info', text: `"${imported.name}" is opened.` })
  }

  say(notice: Notice, undo?: () => void): void {
    this.toasts.say(notice, undo)
  }

  #receive(snapshot: Snapshot): void {
    if (snapshot.run.settings.arena !== this.snapshot?.run.settings.arena) this.#leaveArena()
    this.snapshot = snapshot
    this.models.received(snapshot)
    this.islands.received(snapshot)
    if (this.#api !== null) keepOwnRun(snapshot.run.id)
    this.rounds.received(snapshot)
    const { replay, run } = snapshot
    if (replay !== null && replay.same !== null && this.#told !== run.id) {
      this.#told = run.id
      this.say({ kind: replay.same ? 'info' : 'error', text: outcomeOf(replay) })
    }
    void this.#show()
  }

  /** Fetches the chosen elite when another one has come to live in its cell. */
  async #show(): Promise<void> {
    if (this.#api === null) return
    const now = performance.now()
    if (this.past === null) {
      if (this.chosen === null && this.#isHeld(now)) return
      this.#followed = this.bestCell
    }
    const id = this.archive?.ids[this.cell] ?? 0
    if (id === this.#shownId) return
    this.#shownId = id
    this.#followedAt = now
    if (id === 0) {
      this.elite = null
      this.lineage = []
      return
    }
    if (this.past === null) {
      const elite = await this.#api.elite(this.cell)
      if (this.#shownId !== id) return
      if (!elite.ok) {
        this.#shownId = 0
        return
      }
      this.elite = elite.value
    }
    const family = await this.#family(this.past === null ? (this.elite?.id ?? id) : id)
    if (this.#shownId !== id) return
    this.lineage = family
    if (this.past !== null) this.elite = family[0] ?? null
  }

  /** Somebody who lived once and its ancestors, itself first. */
  async #family(id: number): Promise<readonly Ancestor[]> {
    if (id === 0) return []
    const lineage = await this.#api?.lineage(id)
    return lineage?.ok === true ? lineage.value : []
  }

  #isHeld(now: number): boolean {
    const isShown = this.#shownId !== 0 && this.snapshot?.archive.ids[this.#followed] !== 0
    return this.isRunning && isShown && now - this.#followedAt < FOLLOW_MS
  }

  /** For another run: whatever was looked at belongs to the old one. */
  #forget(): void {
    this.rounds.forget()
    this.past = null
    this.#travelTo = null
    this.chosen = null
    this.#shownId = 0
  }

  /** Genomes of one arena mean nothing in another. */
  #leaveArena(): void {
    this.#forget()
    this.elite = null
    this.lineage = []
  }

  #link(settings: RunSettings): void {
    const arena = this.arenas.find(({ id }) => id === settings.arena)
    if (arena !== undefined) history.replaceState(null, '', settingsToHash(settings, arena))
  }

  /** What a command came to, or null after saying why not. */
  async #ask<T>(command: (api: RunWorkerApi) => Promise<Result<T>>): Promise<T | null> {
    if (this.#api === null) return null
    const result = await command(this.#api)
    if (result.ok) return result.value
    this.say({ kind: 'error', text: result.fault.message })
    return null
  }
}

export const session = new Session()
