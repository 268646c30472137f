/**
 * The classical operators on warriors: one small, named change each. Evolvers from YACE and Maezumo to microGP and MEVO
 * used these; the names are the field's. Each is counted, so a run shows which of them still find something.
 */
import type { Operator } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import type { Program } from './redcode/instruction.ts'
import {
  drawField,
  drawLine,
  drawMode,
  drawModifier,
  drawOpcode,
  withPart,
  wrap,
  type Grammar,
  type Line,
} from './variation/draw.ts'

/** Lines of code and where execution starts: what operators work on. */
interface Draft {
  readonly lines: readonly Line[]
  readonly start: number
}

interface World extends Grammar {
  readonly maxLength: number
}

/** Makes a draft from the parents', or null where the change does not apply. */
type Change = (drafts: readonly [Draft, Draft], world: World, rng: Rng) => Draft | null

interface Definition {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly arity: 0 | 1 | 2
  readonly weight: number
  readonly change: Change
}

const DEFINITIONS: readonly Definition[] = [
  {
    id: 'random', label: 'New warrior', arity: 0, weight: 4, change: newDraft,
    help: 'Writes a warrior from nothing, line by line.',
  },
  {
    id: 'opcode', label: 'Change opcode', arity: 1, weight: 8,
    help: 'Another opcode in one line, e.g. SPL instead of JMP.',
    change: onOneLine((line, world, rng) => withPart(line, { opcode: drawOpcode(world, rng) }, world)),
  },
  {
    id: 'modifier', label: 'Change modifier', arity: 1, weight: 6,
    help: 'Another modifier in one line: which fields it works on.',
    change: onOneLine((line, world, rng) => withPart(line, { modifier: drawModifier(rng) }, world)),
  },
  {
    id: 'mode', label: 'Change mode', arity: 1, weight: 10,
    help: 'Another addressing mode for one field.',
    change: onOneLine((line, world, rng) =>
      withPart(line, rng.chance(0.5) ? { aMode: drawMode(world, rng) } : { bMode: drawMode(world, rng) }, world)),
  },
  {
    id: 'field', label: 'Change number', arity: 1, weight: 12,
    help: 'A new number in one field, near or anywhere.',
    change: onOneLine((line, world, rng, length) => withField(line, rng, () => drawField(world, length, rng))),
  },
  {
    id: 'tweak', label: 'Tweak number', arity: 1, weight: 16,
    help: 'Adds or takes a little: how steps and distances are tuned.',
    change: onOneLine((line, world, rng) => withField(line, rng, (value) => wrap(value + smallStep(rng), world.coreSize))),
  },
  {
    id: 'constant', label: 'Tweak a shared number', arity: 1, weight: 8, change: tweakShared,
    help: 'Changes a number wherever the warrior uses it, so that steps that belong together stay together.',
  },
  {
    id: 'line', label: 'Rewrite line', arity: 1, weight: 5,
    help: 'A whole new line in place of one.',
    change: onOneLine((_line, world, rng, length) => drawLine(world, length, rng)),
  },
  { id: 'insert', label: 'Insert line', arity: 1, weight: 6, change: insertLine, help: 'One new line; the others move down.' },
  { id: 'delete', label: 'Delete line', arity: 1, weight: 6, change: deleteLine, help: 'One line less.' },
  { id: 'swap', label: 'Swap lines', arity: 1, weight: 5, change: swapLines, help: 'Two lines change places.' },
  { id: 'duplicate', label: 'Duplicate line', arity: 1, weight: 5, change: duplicateLine, help: 'A line is repeated right after itself.' },
  { id: 'start', label: 'Move the start', arity: 1, weight: 3, change: moveStart, help: 'Execution begins at another line.' },
  { id: 'several', label: 'Several changes', arity: 1, weight: 8, change: several, help: 'Two to four small changes at once, to get over a gap that one cannot.' },
  { id: 'graft', label: 'Copy a block', arity: 2, weight: 6, change: graft, help: 'A few lines of another warrior are put into this one.' },
  { id: 'crossover', label: 'Cross over', arity: 2, weight: 8, change: crossOver, help: 'The head of one warrior, the tail of another.' },
] // prettier-ignore

export function warriorOperators(options: Options): readonly Operator<Program>[] {
  const world: World = {
    coreSize: numberOption(options, 'coreSize'),
    maxLength: numberOption(options, 'maxLength'),
    icws88: options['icws88'] === true,
  }
  // In the language of 1988 the modifier follows from the rest, so there is nothing to change.
  const definitions = DEFINITIONS.filter(({ id }) => !(world.icws88 && id === 'modifier'))
  return definitions.map(({ change, ...described }) => ({
    ...described,
    propose(parents, rng) {
      const first = parents[0]
      const a = first === undefined ? EMPTY : draftOf(first)
      const b = draftOf(parents[1] ?? first ?? NOTHING)
      const child = change([a, b], world, rng)
      return child === null ? null : programOf(child, world.maxLength)
    },
  }))
}

const EMPTY: Draft = { lines: [], start: 0 }
const NOTHING: Program = {
  instructions: new Uint16Array(0),
  a: new Uint16Array(0),
  b: new Uint16Array(0),
  start: 0,
  pin: null,
}

function draftOf(program: Program): Draft {
  const lines = Array.from(program.instructions, (instruction, index) => ({
    instruction,
    a: program.a[index] ?? 0,
    b: program.b[index] ?? 0,
  }))
  return { lines, start: program.start }
}

/** Cuts what is too long and keeps the start inside. */
function programOf({ lines, start }: Draft, maxLength: number): Program {
  const kept = lines.slice(0, maxLength)
  return {
    instructions: Uint16Array.from(kept, (line) => line.instruction),
    a: Uint16Array.from(kept, (line) => line.a),
    b: Uint16Array.from(kept, (line) => line.b),
    start: Math.min(start, kept.length - 1),
    pin: null,
  }
}

/** Short warriors are as likely as long ones up to twenty lines; longer ones only where the world is wide. */
function newDraft(_: readonly [Draft, Draft], world: World, rng: Rng): Draft {
  const longest = rng.chance(0.9) ? Math.min(world.maxLength, 20) : world.maxLength
  const length = 1 + rng.int(longest)
  const lines = Array.from({ length }, () => drawLine(world, length, rng))
  return { lines, start: rng.chance(0.7) ? 0 : rng.int(length) }
}

function onOneLine(change: (line: Line, world: World, rng: Rng, length: number) => Line): Change {
  return ([draft], world, rng) => {
    const at = rng.int(draft.lines.length)
    const old = draft.lines[at]
    if (old === undefined) return null
    const line = change(old, world, rng, draft.lines.length)
    return sameLine(line, old) ? null : { ...draft, lines: draft.lines.with(at, line) }
  }
}

const sameLine = (x: Line, y: Line) => x.instruction === y.instruction && x.a === y.a && x.b === y.b

const withField = (line: Line, rng: Rng, change: (value: number) => number): Line =>
  rng.chance(0.5) ? { ...line, a: change(line.a) } : { ...line, b: change(line.b) }

/** +-1 half the time, else up to 8 either way. */
function smallStep(rng: Rng): number {
  const size = rng.chance(0.5) ? 1 : 1 + rng.int(8)
  return rng.chance(0.5) ? size : -size
}

/** Every field with the chosen value, or with its negative, moves with it. */
function tweakShared([draft]: readonly [Draft, Draft], world: World, rng: Rng): Draft | null {
  const line = draft.lines[rng.int(draft.lines.length)]
  if (line === undefined) return null
  const value = rng.chance(0.5) ? line.a : line.b
  const step = rng.chance(0.5) ? smallStep(rng) : rng.int(world.coreSize)
  const negative = wrap(-value, world.coreSize)
  const move = (field: number) => {
    if (field === value) return wrap(field + step, world.coreSize)
    return field === negative ? wrap(field - step, world.coreSize) : field
  }
  return { ...draft, lines: draft.lines.map((old) => ({ ...old, a: move(old.a), b: move(old.b) })) }
}

function insertLine([draft]: readonly [Draft, Draft], world: World, rng: Rng): Draft | null {
  if (draft.lines.length >= world.maxLength) return null
  const at = rng.int(draft.lines.length + 1)
  const line = drawLine(world, draft.lines.length, rng)
  return { lines: draft.lines.toSpliced(at, 0, line), start: at <= draft.start ? draft.start + 1 : draft.start }
}

function deleteLine([draft]: readonly [Draft, Draft], _world: World, rng: Rng): Draft | null {
  if (draft.lines.length <= 1) return null
  const at = rng.int(draft.lines.length)
  return { lines: draft.lines.toSpliced(at, 1), start: Math.max(0, at < draft.start ? draft.start - 1 : draft.start) }
}

function swapLines([draft]: readonly [Draft, Draft], _world: World, rng: Rng): Draft | null {
  if (draft.lines.length < 2) return null
  const x = rng.int(draft.lines.length)
  const y = rng.int(draft.lines.length)
  const [lineX, lineY] = [draft.lines[x], draft.lines[y]]
  if (lineX === undefined || lineY === undefined || sameLine(lineX, lineY)) return null
  return { ...draft, lines: draft.lines.with(x, lineY).with(y, lineX) }
}

function duplicateLine([draft]: readonly [Draft, Draft], world: World, rng: Rng): Draft | null {
  if (draft.lines.length >= world.maxLength) return null
  const at = rng.int(draft.lines.length)
  const line = draft.lines[at]
  return line === undefined ? null : { ...draft, lines: draft.lines.toSpliced(at, 0, line) }
}

function moveStart([draft]: readonly [Draft, Draft], _world: World, rng: Rng): Draft | null {
  const start = rng.int(draft.lines.length)
  return start === draft.start ? null : { ...draft, start }
}

function several(drafts: readonly [Draft, Draft], world: World, rng: Rng): Draft | null {
  let child: Draft | null = null
  for (let times = 2 + rng.int(3); times > 0; times--) {
    const { change } = rng.pick(SINGLE)
    child = change([child ?? drafts[0], drafts[1]], world, rng) ?? child
  }
  return child
}
const SINGLE = DEFINITIONS.filter(({ arity, id }) => arity === 1 && id !== 'several')

/** Overwrites lines of the first with a block of the second, or inserts it where there is room. */
function graft([draft, donor]: readonly [Draft, Draft], world: World, rng: Rng): Draft | null {
  const from = rng.int(donor.lines.length)
  const block = donor.lines.slice(from, from + 1 + rng.int(Math.min(8, donor.lines.length - from)))
  const room = draft.lines.length + block.length <= world.maxLength
  const at = rng.int(draft.lines.length)
  const lines = draft.lines.toSpliced(at, room && rng.chance(0.5) ? 0 : block.length, ...block)
  return { lines: lines.slice(0, world.maxLength), start: draft.start }
}

/** One-point crossover: the cut is at the same line in both, or at one of its own in each. */
function crossOver([head, tail]: readonly [Draft, Draft], _world: World, rng: Rng): Draft | null {
  const cut = rng.int(head.lines.length + 1)
  const lines = [...head.lines.slice(0, cut), ...tail.lines.slice(rng.chance(0.7) ? cut : rng.int(tail.lines.length))]
  return lines.length === 0 ? null : { lines, start: head.start }
}
