/**
 * A warrior as a genome: words for machines, Redcode for people.
 * Row layout: word 0 is `length | start << 16`; then two words a line, `instruction` and `a | b << 16`; the rest is 0.
 */
import type { Codec } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { fail, ok } from '../../core/result.ts'
import { whyNoWarrior } from './genome-check.ts'
import { assemblySettingsOf, tagOf } from './options.ts'
import { assemble } from './redcode/assemble.ts'
import { OP, opcodeOf, type Program } from './redcode/instruction.ts'
import { sourceOf } from './redcode/listing.ts'

/** Models and files may send thousands of texts: a FOR bomb among them is given up after some hundredths of a second. */
const MOST_WORK = 100_000

export function warriorCodec(options: Options): Codec<Program> {
  const coreSize = numberOption(options, 'coreSize')
  const maxLength = numberOption(options, 'maxLength')
  const icws88 = options['icws88'] === true
  const stride = 1 + 2 * maxLength
  const settings = { ...assemblySettingsOf(options), mostWork: MOST_WORK }
  return {
    stride,
    encode: (program) => encodeWarrior(program, stride),
    decode: decodeWarrior,
    check: (words) => whyNoWarrior(words, { coreSize, maxLength, icws88: options['icws88'] === true }),
    print: (program, name) =>
      `${tagOf(options)}\n;name ${name}\n;assert CORESIZE==${coreSize}\n${sourceOf(program, coreSize, icws88)}`,
    parse(text) {
      const { program, diagnostics } = assemble(text, settings)
      const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
      if (program === null || errors.length > 0) {
        const lines = errors.map(
          ({ line, column, message, fix }) => `Line ${line}, column ${column}: ${message} ${fix}`,
        )
        return fail('not-redcode', lines.join('\n') || 'This is not a warrior.')
      }
      if (program.instructions.some(usesPSpace)) {
        return fail(
          'no-pspace',
          'LDP and STP need a P-space, which this world has not: write the warrior without them.',
        )
      }
      const length = program.instructions.length
      if (program.start >= length) {
        const lines = length === 1 ? 'the only line is 0' : `lines count from 0 to ${length - 1}`
        return fail('starts-outside', `Execution starts at line ${program.start}, outside the warrior: ${lines}.`)
      }
      return ok({ ...program, pin: null })
    },
  }
}

const usesPSpace = (instruction: number) => opcodeOf(instruction) === OP.LDP || opcodeOf(instruction) === OP.STP

export function encodeWarrior(program: Program, stride: number): Uint32Array {
  const words = new Uint32Array(stride)
  const length = program.instructions.length
  words[0] = length | (program.start << 16)
  for (let line = 0; line < length; line++) {
    words[1 + 2 * line] = program.instructions[line] ?? 0
    words[2 + 2 * line] = ((program.a[line] ?? 0) | ((program.b[line] ?? 0) << 16)) >>> 0
  }
  return words
}

export function decodeWarrior(words: Uint32Array): Program {
  const head = words[0] ?? 0
  const length = head & 0xffff
  const instructions = new Uint16Array(length)
  const a = new Uint16Array(length)
  const b = new Uint16Array(length)
  for (let line = 0; line < length; line++) {
    instructions[line] = words[1 + 2 * line] ?? 0
    const fields = words[2 + 2 * line] ?? 0
    a[line] = fields & 0xffff
    b[line] = fields >>> 16
  }
  return { instructions, a, b, start: head >>> 16, pin: null }
}
