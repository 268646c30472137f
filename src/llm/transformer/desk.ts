/**
 * Many texts in hand at once. Each slot of the engine holds one; one that is finished makes room for the next at once, so the
 * engine is full until the last texts run out. Nothing of this shows in the texts.
 */
import type { Cancellation } from '../../core/result.ts'
import type { Dialect } from '../dialect.ts'
import { feedOf, type Network } from './network.ts'
import { Sequence, type Writing, type Written } from './sequence.ts'

/** All of them in one go, for whoever has a thread to itself. What is unfinished when it is cancelled has finish `aborted`. */
export function writeAtOnce(
  network: Network,
  dialect: Dialect,
  writings: readonly Writing[],
  cancel: Cancellation,
): readonly Written[] {
  const written: Written[] = writings.map(() => ({ answer: [], finish: 'aborted' }))
  for (const [index, one] of writing(new Desk(network, dialect), dialect, writings, cancel))
    if (one !== null) written[index] = one
  return written
}

/** Tells each text as it is finished, and null after each token of all that are in hand. */
export function* writing(
  desk: Desk,
  dialect: Dialect,
  writings: readonly Writing[],
  cancel: Cancellation,
): Generator<readonly [index: number, written: Written | null]> {
  let next = 0
  while (!cancel.aborted) {
    while (next < writings.length && desk.hasRoom) {
      const index = next++
      const sequence = new Sequence(dialect, writings[index]!)
      if (sequence.finish === null) desk.take(index, sequence)
      else yield [index, { answer: sequence.answer, finish: sequence.finish }]
    }
    if (desk.isEmpty) return
    for (const { index, sequence } of desk.step())
      yield [index, { answer: sequence.answer, finish: sequence.finish ?? 'stop' }]
    yield [-1, null]
  }
}

interface Page {
  readonly index: number
  readonly sequence: Sequence
  readonly slot: number
  /** Tokens that the network has read. */
  read: number
}

/** The texts in hand. */
export class Desk {
  readonly #network: Network
  readonly #free: number[]
  #pages: Page[] = []
  readonly #known
  readonly #last

  constructor(network: Network, { context }: Dialect) {
    this.#network = network
    this.#free = Array.from({ length: network.slots }, (_, at) => network.slots - 1 - at)
    this.#known = feedOf(network.slots * context)
    this.#last = feedOf(network.slots)
  }

  get hasRoom(): boolean {
    return this.#free.length > 0
  }

  get isEmpty(): boolean {
    return this.#pages.length === 0
  }

  take(index: number, sequence: Sequence): void {
    this.#pages.push({ index, sequence, slot: this.#free.pop()!, read: 0 })
  }

  /** Draws a token for every text; those that are finished by it leave. */
  step(): readonly Page[] {
    const [known, last] = [this.#known, this.#last]
    known.count = 0
    last.count = 0
    for (const page of this.#pages) {
      const { tokens } = page.sequence
      for (; page.read < tokens.length; page.read++) {
        const feed = page.read === tokens.length - 1 ? last : known
        feed.slots[feed.count] = page.slot
        feed.positions[feed.count] = page.read
        feed.tokens[feed.count++] = tokens[page.read]!
      }
    }
    if (known.count > 0) this.#network.read(known)
    const logits = this.#network.next(last)
    this.#pages.forEach(({ sequence }, row) => sequence.draw(logits, row * this.#network.stride))
    const done = this.#pages.filter(({ sequence }) => sequence.finish !== null)
    if (done.length > 0) this.#pages = this.#pages.filter(({ sequence }) => sequence.finish === null)
    for (const { slot } of done) this.#free.push(slot)
    return done
  }

  unfinished(): readonly Page[] {
    return this.#pages
  }
}
