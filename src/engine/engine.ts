/**
 * The engine behind the page: holds one open run, obeys commands, journals every generation, reports snapshots.
 * Everything it stands on is handed in (store, locks, evaluators), so the same engine runs in a worker and in a test.
 */
import type { Work } from '../core/batch.ts'
import { initialState, apply } from '../core/generation.ts'
import type { GenerationRecord, RunState } from '../core/journal.ts'
import { fail, ok, type Fault, type Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'
import type { LoadedModel, ModelSpec } from '../llm/contracts.ts'
import type { RunHeader } from '../storage/store.ts'
import type { EngineHost } from './host.ts'
import { exportOpen, exportStored } from './exporting.ts'
import { ancestorsOf, birthsOf, eliteIn } from './family.ts'
import { readImport } from './importing.ts'
import { Library, newHeader, titleOf } from './library.ts'
import { joinRoom } from './joining.ts'
import { headerOf, openRun, pictureOf, type OpenRun, type Tape } from './open-run.ts'
import { finishReplay, prepareReplay, tapeLeft } from './replaying.ts'
import type {
  Ancestor,
  Boot,
  EliteDetail,
  EngineChoice,
  Notice,
  PastArchive,
  PromptView,
  RoundDetail,
  RoomSpec,
  RunSummary,
  RunWorkerApi,
  Snapshot,
} from './protocol.ts'
import { roundDetail } from './round-detail.ts'
import { progressOf } from './runner.ts'
import { arenaInfos, newsAfter, promptView, summaryOf } from './snapshot.ts'

const SNAPSHOT_MS = 250

export class Engine implements RunWorkerApi {
  readonly #host: EngineHost
  readonly #library: Library
  #onSnapshot: (snapshot: Snapshot) => void = () => undefined
  #early: Notice[] = []
  #onNotice: (notice: Notice) => void = (notice) => void this.#early.push(notice)
  #choice: EngineChoice = 'auto'
  #speed: number | null = null
  #open: OpenRun | null = null
  #lastSent = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  /** Commands run one after another: a second press never meets half a first one. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(host: EngineHost) {
    this.#host = host
    this.#library = new Library(host.arenas, host.strategies)
  }

  async connect(
    onSnapshot: (snapshot: Snapshot) => void,
    onNotice: (notice: Notice) => void,
    engine: EngineChoice,
  ): Promise<Boot> {
    this.#onSnapshot = onSnapshot
    this.#onNotice = onNotice
    for (const notice of this.#early.splice(0)) onNotice(notice)
    this.#choice = engine
    const last = await this.#host.store.lastOpened()
    const opened = last.ok && last.value !== null ? await this.open(last.value) : null
    if (opened?.ok === false) this.#onNotice({ kind: 'warning', text: opened.fault.message })
    return {
      arenas: arenaInfos(this.#host),
      runs: await this.runs(),
      current: opened?.ok === true ? opened.value : null,
    }
  }

  create(settings: RunSettings, name: string): Promise<Result<RunSummary>> {
    return this.#command(async () => {
      const ready = this.#library.prepare(settings)
      if (!ready.ok) return ready
      const make = ready.value
      const id = this.#host.newId()
      const state = initialState(make)
      const title = name.trim() === '' ? titleOf(make, settings) : name.trim()
      const progress = progressOf(make, state)
      const header = await this.#host.store.create(id, title, make.settings, progress)
      // A store that refuses leaves a run that lives in memory until the store is back.
      if (!header.ok) this.#onNotice({ kind: 'warning', text: header.fault.message })
      await this.#openWith(header.ok ? header.value : newHeader(id, title, make.settings, progress), state)
      return ok(this.#summary())
    })
  }

  open(id: string): Promise<Result<RunSummary>> {
    return this.#command(async () => {
      const loaded = await this.#host.store.load(id)
      if (!loaded.ok) return loaded
      const { header, state, records, damage } = loaded.value
      const ready = this.#library.prepare(header.settings)
      if (!ready.ok) return ready
      const make = ready.value
      for (const text of damage) this.#onNotice({ kind: 'warning', text })
      const resumed = records.reduce((past, change) => apply(make.shape, past, change), state ?? initialState(make))
      await this.#openWith({ ...header, settings: make.settings }, resumed)
      return ok(this.#summary())
    })
  }

  run(): Promise<void> {
    return this.#command(async () => {
      const open = this.#open
      if (open === null || open.elsewhere) return
      open.fault = ''
      open.meter.start()
      open.runner.setSpeed(this.#speed)
      open.runner.run(tapeLeft(open))
      this.#send()
    })
  }

  pause(): Promise<void> {
    return this.#command(async () => {
      await this.#open?.runner.pause()
      this.#send()
    })
  }

  step(): Promise<void> {
    return this.#command(async () => {
      const open = this.#open
      if (open === null || open.elsewhere) return
      await open.runner.pause()
      open.fault = ''
      open.meter.start()
      open.runner.run(1)
      await open.runner.settled()
      this.#send()
    })
  }

  reset(): Promise<Result<RunSummary>> {
    const open = this.#open
    if (open === null) return Promise.resolve(fail('no-run', 'There is no open run to start anew.'))
    return this.create(open.header.settings, '')
  }

  setSpeed(generationsPerSecond: number | null): Promise<void> {
    this.#speed = generationsPerSecond
    this.#open?.runner.setSpeed(generationsPerSecond)
    this.#send()
    return Promise.resolve()
  }

  setEngine(choice: EngineChoice): Promise<void> {
    return this.#command(async () => {
      this.#choice = choice
      const open = this.#open
      if (open === null) return
      const wasRunning = open.runner.isRunning
      await open.runner.pause()
      open.chooser.choose(choice)
      if (wasRunning) open.runner.run(tapeLeft(open))
      this.#send()
    })
  }

  prompts(settings: RunSettings): Promise<Result<PromptView>> {
    const made = this.#library.make(settings)
    if (!made.ok) return Promise.resolve(made)
    const kit = made.value.prompts
    return Promise.resolve(kit === null ? fail('no-prompts', 'This arena asks no models.') : ok(promptView(kit)))
  }

  elite(cell: number): Promise<Result<EliteDetail>> {
    return Promise.resolve(eliteIn(this.#open, cell))
  }

  lineage(id: number): Promise<Result<readonly Ancestor[]>> {
    const open = this.#open
    if (open === null) return Promise.resolve(fail('no-run', 'There is no open run.'))
    return ancestorsOf(open.runner.make, id, (ids) => birthsOf(this.#host.store, open, ids))
  }

  async past(generation: number): Promise<Result<PastArchive>> {
    const open = this.#open
    if (open === null) return fail('no-run', 'There is no open run.')
    return open.past.at(generation, open.runner.state.elites)
  }

  round(round: number): Promise<Result<RoundDetail>> {
    return roundDetail(this.#host.store, this.#open, round)
  }

  async runs(): Promise<readonly RunSummary[]> {
    const headers = await this.#host.store.list()
    if (!headers.ok) this.#onNotice({ kind: 'warning', text: headers.fault.message })
    const stored = headers.ok ? headers.value : []
    const open = this.#open
    return stored.map((header) => summaryOf(header, header.id === open?.header.id && open.elsewhere))
  }

  async rename(id: string, name: string): Promise<Result<RunSummary>> {
    if (name.trim() === '') return fail('no-name', 'A run needs a name: type at least one letter.')
    return this.#headerChanged(await this.#host.store.rename(id, name.trim()))
  }

  async remove(id: string): Promise<Result<RunSummary>> {
    if (this.#open?.header.id === id) await this.pause()
    return this.#headerChanged(await this.#host.store.setDeleted(id, true))
  }

  async restore(id: string): Promise<Result<RunSummary>> {
    return this.#headerChanged(await this.#host.store.setDeleted(id, false))
  }

  takeOver(id: string): Promise<Result<RunSummary>> {
    return this.#command(async () => {
      await this.#host.locks.takeOver(id, () => this.#lockLost(id))
      return ok(undefined)
    }).then(() => this.open(id))
  }

  async exportRun(id: string): Promise<Result<Uint8Array>> {
    const open = this.#open
    if (open?.header.id !== id) return exportStored(this.#host.store, this.#library, id)
    if (!open.elsewhere) await open.writer.flush(open.runner.state)
    return ok(await exportOpen(this.#host.store, open.runner.make, headerOf(open), open.runner.state))
  }

  async importRun(bytes: Uint8Array): Promise<Result<RunSummary>> {
    const read = readImport(this.#library, bytes)
    if (!read.ok) return read
    const { header, state, births, tape } = read.value
    const written = await this.#host.store.restore({ ...header, id: this.#host.newId() }, state, births, tape)
    return written.ok ? this.open(written.value.id) : written
  }

  /** Not in the queue of commands: a model may take minutes to load, and the run goes on meanwhile. */
  async plug(spec: ModelSpec): Promise<Result<LoadedModel>> {
    const open = this.#open
    if (open === null) return fail('no-run', 'There is no open run for a model to write for.')
    if (open.runner.make.prompts === null)
      return fail('no-prompts', `Language models cannot write for ${open.runner.make.arena.label} yet.`)
    return open.desk.plug(spec)
  }

  async unplug(model: string): Promise<void> {
    await this.#open?.desk.unplug(model)
  }

  /** Not in the queue of commands either: a broker may be slow to answer. */
  async join(spec: RoomSpec): Promise<Result<void>> {
    const open = this.#open
    if (open === null) return fail('no-run', 'There is no open run to be an island.')
    return joinRoom(this.#host, open, spec, { isOpen: () => this.#open === open, changed: () => this.#sendSoon() })
  }

  async leave(): Promise<void> {
    const room = this.#open?.room
    if (this.#open !== null) this.#open.room = null
    this.#send()
    await room?.close()
  }

  replay(id: string): Promise<Result<RunSummary>> {
    return this.#command(async () => {
      const open = this.#open?.header.id === id && !this.#open.elsewhere ? this.#open : null
      if (open !== null) {
        await open.runner.pause()
        await open.writer.flush(open.runner.state)
      }
      const ready = await prepareReplay(this.#host.store, this.#library, id, this.#host.newId())
      if (!ready.ok) return ready
      await this.#openWith(ready.value.header, ready.value.state, ready.value.tape)
      return ok(this.#summary())
    })
  }

  /** To be called when the browser closed the store: even a run at rest is looked after, and saved anew where it is gone. */
  async storeClosed(): Promise<void> {
    const open = this.#open
    if (open === null || open.elsewhere) return
    await open.writer.doubt(open.runner.state)
    await this.#host.store.setLastOpened(open.header.id)
    this.#send()
  }

  /** Tells the page; what is said before it listens is kept for it. */
  notify(notice: Notice): void {
    this.#onNotice(notice)
  }

  /** Settles after whatever was asked before. */
  #command<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => undefined)
    return result
  }

  async #openWith(header: RunHeader, state: RunState, tape: Tape | null = null): Promise<void> {
    await this.#close()
    const made = this.#library.make(header.settings)
    if (!made.ok) throw new Error(made.fault.message)
    const { id } = header
    const elsewhere = (await this.#host.locks.acquire(id, () => this.#lockLost(id))) === 'elsewhere'
    this.#open = openRun(
      this.#host,
      { header, state, make: made.value, elsewhere, tape, choice: this.#choice },
      {
        generation: (change, after, work) => this.#generation(change, after, work),
        rested: (fault) => this.#rested(fault),
        changed: () => this.#sendSoon(),
        saved: () => this.#send(),
      },
    )
    this.#open.runner.setSpeed(this.#speed)
    await this.#host.store.setLastOpened(id)
    this.#send()
  }

  async #close(): Promise<void> {
    const open = this.#open
    if (open === null) return
    await open.runner.pause()
    if (!open.elsewhere) {
      await open.writer.checkpoint(open.runner.state)
      const { state, note } = open.writer.status
      if (state === 'unsaved')
        this.#onNotice({ kind: 'warning', text: `"${open.header.name}" was left unsaved. ${note}` })
    }
    open.writer.close()
    open.chooser.dispose()
    await open.room?.close()
    await open.desk.close()
    await this.#host.locks.release(open.header.id)
    this.#open = null
  }

  #lockLost(id: string): void {
    if (this.#open?.header.id !== id || this.#open.elsewhere) return
    this.#open.elsewhere = true
    this.#open.writer.close()
    this.#onNotice({ kind: 'info', text: 'Another tab has taken over this run; here it can only be looked at.' })
    void this.pause()
  }

  async #generation(change: GenerationRecord, state: RunState, work: Work): Promise<void> {
    const open = this.#open
    if (open === null) return
    open.meter.count(work)
    open.past.add(change.births)
    open.room?.generation(change, state)
    open.news = newsAfter(open.news, change, state)
    await open.writer.write(change, progressOf(open.runner.make, state), state)
    this.#sendSoon()
  }

  #rested(fault: Fault | null): void {
    const open = this.#open
    if (open === null) return
    open.meter.stop()
    open.desk.rest()
    finishReplay(open)
    if (fault !== null && fault.kind !== 'cancelled') open.fault = fault.message
    if (!open.elsewhere) void open.writer.checkpoint(open.runner.state).then(() => this.#send())
    this.#send()
  }

  #summary(): RunSummary {
    const open = this.#open
    if (open === null) throw new Error('no open run')
    return summaryOf(headerOf(open), open.elsewhere)
  }

  #headerChanged(result: Result<RunHeader>): Result<RunSummary> {
    if (!result.ok) return result
    const open = this.#open
    if (open?.header.id === result.value.id) open.header = result.value
    this.#send()
    return ok(summaryOf(result.value, open?.header.id === result.value.id && open.elsewhere))
  }

  #sendSoon(): void {
    if (this.#timer !== null) return
    const wait = Math.max(0, this.#lastSent + SNAPSHOT_MS - performance.now())
    this.#timer = setTimeout(() => this.#send(), wait)
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const open = this.#open
    if (open === null) return
    this.#lastSent = performance.now()
    this.#onSnapshot(pictureOf(open, this.#summary(), this.#speed))
    open.news = []
  }
}
