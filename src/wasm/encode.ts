/**
 * WebAssembly's binary format, as much of it as the kernels need: instructions as bytes, and modules of functions over an
 * imported memory. Code is data here: `[...get(PC), ...i32(1), ...ADD]` leaves PC + 1 on the stack. Lists may nest; they
 * are laid flat once, at the end.
 * Source: WebAssembly Core Specification 1.0, chapter 5.
 */
export type Code = readonly (number | Code)[]

/** Unsigned LEB128. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest & 127) | 128)
  }
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): Code {
  const bytes: number[] = []
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return [...bytes, rest & 127]
    bytes.push((rest & 127) | 128)
  }
}

export const i32 = (value: number): Code => [0x41, ...signed(value)]
/** Signed LEB128 of 64 bits; not negative. */
export function i64(value: bigint): Code {
  const bytes = [0x42]
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n)
    if (rest < 64n) return [...bytes, low]
    bytes.push(low | 128)
  }
}
export const get = (local: number): Code => [0x20, local]
export const set = (local: number): Code => [0x21, local]
/** Sets, and leaves the value on the stack. */
export const tee = (local: number): Code => [0x22, local]

/** Loads take an address from the stack, stores an address and a value; `offset` in bytes is added. */
export const load32 = (offset = 0): Code => [0x28, 0, ...unsigned(offset)]
export const load64 = (offset = 0): Code => [0x29, 0, ...unsigned(offset)]
export const load16 = (offset = 0): Code => [0x2f, 0, ...unsigned(offset)]
export const store32 = (offset = 0): Code => [0x36, 0, ...unsigned(offset)]
export const store64 = (offset = 0): Code => [0x37, 0, ...unsigned(offset)]
export const store8 = (offset = 0): Code => [0x3a, 0, ...unsigned(offset)]
export const store16 = (offset = 0): Code => [0x3b, 0, ...unsigned(offset)]

export const EQZ = [0x45]
export const EQ = [0x46]
export const NE = [0x47]
export const LT_S = [0x48]
export const LT_U = [0x49]
export const EQ64 = [0x51]
export const ADD = [0x6a]
export const SUB = [0x6b]
export const MUL = [0x6c]
export const DIV_U = [0x6e]
export const REM_U = [0x70]
export const AND = [0x71]
export const OR = [0x72]
export const SHL = [0x74]
export const SHR_S = [0x75]
export const SHR_U = [0x76]
export const ROTL = [0x77]
export const ADD64 = [0x7c]
export const MUL64 = [0x7e]
export const AND64 = [0x83]
export const SHR_U64 = [0x88]
/** 64 bits to the lower 32. */
export const WRAP = [0xa7]
export const SELECT = [0x1b]
export const RETURN = [0x0f]

const VOID = 0x40
const END = 0x0b
export const block = (...body: readonly Code[]): Code => [0x02, VOID, ...body, END]
export const loop = (...body: readonly Code[]): Code => [0x03, VOID, ...body, END]
/** Takes a condition from the stack. */
export const when = (then: Code, otherwise: Code = []): Code =>
  otherwise.length === 0 ? [0x04, VOID, then, END] : [0x04, VOID, then, 0x05, otherwise, END]
/** To the end of the `depth`-th enclosing block, or to the head of a loop; 0 is the innermost. */
export const branch = (depth: number): Code => [0x0c, ...unsigned(depth)]
export const branchIf = (depth: number): Code => [0x0d, ...unsigned(depth)]

/**
 * Takes an index from the stack and goes on with `bodies[targets[index]]`; beyond the end, with the last target. Each body
 * is told how many blocks lie between it and what encloses the whole, and has to branch away.
 */
export function dispatch(index: Code, targets: readonly number[], bodies: readonly ((depth: number) => Code)[]): Code {
  const count = bodies.length
  return [
    ...Array.from({ length: count }, () => [0x02, VOID]),
    index,
    [0x0e, ...unsigned(targets.length - 1), ...targets.flatMap((target) => unsigned(target))],
    ...bodies.map((body, at) => [END, body(count - 1 - at)]),
  ]
}

/** All bytes in a row. */
export function flat(code: Code): number[] {
  const bytes: number[] = []
  const add = (parts: Code) => {
    for (const part of parts) if (typeof part === 'number') bytes.push(part)
    else add(part)
  } // prettier-ignore
  add(code)
  return bytes
}

const section = (id: number, content: readonly number[]): readonly number[] => [
  id,
  ...unsigned(content.length),
  ...content,
]
const name = (text: string): readonly number[] => [
  ...unsigned(text.length),
  ...Array.from(text, (letter) => letter.charCodeAt(0)),
]

export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b } as const
export type Type = keyof typeof TYPE

/** A function that takes words and gives nothing or a word. */
export interface WasmFunction {
  /** Words that it takes; they are its first locals. */
  readonly takes: number
  readonly gives?: 'i32'
  /** Its further locals, so many of each type, in this order. */
  readonly locals: readonly (readonly [count: number, type: Type])[]
  readonly body: Code
}

/** A module that imports memory `m.m` and exports functions by name. */
export function program(functions: Readonly<Record<string, WasmFunction>>): Uint8Array<ArrayBuffer> {
  const all = Object.entries(functions)
  const vector = (parts: readonly (readonly number[])[]) => [...unsigned(parts.length), ...parts.flat()]
  const bodies = all.map(([, { locals, body }]) =>
    flat([unsigned(locals.length), ...locals.map(([count, type]) => [...unsigned(count), TYPE[type]]), body, END]),
  )
  const types = all.map(([, { takes, gives }]) => [
    0x60, ...vector(Array.from({ length: takes }, () => [TYPE.i32])), ...(gives === undefined ? [0] : [1, TYPE[gives]]),
  ]) // prettier-ignore
  const parts: (readonly number[])[] = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(types)),
    section(2, [1, ...name('m'), ...name('m'), 2, 0, 1]),
    section(3, vector(all.map((_, at) => unsigned(at)))),
    section(7, vector(all.map(([exported], at) => [...name(exported), 0, ...unsigned(at)]))),
    [10, ...unsigned(bodies.reduce((sum, body) => sum + unsigned(body.length).length + body.length, unsigned(all.length).length))], // prettier-ignore
    unsigned(all.length),
    ...bodies.flatMap((body) => [unsigned(body.length), body]),
  ]
  const module = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    module.set(part, at)
    at += part.length
  }
  return module
}

/**
 * A module that imports memory `m.m` and exports one function `f(i32) -> i32` with `words` further locals of 32 bits and then
 * `longs` of 64.
 */
export const moduleOf = (body: Code, words: number, longs: number): Uint8Array<ArrayBuffer> =>
  program({ f: { takes: 1, gives: 'i32', locals: [[words, 'i32'], [longs, 'i64']], body } }) // prettier-ignore
