/**
 * One instruction of the MARS as WebAssembly. Everything that the opcode, the modifier and the modes decide is decided here,
 * while the code is written; what is left is straight-line code. The rules are those of `../../reference.ts`: A's side effects
 * come before B is read, registers keep what was read, a pointer's post-increment comes after the cell behind it was read.
 */
import { MODE, MODIFIER, OP, aModeOf, bModeOf, modifierOf, opcodeOf } from '../../redcode/instruction.ts'
import * as w from '../../../../wasm/encode.ts'
import type { Code } from '../../../../wasm/encode.ts'
import { FIELD_A, FIELD_B } from './layout.ts'

/** Locals of the kernel's function: the parameter, words, then longs. Addresses (`_AT`) are in bytes, others count cells. */
export const LOCAL = {
  left: 0,
  heads: [1, 2], tails: [3, 4],
  /** `pcBelow` is pc - coreSize: what is added to it wraps with a sign test. */
  pc: 5, pcBelow: 6, pcAt: 7,
  a: 8, aAt: 9, b: 10, bAt: 11, next: 12,
  middle: 13, middleAt: 14, offset: 15,
  aValue: 16, bValue: 17, t: 18, bField: 19, instruction: 20, snapPc: 21,
  aCell: 22, bCell: 23,
} as const // prettier-ignore
export const WORDS = 21
export const LONGS = 2
const L = LOCAL

/** Where a body goes when it is done, as branch depths; `next` is set for push and split, `a` is the new process's for split. */
export interface Exits {
  readonly push: number
  readonly split: number
  readonly die: number
}

/** What of an operand's cell is wanted in its value local. */
type Want = 'nothing' | 'a' | 'b' | 'word' | 'cell'

/** How an operation reads the two registers. */
interface Registers {
  half(side: 'a' | 'b', half: 'a' | 'b'): Code
  word(side: 'a' | 'b'): Code
}

export interface World {
  readonly coreSize: number
}

/** The value on the stack is wrapped if it is negative: values of -coreSize..coreSize-1 become 0..coreSize-1. */
const wrapped = ({ coreSize }: World): Code => [
  ...w.tee(L.t), ...w.get(L.t), ...w.i32(31), ...w.SHR_S, ...w.i32(coreSize), ...w.AND, ...w.ADD,
] // prettier-ignore
const times8: Code = [...w.i32(3), ...w.SHL]

/** The next address, or the one after it where `skip` (0 or 1 on the stack) says so. */
const following = (world: World, skip: Code = []): Code => [
  ...w.get(L.pcBelow), ...w.i32(1), ...w.ADD, ...(skip.length > 0 ? [...skip, ...w.ADD] : []), ...wrapped(world), ...w.set(L.next),
] // prettier-ignore

const hasSideEffect = (mode: number): boolean =>
  mode === MODE['<'] || mode === MODE['>'] || mode === MODE['{'] || mode === MODE['}']

interface Side {
  readonly index: number
  readonly at: number
  readonly value: number
  readonly cell: number
  /** Leaves the operand's field on the stack. */
  readonly field: Code
}

const A_SIDE = {
  index: L.a,
  at: L.aAt,
  value: L.aValue,
  cell: L.aCell,
  field: [...w.get(L.pcAt), ...w.load16(FIELD_A)],
}
const B_SIDE = { index: L.b, at: L.bAt, value: L.bValue, cell: L.bCell, field: w.get(L.bField) }

/** Evaluates an operand: its side effects, its address where `located`, its value where wanted. */
function operand(world: World, side: Side, mode: number, located: boolean, want: Want): Code {
  const isNeeded = located || want !== 'nothing'
  const value: Code =
    want === 'cell'
      ? [...w.get(side.at), ...w.load64(), ...w.set(side.cell)]
      : want === 'word'
        ? [...w.get(side.at), ...w.load32(), ...w.set(side.value)]
        : want === 'nothing'
          ? []
          : [...w.get(side.at), ...w.load16(want === 'a' ? FIELD_A : FIELD_B), ...w.set(side.value)]
  if (mode === MODE['#'])
    return isNeeded ? [...w.get(L.pc), ...w.set(side.index), ...w.get(L.pcAt), ...w.set(side.at), ...value] : []
  const direct: Code = [...w.get(L.pcBelow), ...side.field, ...w.ADD, ...wrapped(world)]
  if (mode === MODE['$'])
    return isNeeded ? [...direct, ...w.tee(side.index), ...times8, ...w.set(side.at), ...value] : []
  if (!isNeeded && !hasSideEffect(mode)) return []
  const pointer = mode >= MODE['*'] ? FIELD_A : FIELD_B
  const counts = mode === MODE['<'] || mode === MODE['{'] ? -1 : hasSideEffect(mode) ? 1 : 0
  return [
    ...direct, ...w.tee(L.middle), ...times8, ...w.tee(L.middleAt), ...w.load16(pointer),
    ...(counts < 0 ? [...w.i32(1), ...w.SUB, ...wrapped(world), ...w.set(L.offset), ...w.get(L.middleAt), ...w.get(L.offset), ...w.store16(pointer)] : w.set(L.offset)),
    ...(isNeeded ? [...w.get(L.middle), ...w.i32(world.coreSize), ...w.SUB, ...w.get(L.offset), ...w.ADD, ...wrapped(world), ...w.tee(side.index), ...times8, ...w.set(side.at), ...value] : []),
    ...(counts > 0 ? [...w.get(L.middleAt), ...w.get(L.offset), ...w.i32(1 - world.coreSize), ...w.ADD, ...wrapped(world), ...w.store16(pointer)] : []),
  ] // prettier-ignore
}

/** What an opcode with a modifier needs of its operands. Unknown modes are asked for with `mode` left out. */
interface Needs {
  readonly aLocated: boolean
  readonly a: Want
  readonly bLocated: boolean
  readonly b: Want
}

/** By modifier: the halves that go from A to B, as `[from, to]`. */
const HALVES: readonly (readonly (readonly ['a' | 'b', 'a' | 'b'])[])[] = [
  [['a', 'a'], ['b', 'b']], [['a', 'a']], [['b', 'b']], [['a', 'b']], [['b', 'a']], [['a', 'b'], ['b', 'a']], [['a', 'a'], ['b', 'b']],
] // prettier-ignore

function needsOf(opcode: number, modifier: number): Needs {
  const halves = HALVES[modifier]!
  const [from, to] = halves[0]!
  const a: Want = halves.length > 1 ? 'word' : from
  const b: Want = halves.length > 1 ? 'word' : to
  switch (opcode) {
    case OP.DAT:
    case OP.NOP:
      return { aLocated: false, a: 'nothing', bLocated: false, b: 'nothing' }
    case OP.MOV:
      return { aLocated: false, a: modifier === MODIFIER.I ? 'cell' : a, bLocated: true, b: 'nothing' }
    case OP.JMP:
    case OP.SPL:
      return { aLocated: true, a: 'nothing', bLocated: false, b: 'nothing' }
    case OP.JMZ:
    case OP.JMN:
      return { aLocated: true, a: 'nothing', bLocated: false, b }
    case OP.DJN:
      return { aLocated: true, a: 'nothing', bLocated: true, b }
    case OP.CMP:
    case OP.SEQ:
    case OP.SNE:
      return modifier === MODIFIER.I
        ? { aLocated: false, a: 'cell', bLocated: false, b: 'cell' }
        : { aLocated: false, a, bLocated: false, b }
    case OP.SLT:
      return { aLocated: false, a, bLocated: false, b }
    default:
      return { aLocated: false, a, bLocated: true, b }
  }
}

const at = (half: 'a' | 'b') => (half === 'a' ? FIELD_A : FIELD_B)

/** What the instruction does once both operands are evaluated; ends in a branch. */
function operation(
  world: World,
  opcode: number,
  modifier: number,
  read: Registers,
  exits: Exits,
  bMayHaveMoved: boolean,
): Code {
  const halves = HALVES[modifier]!
  const isWhole = halves.length > 1
  const toNext: Code = [...following(world), ...w.branch(exits.push)]
  const toA: Code = [...w.get(L.a), ...w.set(L.next), ...w.branch(exits.push)]
  /** Goes to A where the condition on the stack holds. */
  const jumpIf = (condition: Code): Code => [...following(world), ...w.get(L.a), ...w.get(L.next), ...condition, ...w.SELECT, ...w.set(L.next), ...w.branch(exits.push)] // prettier-ignore
  const skipIf = (condition: Code): Code => [...following(world, condition), ...w.branch(exits.push)]
  const sourceWord: Code = modifier === MODIFIER.X ? [...read.word('a'), ...w.i32(16), ...w.ROTL] : read.word('a')
  const [from, to] = halves[0]!
  const bTested: Code = isWhole ? read.word('b') : read.half('b', to)
  const each = (code: (from: 'a' | 'b', to: 'a' | 'b') => Code): Code => halves.flatMap(([x, y]) => code(x, y))

  switch (opcode) {
    case OP.DAT:
      return w.branch(exits.die)
    case OP.MOV:
      if (modifier === MODIFIER.I) return [...w.get(L.bAt), ...w.get(L.aCell), ...w.store64(), ...toNext]
      if (isWhole) return [...w.get(L.bAt), ...sourceWord, ...w.store32(), ...toNext]
      return [...w.get(L.bAt), ...read.half('a', from), ...w.store16(at(to)), ...toNext]
    case OP.ADD:
      return [...each((x, y) => [...w.get(L.bAt), ...read.half('b', y), ...read.half('a', x), ...w.ADD, ...w.i32(world.coreSize), ...w.SUB, ...wrapped(world), ...w.store16(at(y))]), ...toNext] // prettier-ignore
    case OP.SUB:
      return [...each((x, y) => [...w.get(L.bAt), ...read.half('b', y), ...read.half('a', x), ...w.SUB, ...wrapped(world), ...w.store16(at(y))]), ...toNext] // prettier-ignore
    case OP.MUL:
      return [...each((x, y) => [...w.get(L.bAt), ...read.half('b', y), ...read.half('a', x), ...w.MUL, ...w.i32(world.coreSize), ...w.REM_U, ...w.store16(at(y))]), ...toNext] // prettier-ignore
    case OP.DIV:
    case OP.MOD: {
      // The half that can be divided is; a zero in either kills.
      const operator = opcode === OP.DIV ? w.DIV_U : w.REM_U
      const divisions = each((x, y) => [...read.half('a', x), ...w.when([...w.get(L.bAt), ...read.half('b', y), ...read.half('a', x), ...operator, ...w.store16(at(y))])]) // prettier-ignore
      const isZero = each((x) => [...read.half('a', x), ...w.EQZ])
      return [...divisions, ...isZero, ...(isWhole ? w.OR : []), ...w.branchIf(exits.die), ...toNext]
    }
    case OP.JMP:
      return toA
    case OP.JMZ:
      return jumpIf([...bTested, ...w.EQZ])
    case OP.JMN:
      return jumpIf(bTested)
    case OP.DJN: {
      // Memory is counted down as it is now, the register is tested.
      const now = (half: 'a' | 'b'): Code => bMayHaveMoved ? [...w.get(L.bAt), ...w.load16(at(half))] : read.half('b', half) // prettier-ignore
      return [
        ...each((_, y) => [...w.get(L.bAt), ...now(y), ...w.i32(1), ...w.SUB, ...wrapped(world), ...w.store16(at(y))]),
        ...jumpIf([...bTested, ...w.i32(isWhole ? 0x10001 : 1), ...w.NE]),
      ]
    }
    case OP.CMP:
    case OP.SEQ:
    case OP.SNE: {
      const equal: Code =
        modifier === MODIFIER.I
          ? [...w.get(L.aCell), ...w.get(L.bCell), ...w.EQ64]
          : isWhole
            ? [...sourceWord, ...read.word('b'), ...w.EQ]
            : [...read.half('a', from), ...read.half('b', to), ...w.EQ]
      return skipIf(opcode === OP.SNE ? [...equal, ...w.EQZ] : equal)
    }
    case OP.SLT:
      return skipIf([
        ...each((x, y) => [...read.half('a', x), ...read.half('b', y), ...w.LT_U]),
        ...(isWhole ? w.AND : []),
      ])
    case OP.SPL:
      return [...following(world), ...w.branch(exits.split)]
    default:
      return toNext
  }
}

/** Registers as {@link operand} fills them for one opcode and modifier. */
const exact: Registers = {
  half: (side, half) => halfOf(side === 'a' ? L.aValue : L.bValue, half, false),
  word: (side) => w.get(side === 'a' ? L.aValue : L.bValue),
}
const whole: Registers = {
  half: (side, half) => halfOf(side === 'a' ? L.aValue : L.bValue, half, true),
  word: exact.word,
}
const halfOf = (local: number, half: 'a' | 'b', isWord: boolean): Code =>
  !isWord ? w.get(local) : half === 'a' ? [...w.get(local), ...w.i32(0xffff), ...w.AND] : [...w.get(local), ...w.i32(16), ...w.SHR_U] // prettier-ignore

/** Straight-line code for one packed instruction; `pc`, `pcBelow` and `pcAt` are set. Not for LDP and STP. */
export function bodyOf(world: World, instruction: number, exits: Exits): Code {
  const [opcode, modifier, aMode, bMode] = [opcodeOf, modifierOf, aModeOf, bModeOf].map((part) => part(instruction)) as [number, number, number, number] // prettier-ignore
  const needs = needsOf(opcode, modifier)
  const bField: Code = [...w.get(L.pcAt), ...w.load16(FIELD_B)]
  // A's side effects may change this very cell, and B's field counts as it was fetched.
  const early = hasSideEffect(aMode) ? [...bField, ...w.set(L.bField)] : []
  return [
    ...early,
    ...operand(world, A_SIDE, aMode, needs.aLocated, needs.a),
    ...operand(world, early.length > 0 ? B_SIDE : { ...B_SIDE, field: bField }, bMode, needs.bLocated, needs.b),
    ...operation(world, opcode, modifier, needs.a === 'word' || needs.b === 'word' ? whole : exact, exits, bMode === MODE['>'] || bMode === MODE['}']), // prettier-ignore
  ]
}

/** Code for any packed instruction (in `L.instruction`): three stages, each with a switch. Not for LDP and STP. */
export function anyBody(world: World, exits: Exits): Code {
  const stage = (side: Side, shift: number): Code =>
    w.block(
      w.dispatch(
        [...w.get(L.instruction), ...(shift > 0 ? [...w.i32(shift), ...w.SHR_U] : []), ...w.i32(7), ...w.AND],
        [0, 1, 2, 3, 4, 5, 6, 7],
        Array.from({ length: 8 }, (_, mode) => (depth: number) => [
          ...operand(world, side, mode, true, 'cell'),
          ...w.get(side.cell), ...w.WRAP, ...w.set(side.value),
          ...w.branch(depth),
        ]), // prettier-ignore
      ),
    )
  const kinds = Array.from({ length: (OP.NOP + 1) << 3 }, (_, kind) => kind)
  return [
    ...w.get(L.pcAt), ...w.load16(FIELD_B), ...w.set(L.bField),
    ...stage(A_SIDE, 3),
    ...stage(B_SIDE, 0),
    ...w.dispatch(
      [...w.get(L.instruction), ...w.i32(6), ...w.SHR_U],
      kinds,
      kinds.map((kind) => (depth: number) =>
        operation(world, kind >> 3, Math.min(kind & 7, MODIFIER.I), whole, { push: exits.push + depth, split: exits.split + depth, die: exits.die + depth }, true)),
    ),
  ] // prettier-ignore
}
