/** `npm run mars`: pMARS's command line on our engines, so that anyone can hold them against the real one. */
import { readFileSync } from 'node:fs'
import { fail, ok, type Fault, type Result } from '../core/result.ts'
import type { BattleEngine } from '../arenas/core-war/mars/battle.ts'
import { engineNamed } from './mars/engines.ts'
import { readOptions } from './mars/options.ts'
import { play, type Output } from './mars/play.ts'
import { warriorsOf } from './mars/standard-input.ts'

const HELP = `npm run mars -- [options] a.red b.red ...

  pMARS 0.9.5's options: -r rounds  -s core size  -c cycles  -p processes  -l length  -d distance
  -S P-space size  -R read limit  -W write limit  -F first place of warrior 2  -f series from the code
  -P every place once  -b brief  -k KotH format  -8 ICWS'88  -A assemble only  -o sorted  -= score formula
  -@ option file; -Q n  exit with the score of the n-th warrior (101..: with the number of who came first, ...)
  "-" is a warrior on standard input, "3-" three of them; -r 0 only lists

  Exit status: 0, or 2 for a command line or an engine that cannot be had, or 3 for a warrior that cannot.

  --engine oracle|cpu|gpu   which of our engines fights (cpu)
  --seed N                  what the series starts from without -f and -F (the time of day)
  --every-round             fight rounds again that begin as an earlier one did: same output, slower
  --batch FILE              JSON lines {"args": [...], "warriors": ["text", ...]} in, {"out": "..."} out`

interface Ours {
  readonly engine: string
  readonly batch: string | null
  readonly seed: number
  readonly everyRound: boolean
  readonly rest: readonly string[]
}

/** Takes our own long options out; the rest is pMARS's. */
function readOurs(args: readonly string[]): Result<Ours> {
  const rest: string[] = []
  const ours = new Map<string, string>()
  let everyRound = false
  for (let index = 0; index < args.length; index++) {
    if (args[index] === '--every-round') {
      everyRound = true
      continue
    }
    const [name = '', joined] = (args[index] ?? '').split(/=(.*)/s)
    if (!['--engine', '--batch', '--seed'].includes(name)) {
      rest.push(args[index] ?? '')
      continue
    }
    const value = joined ?? args[++index]
    if (value === undefined) return fail('no-argument', `${name} needs a value. See --help.`)
    ours.set(name, value)
  }
  const seed = Number(ours.get('--seed') ?? Math.floor(Date.now() / 1000))
  if (!Number.isSafeInteger(seed) || seed < 0 || seed > 0x7ffffffe)
    return fail('bad-number', `--seed takes a whole number from 0 to ${0x7ffffffe}.`)
  return ok({ engine: ours.get('--engine') ?? 'cpu', batch: ours.get('--batch') ?? null, seed, everyRound, rest })
}

const readText = (path: string): string | null => {
  try {
    return readFileSync(path === '-' ? 0 : path, 'latin1')
  } catch {
    return null
  }
}

/** The value is the exit status. */
async function main(args: readonly string[]): Promise<Result<number>> {
  if (args.includes('--help')) {
    console.log(HELP)
    return ok(0)
  }
  const ours = readOurs(args)
  if (!ours.ok) return ours
  const engine = await engineNamed(ours.value.engine)
  if (!engine.ok) return engine
  const match: Match = { ...ours.value, engine: engine.value }
  if (ours.value.batch !== null) return runBatch(ours.value.batch, match)
  return runOne(ours.value.rest, null, match, {
    print: (text) => process.stdout.write(text, 'latin1'),
    warn: (text) => console.error(text),
  })
}

/** How matches are fought. */
interface Match {
  readonly engine: BattleEngine
  readonly seed: number
  readonly everyRound: boolean
}

/** `texts` null: the warriors are files. */
async function runOne(
  args: readonly string[],
  texts: readonly string[] | null,
  { engine, seed, everyRound }: Match,
  output: Output,
): Promise<Result<number>> {
  const names = texts?.map((_, index) => `warrior-${index + 1}`) ?? []
  const options = readOptions([...args, ...names], readText)
  if (!options.ok) return options
  if (texts !== null && options.value.files.length !== texts.length)
    return fail('file-in-batch', 'In a batch "args" holds options only; the warriors are the texts in "warriors".')
  return play(options.value, texts ?? readFiles(options.value.files), engine, seed, output, everyRound)
}

/** Null where a file cannot be read. */
function readFiles(files: readonly string[]): (string | null)[] {
  const input = files.includes('-') ? warriorsOf(readText('-') ?? '') : []
  return files.map((file) => (file === '-' ? (input.shift() ?? '') : readText(file)))
}

async function runBatch(file: string, match: Match): Promise<Result<number>> {
  const text = readText(file)
  if (text === null) return fail('no-file', `${file} cannot be read: check the name.`)
  for (const line of Buffer.from(text, 'latin1').toString('utf8').split('\n')) {
    if (line.trim() !== '') process.stdout.write(`${JSON.stringify(await answer(line, match))}\n`)
  }
  return ok(0)
}

async function answer(line: string, match: Match): Promise<{ out: string } | { error: string }> {
  const job = jobOf(line)
  if (job === null)
    return { error: 'Each line is {"args": ["-b", ...], "warriors": ["text", ...]}, all of them texts.' }
  let out = ''
  let said = ''
  const played = await runOne(job.args, job.warriors, match, {
    print: (text) => (out += text),
    warn: (text) => (said += `${text}\n`),
  })
  return played.ok ? { out } : { error: said + played.fault.message }
}

function jobOf(line: string): { args: string[]; warriors: string[] } | null {
  const isTexts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string')
  try {
    const { args, warriors } = JSON.parse(line) as { args?: unknown; warriors?: unknown }
    return isTexts(args) && isTexts(warriors) ? { args, warriors } : null
  } catch {
    return null
  }
}

/** As pMARS: 3 where a warrior cannot be had, 2 where the command line is wrong. */
const statusOf = ({ kind }: Fault) => (kind === 'not-assembled' || kind === 'no-file' ? 3 : 2)

const result = await main(process.argv.slice(2))
if (!result.ok) console.error(result.fault.message)
// A live GPU would keep the process waiting.
process.exit(result.ok ? result.value : statusOf(result.fault))
