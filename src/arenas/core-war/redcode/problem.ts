/** What is wrong with an expression, in words. */
import { shown } from './diagnose.ts'
import type { Value } from './expression.ts'

export interface Problem {
  readonly code: string
  readonly message: string
  readonly fix: string
}

/** `missing` is said where there is no expression at all. */
export function expressionProblem({ reason, at }: Value & { ok: false }, missing: string): Problem {
  switch (reason) {
    case 'division':
      return { code: 'division-by-zero', message: 'This divides by zero.', fix: 'Check the divisor.' }
    case 'depth':
      return {
        code: 'expression-too-deep',
        message: 'This expression nests too deep.',
        fix: 'Use fewer brackets and signs.',
      }
    case 'digits':
      return {
        code: 'number-too-long',
        message: 'This number has more than 20 digits.',
        fix: 'Numbers beyond the core size wrap around: use a smaller one.',
      }
    case 'equality':
      return {
        code: 'lost-equality',
        message: 'pMARS loses an == after operators that bind tighter on two levels, and so does every hill.',
        fix: 'Put what stands before it in brackets, as in (1+2*3)==7.',
      }
    case 'empty':
      return { code: 'no-expression', message: missing, fix: 'Write a number or an expression.' }
    case 'syntax':
      if (at?.kind === 'word' && at.text.length > 1) return unknownName(at.text)
      return {
        code: 'bad-expression',
        message: at === null ? 'This expression is not complete.' : `"${shown(at.text)}" does not fit here.`,
        fix: 'Write numbers, labels and operators in order, with every bracket closed.',
      }
  }
}

export const unknownName = (name: string): Problem => ({
  code: 'unknown-name',
  message: `Nothing is named "${shown(name)}".`,
  fix: 'Define it with a label or an EQU, or mend its spelling; capitals count.',
})
