/**
 * From schedules to what the GPU does, in order. Members that went the same way so far are one class: what they compute is computed
 * once. All share the first step; those whose schedules differ first at gene g share everything before it; twins share all. What is
 * computed lies in pages that are named once each here; {@link allotted} finds them room.
 */
import { COMPONENTS, usesOf, type Schedule, type ScheduleShape, type Use } from '../schedule.ts'

/** An output to be added: last + ahead * (last - before), times a gate. */
export interface Term {
  readonly last: number
  readonly before: number
  readonly ahead: number
  /** Block and component whose gate it is. */
  readonly slot: number
}

/** What runs through the blocks, brought up to date for a class. */
export interface Entry {
  /** A page; or, where `fresh`, the place among what was embedded at the beginning of the step. */
  readonly from: number
  readonly fresh: boolean
  /** The page it is written to; null where nobody goes on from it. */
  readonly into: number | null
  readonly terms: readonly Term[]
}

export type Op =
  /** Patches of these pages of x go into the network. */
  | { readonly kind: 'embed'; readonly step: number; readonly xs: readonly number[] }
  /** Entries are brought up to date, then a component is computed for each, into a page of `goals`. */
  | {
      readonly kind: 'compute'
      readonly step: number
      readonly slot: number
      readonly entries: readonly Entry[]
      readonly goals: readonly number[]
    }
  /** Entries come to their end; each steps from a page of x to the next. */
  | {
      readonly kind: 'finish'
      readonly step: number
      readonly entries: readonly Entry[]
      readonly xs: readonly { readonly from: number; readonly into: number }[]
    }

export interface Plan extends ScheduleShape {
  readonly ops: readonly Op[]
  /** Pages of x and of the rest; the noise that all begin with is page 0 of x. */
  readonly xPages: number
  readonly pages: number
  /** A member each: the page of x that it ends in. */
  readonly ends: readonly number[]
  /** Classes of members at work at once, at most. */
  readonly most: number
}

interface Class {
  readonly members: readonly number[]
  readonly x: number
  readonly from: number
  readonly fresh: boolean
  readonly pending: readonly Term[]
  /** By slot, the pages computed last and before it; -1 = none. */
  readonly last: readonly number[]
  readonly before: readonly number[]
}

/** Schedules of one shape; at least one. */
export function planOf(schedules: readonly Schedule[]): Plan {
  const { steps, blocks } = schedules[0]!
  const slots = blocks * COMPONENTS.length
  const uses = schedules.map(usesOf)
  const ops: Op[] = []
  let [pages, xPages, most] = [0, 1, 1]
  const none = new Array<number>(slots).fill(-1)
  const members = schedules.map((_, member) => member)
  let classes: Class[] = [{ members, x: 0, from: 0, fresh: true, pending: [], last: none, before: none }]

  for (let step = 0; step < steps; step++) {
    ops.push({ kind: 'embed', step, xs: classes.map(({ x }) => x) })
    classes = classes.map((one, at) => ({ ...one, from: at, fresh: true, pending: [] }))
    for (let slot = 0; slot < slots; slot++) {
      const gene = step * slots + slot
      const entries: Entry[] = []
      const goals: number[] = []
      const next: Class[] = []
      for (const one of classes) {
        const groups = groupsOf(one.members, (member) => uses[member]![gene]!)
        let settled = one
        if (groups.some(([use]) => use.computes)) {
          const into = pages++
          entries.push({ from: one.from, fresh: one.fresh, into, terms: one.pending })
          settled = { ...one, from: into, fresh: false, pending: [] }
        }
        for (const [use, some] of groups) {
          if (use.computes) goals.push(pages)
          next.push(after({ ...settled, members: some }, slot, use, use.computes ? pages++ : -1))
        }
      }
      classes = next
      most = Math.max(most, classes.length)
      if (entries.length > 0) ops.push({ kind: 'compute', step, slot, entries, goals })
    }
    const entries = classes.map(({ from, fresh, pending }) => ({ from, fresh, into: null, terms: pending }))
    const moved = classes.map((one) => ({ ...one, x: xPages++ }))
    ops.push({ kind: 'finish', step, entries, xs: moved.map(({ x }, at) => ({ from: classes[at]!.x, into: x })) })
    classes = moved
  }
  const ends = new Array<number>(schedules.length)
  for (const { members: some, x } of classes) for (const member of some) ends[member] = x
  return { steps, blocks, ops, xPages, pages, ends, most }
}

/** The class after a gene; `page` is where its output was computed to. */
function after(one: Class, slot: number, { computes, ahead }: Use, page: number): Class {
  const last = computes ? one.last.with(slot, page) : one.last
  const before = computes ? one.before.with(slot, one.last[slot]!) : one.before
  // A line is drawn only where it goes somewhere: without `ahead` the page before is not needed any more.
  const term = { last: last[slot]!, before: ahead === 0 ? last[slot]! : before[slot]!, ahead, slot }
  return { ...one, last, before, pending: [...one.pending, term] }
}

/** Members by what they do next; those that compute first. */
function groupsOf(members: readonly number[], useOf: (member: number) => Use): [Use, number[]][] {
  const groups = new Map<number, [Use, number[]]>()
  for (const member of members) {
    const use = useOf(member)
    const key = use.computes ? -1 : use.ahead
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [use, [member]])
    else group[1].push(member)
  }
  return [...groups.values()].sort(([x], [y]) => Number(y.computes) - Number(x.computes))
}
