/** pMARS's command line: which options there are, their ranges, and how they depend on each other. */
import { fail, ok, type Result } from '../../core/result.ts'
import { STANDARD_FORMULA } from '../../arenas/core-war/mars/score.ts'

export interface MarsOptions {
  readonly rounds: number
  readonly coreSize: number
  readonly maxCycles: number
  readonly maxProcesses: number
  readonly maxLength: number
  readonly minDistance: number
  readonly pspaceSize: number
  readonly readLimit: number
  readonly writeLimit: number
  readonly fixedSeries: boolean
  readonly fixedPosition: number | null
  readonly permute: boolean
  readonly brief: boolean
  readonly koth: boolean
  readonly icws88: boolean
  readonly sorted: boolean
  readonly assembleOnly: boolean
  readonly formula: string
  /** -Q: what the exit status is to tell; null: nothing. */
  readonly query: number | null
  /** Names as given; `-` is the next warrior on standard input. */
  readonly files: readonly string[]
}

const FLAGS = ['b', 'k', '8', 'f', 'o', 'P', 'A', 'V', 'e'] as const
type Flag = (typeof FLAGS)[number]
const NUMBERS = {
  r: [0, 2147483647],
  s: [1, 65536],
  c: [1, 2147483647],
  p: [1, 65535],
  l: [1, 1000],
  d: [1, 32768],
  S: [1, 65536],
  R: [1, 65536],
  W: [1, 65536],
  Q: [1, 136],
} as const
const MOST_WARRIORS = 36
type NumberKey = keyof typeof NUMBERS
const isNumber = (key: string): key is NumberKey => Object.hasOwn(NUMBERS, key)
const isFlag = (key: string): key is Flag => (FLAGS as readonly string[]).includes(key)

/** `readFile` gives the text of an option file (-@), or null. */
export function readOptions(args: readonly string[], readFile: (path: string) => string | null): Result<MarsOptions> {
  const queue = [...args]
  const flags = new Set<Flag>()
  const numbers = new Map<NumberKey, number>()
  const files: string[] = []
  let position: string | null = null
  let formula = STANDARD_FORMULA
  let nested = 0
  // As in pMARS `$`, or an empty word, ends the command line.
  for (let arg = queue.shift(); arg !== undefined && arg !== '' && arg !== '$'; arg = queue.shift()) {
    if (!arg.startsWith('-') || arg === '-') {
      const named = filesOf(arg)
      if (!named.ok) return named
      files.push(...named.value)
      continue
    }
    for (let index = 1; index < arg.length; index++) {
      const key = arg[index] ?? ''
      if (isFlag(key)) {
        if (!flags.delete(key)) flags.add(key)
        continue
      }
      if (!isNumber(key) && !'F=@'.includes(key))
        return fail('unknown-option', `There is no option "-${key}" (in "${arg}"). See --help.`)
      const value = index === arg.length - 1 ? queue.shift() : undefined
      if (value === undefined)
        return fail(
          'no-argument',
          `Option -${key} needs a value after a space, as in "-${key} ${key === '=' ? 'W*W/S' : key === '@' ? '94.opt' : '100'}".`,
        )
      if (key === '@') {
        const text = ++nested > 20 ? null : readFile(value)
        if (text === null) return fail('no-option-file', `The option file "${value}" cannot be read.`)
        queue.unshift(...wordsOf(text))
      } else if (key === 'F') position = value
      else if (key === '=') formula = value
      else if (isNumber(key)) {
        const [least, most] = NUMBERS[key]
        if (!/^\d+$/.test(value)) return fail('bad-number', `Option -${key} takes a whole number, not "${value}".`)
        if (Number(value) < least || Number(value) > most)
          return fail('out-of-range', `Option -${key} must be in the range ${least} - ${most}.`)
        numbers.set(key, Number(value))
      }
      break
    }
  }
  return settle(flags, numbers, position, formula, files)
}

/** `3-` stands for three warriors on standard input. */
function filesOf(word: string): Result<readonly string[]> {
  if (!word.endsWith('-') || word === '-') return ok([word])
  const count = Number.parseInt(word, 10)
  if (!(count > 0))
    return fail('unknown-option', `"${word}" is neither a file nor a number of warriors on standard input, as in "3-".`)
  return ok(Array.from({ length: Math.min(count, MOST_WARRIORS + 1) }, () => '-'))
}

/** An option file: words, `;` comments, "quoted text". */
function wordsOf(text: string): string[] {
  return [...text.replace(/;.*$/gm, '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

function settle(
  flags: ReadonlySet<Flag>,
  numbers: ReadonlyMap<NumberKey, number>,
  position: string | null,
  formula: string,
  files: readonly string[],
): Result<MarsOptions> {
  const coreSize = numbers.get('s') ?? 8000
  const maxLength = numbers.get('l') ?? 100
  const minDistance = numbers.get('d') ?? maxLength
  const pspaceSize =
    numbers.get('S') ??
    coreSize / ([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].find((part) => coreSize % part === 0) ?? 1)
  const readLimit = numbers.get('R') ?? coreSize
  const writeLimit = numbers.get('W') ?? coreSize
  const permute = flags.has('P')
  if (flags.has('f') && position !== null) return fail('contradiction', 'Only one of -f and -F can be given.')
  if (minDistance < maxLength)
    return fail('bad-distance', 'Warriors cannot be closer (-d) than the longest is long (-l).')
  if (coreSize < files.length * minDistance)
    return fail(
      'core-too-small',
      `A core of ${coreSize} cells is too small for ${files.length} warriors ${minDistance} apart.`,
    )
  if (position !== null && !/^\d+$/.test(position))
    return fail('bad-position', `-F takes the address of warrior 2, not "${position}".`)
  if (Number(position ?? 0) > 2147483647) return fail('bad-position', '-F takes a number up to 2147483647.')
  if (position !== null && Number(position) < minDistance)
    return fail(
      'bad-position',
      `Warrior 2 (-F ${position}) cannot start closer than the least distance, ${minDistance}.`,
    )
  if (pspaceSize > coreSize) return fail('bad-pspace', 'The P-space (-S) is bigger than the core.')
  if (coreSize % readLimit !== 0 || coreSize % writeLimit !== 0)
    return fail('bad-limit', `Read and write limits (-R, -W) must divide the core size, ${coreSize}.`)
  if (permute && files.length !== 2) return fail('contradiction', 'Permutation (-P) needs exactly two warriors.')
  if (files.length > MOST_WARRIORS)
    return fail('too-many', `${files.length} warriors are too many; ${MOST_WARRIORS} can fight at once.`)
  if (files.length === 0) return fail('no-warrior', 'No warrior file was named. See --help.')
  return ok({
    rounds: numbers.get('r') ?? (permute ? 2 * coreSize - 4 * minDistance + 2 : 1),
    coreSize, maxLength, minDistance, pspaceSize, readLimit, writeLimit, permute, formula, files,
    maxCycles: numbers.get('c') ?? 80000,
    maxProcesses: numbers.get('p') ?? 8000,
    fixedSeries: flags.has('f'),
    fixedPosition: position === null ? null : Number(position),
    query: numbers.get('Q') ?? null,
    brief: flags.has('b'), koth: flags.has('k'), icws88: flags.has('8'), sorted: flags.has('o'), assembleOnly: flags.has('A'),
  }) // prettier-ignore
}
