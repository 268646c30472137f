/** What the benchmark is asked. */
import { parseArgs } from 'node:util'
import type { Precision } from '../../src/arenas/singular-values/model/shape.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'

export interface BenchOptions {
  /** Sizes of populations. */
  readonly members: readonly number[]
  /** Null: as many as suit the machine. */
  readonly examples: number | null
  readonly rank: number
  readonly precision: Precision
  readonly repeats: number
}

const PRECISIONS: readonly string[] = ['f32', 'f16', 'int8', 'int4']
const MOST_MEMBERS = 4096
const MOST_EXAMPLES = 1000
const MOST_RANK = 32
const MOST_REPEATS = 1000

const counts = (text: string, most: number): readonly number[] | null => {
  const all = text.split(',').map(Number)
  return all.every((count) => Number.isInteger(count) && count >= 1 && count <= most) ? all : null
}
const count = (text: string, most: number): number | null => {
  const all = counts(text, most)
  return all?.length === 1 ? all[0]! : null
}

export function optionsOf(args: readonly string[]): Result<BenchOptions> {
  const wrong = (why: string) => fail('bad-arguments', why)
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        members: { type: 'string', default: '1,8,64,256' },
        examples: { type: 'string' },
        rank: { type: 'string', default: '4' },
        precision: { type: 'string', default: 'f32' },
        repeats: { type: 'string', default: '3' },
      },
    }).values
  } catch (error) {
    return wrong(`${error instanceof Error ? error.message : String(error)} There are --members, --examples, --rank, --precision and --repeats.`) // prettier-ignore
  }
  const members = counts(values.members, MOST_MEMBERS)
  if (members === null) return wrong(`--members ${values.members}: write sizes of populations from 1 to ${MOST_MEMBERS}, such as 1,8,64.`) // prettier-ignore
  const examples = values.examples === undefined ? null : count(values.examples, MOST_EXAMPLES)
  if (values.examples !== undefined && examples === null) return wrong(`--examples ${values.examples}: write a number from 1 to ${MOST_EXAMPLES}.`) // prettier-ignore
  const rank = count(values.rank, MOST_RANK)
  if (rank === null) return wrong(`--rank ${values.rank}: write a number from 1 to ${MOST_RANK}.`)
  const repeats = count(values.repeats, MOST_REPEATS)
  if (repeats === null) return wrong(`--repeats ${values.repeats}: write a number from 1 to ${MOST_REPEATS}.`)
  if (!PRECISIONS.includes(values.precision)) return wrong(`--precision ${values.precision}: write one of ${PRECISIONS.join(', ')}.`) // prettier-ignore
  return ok({ members, examples, rank, precision: values.precision as Precision, repeats })
}
