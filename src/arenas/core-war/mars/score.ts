/** Points by formula: `(W*W-1)/S` unless told otherwise, W warriors in the match, S survivors of the round. */
import { fail, ok, type Result } from '../../../core/result.ts'
import { evaluate, type Registers } from '../redcode/expression.ts'
import { scan } from '../redcode/scan.ts'
import type { Tally } from './match.ts'

export const STANDARD_FORMULA = '(W*W-1)/S'

/** Points for surviving with 1, 2, ... `warriors` survivors in all. */
export function pointsTable(formula: string, warriors: number): Result<readonly number[]> {
  const { tokens } = scan(formula, 1)
  const registers: Registers = new Map([['W', BigInt(warriors)]])
  const table: number[] = []
  for (let survivors = 1; survivors <= warriors; survivors++) {
    registers.set('S', BigInt(survivors))
    const value = evaluate(tokens, registers)
    if (!value.ok)
      return fail(
        'bad-formula',
        `The score formula "${formula}" cannot be calculated. Use numbers, W, S, brackets and + - * / %.`,
      )
    table.push(Number(BigInt.asIntN(32, value.value)))
  }
  return ok(table)
}

export const scoreOf = (tally: Tally, points: readonly number[]): number =>
  tally.survived.reduce((sum, rounds, others) => sum + rounds * (points[others] ?? 0), 0)
