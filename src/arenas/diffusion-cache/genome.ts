/**
 * A schedule as words for machines, and as text for people: a line a step, a group of three letters a block: C computes, a dot
 * reuses, a slash follows the line. Row layout: sixteen genes a word, two bits each, the first lowest.
 */
import type { Codec } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { genesIn, LETTERS, textOf } from './lines.ts'
import { shapeOf } from './options.ts'
import { canonical, COMPONENTS, EXTRAPOLATE, genesOf, type Schedule, type ScheduleShape } from './schedule.ts'

const PER_WORD = 16
const LONGEST = 20_000

export function scheduleCodec(options: Options): Codec<Schedule> {
  const shape = shapeOf(options)
  const hasLines = options['lines'] === true
  const stride = Math.ceil(genesOf(shape) / PER_WORD)
  return {
    stride,
    encode: (schedule) => encode(canonical(schedule), stride),
    decode: (words) => decode(words, shape),
    check(words) {
      const schedule = decode(words, shape)
      if (schedule.genes.some((gene) => gene > EXTRAPOLATE)) return 'has a gene that is none of the three kinds'
      if (!hasLines && schedule.genes.includes(EXTRAPOLATE)) return 'follows lines, which this setting does not'
      const again = encode(canonical(schedule), stride)
      return words.every((word, at) => word === again[at]) ? null : 'is not written in its shortest form'
    },
    // A name with line breaks in it would be read as genes.
    print: (schedule, name) => `; ${name.replace(/\s+/g, ' ')}\n${textOf(schedule)}`,
    parse: (text) => parse(text, shape, hasLines),
  }
}

function encode({ genes }: Schedule, stride: number): Uint32Array {
  const words = new Uint32Array(stride)
  genes.forEach((gene, at) => {
    const word = Math.floor(at / PER_WORD)
    words[word] = (words[word] ?? 0) | (gene << (2 * (at % PER_WORD)))
  })
  return words
}

const decode = (words: Uint32Array, shape: ScheduleShape): Schedule => ({
  ...shape,
  genes: Uint8Array.from(
    { length: genesOf(shape) },
    (_, at) => ((words[Math.floor(at / PER_WORD)] ?? 0) >>> (2 * (at % PER_WORD))) & 3,
  ),
})

function parse(text: string, shape: ScheduleShape, hasLines: boolean): Result<Schedule> {
  if (text.length > LONGEST)
    return fail(
      'not-a-schedule',
      `The text has ${text.length} characters; a schedule has ${shape.steps} short lines, one a step.`,
    )
  const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/;.*/, '').trim())
  const rows = lines.flatMap((line, at) => (line === '' ? [] : [{ line, at: at + 1 }]))
  if (rows.length !== shape.steps)
    return fail('not-a-schedule', `There are ${rows.length} lines of genes; this setting has ${shape.steps} steps: write a line for each.`) // prettier-ignore
  const width = shape.blocks * COMPONENTS.length
  const genes: number[] = []
  for (const { line, at } of rows) {
    const letters = line.replace(/^\d+\s*:?/, '').replace(/[\s|]/g, '')
    const strange = [...letters].find((letter) => !LETTERS.includes(letter.toUpperCase()))
    if (strange !== undefined)
      return fail('not-a-schedule', `Line ${at}: "${strange}" is no gene: write C to compute, . to reuse, / to follow the line.`) // prettier-ignore
    if (letters.length !== width)
      return fail('not-a-schedule', `Line ${at} has ${letters.length} genes; it needs ${width}: three for each of ${shape.blocks} blocks.`) // prettier-ignore
    genes.push(...genesIn(letters))
  }
  if (!hasLines && genes.includes(EXTRAPOLATE))
    return fail('not-a-schedule', 'It follows lines (/), which this setting does not: switch on "Follow lines", or write a dot instead.') // prettier-ignore
  return ok(canonical({ ...shape, genes: Uint8Array.from(genes) }))
}
