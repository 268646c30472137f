/** Tables and intervals as Markdown. */
import type { Interval } from '../core/intervals.ts'

/** The first column to the left, numbers to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = heads.map((_, at) => (at === 0 ? '---' : '---:'))
  return `${[heads, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}

/** The mean with its interval behind it, where it has one. */
export function shown({ mean, low, high }: Interval, text: (value: number) => string): string {
  return low === high ? text(mean) : `${text(mean)} (${text(low)} to ${text(high)})`
}
