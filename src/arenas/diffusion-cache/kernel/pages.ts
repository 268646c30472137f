/** Room for a plan's pages: a page is given to the next as soon as nobody reads it any more. */
import type { Entry, Op, Plan } from './plan.ts'

/** The same plan, with pages numbered by where they lie; `pages` and `xPages` are how many there must be. `keepsXs`: every page of x lasts to the end. */
export function allotted(plan: Plan, keepsXs = false): Plan {
  const room = new Room()
  const xRoom = new Room()
  plan.ops.forEach((op, at) => {
    for (const page of readBy(op)) room.readAt(page, at)
    for (const page of xReadBy(op)) xRoom.readAt(page, at)
  })
  // What members end in is read after everything.
  for (const page of plan.ends) xRoom.readAt(page, plan.ops.length)
  xRoom.take(0)

  const ops = plan.ops.map((op, at): Op => {
    switch (op.kind) {
      case 'embed':
        return { ...op, xs: op.xs.map((page) => xRoom.where(page)) }
      case 'compute': {
        // All that a dispatch writes lies apart from what it reads: its rows are worked out at once.
        const entries = placedEntries(op.entries, room)
        room.free(readBy(op), at)
        return { ...op, entries, goals: op.goals.map((page) => room.take(page)) }
      }
      case 'finish': {
        const entries = placedEntries(op.entries, room)
        room.free(readBy(op), at)
        const xs = op.xs.map(({ from, into }) => ({ from: xRoom.where(from), into: xRoom.take(into) }))
        if (!keepsXs) xRoom.free(xReadBy(op), at)
        return { ...op, entries, xs }
      }
    }
  })
  return { ...plan, ops, ends: plan.ends.map((page) => xRoom.where(page)), pages: room.size, xPages: xRoom.size }
}

const placedEntries = (entries: readonly Entry[], room: Room): Entry[] =>
  entries.map((entry) => ({
    from: entry.fresh ? entry.from : room.where(entry.from),
    fresh: entry.fresh,
    into: entry.into === null ? null : room.take(entry.into),
    terms: entry.terms.map((term) => ({ ...term, last: room.where(term.last), before: room.where(term.before) })),
  }))

function readBy(op: Op): number[] {
  if (op.kind === 'embed') return []
  return op.entries.flatMap(({ from, fresh, terms }) => [
    ...(fresh ? [] : [from]),
    ...terms.flatMap(({ last, before }) => [last, before]),
  ])
}

function xReadBy(op: Op): readonly number[] {
  if (op.kind === 'embed') return op.xs
  return op.kind === 'finish' ? op.xs.map(({ from }) => from) : []
}

class Room {
  readonly #lastRead = new Map<number, number>()
  readonly #places = new Map<number, number>()
  readonly #empty: number[] = []
  size = 0

  /** Operations are told in order. */
  readAt(page: number, op: number): void {
    this.#lastRead.set(page, op)
  }

  take(page: number): number {
    const place = this.#empty.pop() ?? this.size++
    this.#places.set(page, place)
    return place
  }

  where(page: number): number {
    const place = this.#places.get(page)
    if (place === undefined) throw new Error(`page ${page} was not written, or is needed no more`)
    return place
  }

  /** Those of the pages that no later operation reads. */
  free(pages: readonly number[], op: number): void {
    for (const page of new Set(pages)) {
      if (this.#lastRead.get(page) !== op) continue
      this.#empty.push(this.where(page))
      this.#places.delete(page)
    }
  }
}
