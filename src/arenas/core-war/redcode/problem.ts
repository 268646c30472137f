/** What is wrong with an expression, in sentences. */
import { shown } from './diagnose.ts'
import type { Value } from './expression.ts'

export function expressionProblem(
  value: Value & { ok: false },
  fallback: string,
): { code: string; message: string; fix: string } {
  if (value.reason === 'division')
    return { code: 'division-by-zero', message: 'This divides by zero.', fix: 'Check the divisor.' }
  if (value.reason === 'depth')
    return {
      code: 'expression-too-deep',
      message: 'This expression nests too deep.',
      fix: 'Use fewer brackets and signs.',
    }
  if (value.reason === 'syntax' && value.at?.kind === 'word') {
    return {
      code: 'unknown-name',
      message: `Nothing is named "${shown(value.at.text)}".`,
      fix: 'Define it with a label or an EQU, or mend its spelling; capitals count.',
    }
  }
  return {
    code: 'bad-expression',
    message: value.reason === 'empty' ? fallback : 'This expression is not complete.',
    fix: 'Write numbers, labels and operators in order, with every bracket closed.',
  }
}
