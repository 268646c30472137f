/**
 * The tokens of a world's Redcode: one for each field of a line, in fixed slots, so that a grammar is a table by step.
 *
 *   0 PAD  1 WRITE  2 MUTATE  3 SEP  4 EOS  5..9 quality 1..5  10.. START (one for each line it may be)
 *   then 70 operations (canonical.ts), 8 modes, and the numbers.
 *
 * A program is `START, (operation, mode A, number A, mode B, number B) x lines`. Numbers are counted 0, -1, 1, -2, 2, ...
 * ("folded"), so that small offsets lie together: one token each in cores up to 128 cells, else two, `folded >> 5` and
 * `folded & 31`, so that the 32 smallest share their first.
 */
import { aModeOf, bModeOf, MODES, modifierOf, opcodeOf, pack, type Program } from '../redcode/instruction.ts'
import { canonical, OPERATIONS } from './canonical.ts'

export const PAD = 0
export const WRITE = 1
export const MUTATE = 2
export const SEP = 3
export const EOS = 4
/** Quality q, 1..5, is `QUALITY + q`. */
export const QUALITY = 4
export const QUALITIES = 5
const START = 10
const DIGIT_BITS = 5
const DIGITS = 1 << DIGIT_BITS
/** Cores up to this size have one token a number. */
const SINGLE = 128

/** What a token at one place of a line says. */
export type Slot = 'operation' | 'mode' | 'number' | 'high' | 'low'

/** One group of tokens: `from .. from + count - 1`. */
interface Group {
  readonly from: number
  readonly count: number
}

export interface Tokens {
  readonly coreSize: number
  readonly maxLength: number
  readonly vocabulary: number
  /** The slots of one line, in order; 5 of them, or 7 where numbers are two tokens. */
  readonly line: readonly Slot[]
  readonly start: Group
  readonly groups: Readonly<Record<Slot, Group>>
}

export function tokensOf(coreSize: number, maxLength: number): Tokens {
  let next = START
  const group = (count: number): Group => {
    const from = next
    next += count
    return { from, count }
  }
  const single = coreSize <= SINGLE
  const start = group(maxLength)
  const operation = group(OPERATIONS.length)
  const mode = group(MODES.length)
  const number = group(single ? coreSize : 0)
  const high = group(single ? 0 : Math.ceil(coreSize / DIGITS))
  const low = group(single ? 0 : DIGITS)
  const field: readonly Slot[] = single ? ['mode', 'number'] : ['mode', 'high', 'low']
  return {
    coreSize,
    maxLength,
    vocabulary: next,
    line: ['operation', ...field, ...field],
    start,
    groups: { operation, mode, number, high, low },
  }
}

/** 0, -1, 1, -2, 2, ... as 0, 1, 2, 3, 4, ...; `value` is 0..coreSize-1. */
export const folded = (value: number, coreSize: number): number =>
  2 * value < coreSize ? 2 * value : 2 * (coreSize - value) - 1

/** What {@link folded} was made of; of `count` >= coreSize, brought into the core. */
export const unfolded = (count: number, coreSize: number): number => {
  const within = count % coreSize
  return within % 2 === 0 ? within / 2 : coreSize - (within + 1) / 2
}

/** START and lines of a program, without an end. Length 1 + lines x slots. */
export function tokensOfProgram(program: Program, tokens: Tokens): number[] {
  const { groups, coreSize } = tokens
  const numberTokens = (value: number) => {
    const count = folded(value, coreSize)
    return groups.number.count > 0
      ? [groups.number.from + count]
      : [groups.high.from + (count >> DIGIT_BITS), groups.low.from + (count & (DIGITS - 1))]
  }
  const lines = Array.from(program.instructions, (raw, line) => {
    const instruction = canonical(raw)
    const operation = OPERATIONS.indexOf((opcodeOf(instruction) << 3) | modifierOf(instruction))
    return [
      groups.operation.from + operation,
      groups.mode.from + aModeOf(instruction),
      ...numberTokens(program.a[line] ?? 0),
      groups.mode.from + bModeOf(instruction),
      ...numberTokens(program.b[line] ?? 0),
    ]
  })
  return [tokens.start.from + program.start, ...lines.flat()]
}

/**
 * The program that an answer says; null when no line of it is whole. What follows EOS, and a line that was cut short, is
 * left out; a start beyond the last line is that line. Any numbers get an answer.
 */
export function programOfTokens(answer: readonly number[], tokens: Tokens): Program | null {
  const { groups, coreSize, maxLength, line: slots } = tokens
  const end = answer.indexOf(EOS)
  const body = answer.slice(1, end === -1 ? undefined : Math.max(end, 1))
  const length = Math.min(maxLength, Math.floor(body.length / slots.length))
  if (length === 0) return null
  const part = (group: Group, token: number | undefined) =>
    Math.max(0, Math.min(group.count - 1, (token ?? 0) - group.from))
  const instructions = new Uint16Array(length)
  const a = new Uint16Array(length)
  const b = new Uint16Array(length)
  const size = groups.number.count > 0 ? 1 : 2
  const number = (at: number) =>
    size === 1
      ? part(groups.number, body[at])
      : (part(groups.high, body[at]) << DIGIT_BITS) | part(groups.low, body[at + 1])
  for (let line = 0; line < length; line++) {
    const at = line * slots.length
    const operation = OPERATIONS[part(groups.operation, body[at])] ?? 0
    const [aMode, bMode] = [part(groups.mode, body[at + 1]), part(groups.mode, body[at + 2 + size])]
    instructions[line] = pack(operation >> 3, operation & 7, aMode, bMode)
    a[line] = unfolded(number(at + 2), coreSize)
    b[line] = unfolded(number(at + 3 + size), coreSize)
  }
  return { instructions, a, b, start: Math.min(part(tokens.start, answer[0]), length - 1), pin: null }
}

/** Which tokens may stand at each step of an answer, 1 where allowed: the last entry is the end, which is all that is left. */
export function grammarOf(tokens: Tokens): readonly Uint8Array[] {
  const { line: slots, maxLength, vocabulary } = tokens
  const mask = (...groups: readonly Group[]) => {
    const row = new Uint8Array(vocabulary)
    for (const { from, count } of groups) row.fill(1, from, from + count)
    return row
  }
  const end: Group = { from: EOS, count: 1 }
  const later = slots.map((slot, at) => mask(tokens.groups[slot], ...(at === 0 ? [end] : [])))
  const first = [mask(tokens.groups.operation), ...later.slice(1)]
  const rows = [mask(tokens.start), ...first]
  for (let line = 1; line < maxLength; line++) rows.push(...later)
  return [...rows, mask(end)]
}
