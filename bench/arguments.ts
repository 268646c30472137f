/** Numbers that a benchmark was asked for. What is wrong with one is a sentence, not a stack trace. */

/** Told to people by `bench/index.ts`. */
export class BadArgument extends Error {}

/** `--name` as a whole number of at least 1; `--bandwidth` and `--minutes` may be fractions. */
export function numberArgument(name: string, text: string, { most = 1e6, whole = true } = {}): number {
  const number = Number(text)
  const isFine =
    Number.isFinite(number) && number <= most && (whole ? number >= 1 && Number.isInteger(number) : number > 0)
  if (!isFine)
    throw new BadArgument(
      `--${name} must be a ${whole ? 'whole number from 1' : 'number above 0 and'} ${whole ? 'to' : 'up to'} ${most}, not "${text}".`,
    )
  return number
}

/** The sentence in an error of `parseArgs`, or of {@link BadArgument}; null for anything else, which is a bug. */
export function badArgument(error: unknown): string | null {
  if (error instanceof BadArgument) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!(error instanceof Error) || !code.startsWith('ERR_PARSE_ARGS')) return null
  return `${error.message.split('. ')[0] ?? ''}. bench/README.md tells what each benchmark takes.`
} // prettier-ignore
