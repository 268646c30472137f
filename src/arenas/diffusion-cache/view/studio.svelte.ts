/**
 * The stage's state: which schedule is on show, for which captions, and the pictures that the worker makes of it. The uncached
 * pictures of the same captions and noise are made first, once, and each schedule's beside them.
 */
import type { Pictures } from './pictures.ts'
import type { Options } from '../../../core/options.ts'
import { macsOf, SLOTS, type DitShape } from '../model/shape.ts'
import type { PictureRequest } from '../pictures.ts'
import { parseCaption } from '../scenes/captions.ts'
import { costOf, fullSchedule, type Schedule } from '../schedule.ts'
import { editsBetween, isSame } from './board.ts'
import { filmAfter, NO_FILM, withStep, type Film } from './film.ts'
import { backToElite, begin, canUndo, edit, follow, isEdited, load, topOf, undo, type History } from './history.ts'
import { guidanceOf, PICTURES, showCaptions, stepsOf } from './showing.ts'

/** Nothing is sampled until a person stops clicking for so long. */
const PATIENCE_MS = 120
const UNCACHED = 'Everything computed'

export class Studio {
  readonly steps: number
  model = $state.raw<DitShape | null>(null)
  /** Why there are no pictures, as a sentence; empty while all is well. */
  fault = $state('')
  captions = $state.raw(showCaptions())
  /** What a person typed and why it is no caption. */
  captionFault = $state('')
  typed = $state('')
  ours = $state.raw<Film>(NO_FILM)
  twins = $state.raw<Film>(NO_FILM)
  #history = $state.raw<History | null>(null)
  readonly #pictures: Pictures
  readonly #options: Options
  #underWay = ''
  #wait: ReturnType<typeof setTimeout> | undefined
  #gone = false

  readonly shown = $derived(this.#history === null ? null : topOf(this.#history))
  readonly base = $derived(this.#history?.elite.schedule ?? null)
  readonly edited = $derived(this.#history !== null && isEdited(this.#history))
  readonly edits = $derived(
    this.shown === null || this.base === null || this.base.genes.length !== this.shown.schedule.genes.length
      ? 0
      : editsBetween(this.shown.schedule, this.base),
  )
  readonly canUndo = $derived(this.#history !== null && canUndo(this.#history))
  readonly cost = $derived(
    this.model === null || this.shown === null ? NaN : costOf(this.shown.schedule, macsOf(this.model)),
  )
  readonly full = $derived.by(() =>
    this.model === null ? null : fullSchedule({ steps: this.steps, blocks: this.model.blocks }),
  )
  readonly isFull = $derived(this.full !== null && this.shown !== null && isSame(this.full, this.shown.schedule))
  /** The film of what is shown: where everything is computed, the twins'. */
  readonly film = $derived(this.isFull ? this.twins : this.ours)
  readonly busy = $derived(this.fault === '' && (this.film.result === null || this.film.key !== this.#wanted()))

  constructor(options: Options, pictures: Pictures) {
    this.#options = options
    this.steps = stepsOf(options)
    this.#pictures = pictures
  }

  async open(): Promise<void> {
    this.fault = ''
    const model = await this.#pictures.open()
    if (this.#gone) return
    if (!model.ok) {
      this.fault = model.fault.message
      return
    }
    this.model = model.value
    const full = fullSchedule({ steps: this.steps, blocks: model.value.blocks })
    this.#history ??= begin({ schedule: full, name: UNCACHED, origin: 'elite' })
    this.#next()
  }

  dispose(): void {
    this.#gone = true
    clearTimeout(this.#wait)
    this.#pictures.dispose()
  }

  /** The elite that is chosen or followed now. */
  follow(schedule: Schedule, name: string, isChosen: boolean): void {
    const elite = { schedule, name, origin: 'elite' } as const
    this.#put(this.#history === null ? begin(elite) : follow(this.#history, elite, isChosen))
  }

  edit(change: (schedule: Schedule) => Schedule): void {
    if (this.#history !== null) this.#put(edit(this.#history, change(topOf(this.#history).schedule)))
  }

  load(schedule: Schedule, name: string): void {
    if (this.#history !== null) this.#put(load(this.#history, schedule, name))
  }

  undo(): void {
    if (this.#history !== null) this.#put(undo(this.#history))
  }

  backToElite(): void {
    if (this.#history !== null) this.#put(backToElite(this.#history))
  }

  /** One caption for all pictures, each with a noise of its own; an empty text brings the sixteen back. */
  say(text: string): void {
    this.captionFault = ''
    if (text.trim() === '') {
      this.typed = ''
      this.captions = showCaptions()
    } else {
      const words = parseCaption(text)
      if (!words.ok) {
        this.captionFault = words.fault.message
        return
      }
      this.typed = text.trim()
      const captions = new Int32Array(PICTURES * SLOTS)
      for (let picture = 0; picture < PICTURES; picture++) captions.set(words.value, picture * SLOTS)
      this.captions = captions
    }
    this.#next()
  }

  #put(history: History): void {
    this.#history = history
    clearTimeout(this.#wait)
    this.#wait = setTimeout(() => this.#next(), PATIENCE_MS)
  }

  #wanted(): string {
    return this.shown === null ? '' : keyOf(this.shown.schedule, this.captions)
  }

  /** Starts what is missing: the uncached pictures first, then those of the schedule on show. */
  #next(): void {
    const { full, shown } = this
    if (this.#gone || full === null || shown === null) return
    if (this.twins.key !== keyOf(full, this.captions) || this.twins.result === null)
      return this.#sample(full, () => this.twins, (film) => (this.twins = film)) // prettier-ignore
    if (this.isFull || (this.ours.key === this.#wanted() && this.ours.result !== null)) return
    this.#sample(shown.schedule, () => this.ours, (film) => (this.ours = film)) // prettier-ignore
  }

  #sample(schedule: Schedule, read: () => Film, write: (film: Film) => void): void {
    const key = keyOf(schedule, this.captions)
    if (this.#underWay === key) return
    this.#underWay = key
    write(filmAfter(read(), key))
    const request: PictureRequest = { schedule, captions: this.captions, seed: 1, guidance: guidanceOf(this.#options) }
    const isMine = () => !this.#gone && this.#underWay === key
    void this.#pictures
      .sample(request, (step) => {
        if (!this.#gone && read().key === key) write(withStep(read(), step))
      })
      .then((result) => {
        // A newer request may be for the same pictures again: it will be answered.
        if (!isMine() || (!result.ok && result.fault.kind === 'superseded')) return
        this.#underWay = ''
        if (!result.ok) {
          this.fault = result.fault.message
          return
        }
        this.fault = ''
        write({ ...read(), result: result.value })
        this.#next()
      })
  }
}

const keyOf = ({ genes }: Schedule, captions: Int32Array): string => `${genes.join('')} ${captions.join(',')}`
