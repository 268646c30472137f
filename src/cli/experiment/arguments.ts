/** What `npm run experiment -- ...` was asked for. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '../../core/result.ts'
import { MIND_KINDS, type MindKind } from '../../experiments/dei/minds.ts'

export const HELP = `npm run experiment -- dei [options]
npm run experiment -- ecad [options]
npm run experiment -- essa [options]

dei: one island, islands of one mind, islands of different minds, all with as many children (DEI, arXiv 2605.27130);
every archive is judged anew on one frozen panel that no island ever met.

  --quick             two seeds, two rounds, few children: whether it works, not what it shows
  --arena ID          what evolves (core-war)
  --preset ID         the world (queen-nano)
  --minds KIND        classical, models or both (both): who differs, operator sets or language models of ours
  --seeds N           how many (10)
  --first-seed N      the first of them (1)
  --rounds N          rounds of the Red Queen (8)
  --children N        children a round, of all islands together (1000)
  --threads N         worker threads (all cores)
  --out FILE          the tables, as Markdown

ecad: ECAD's search, ours, ours with lines, random and FORA (arXiv 2506.15682), all with as many evaluations;
what they find is scored on held-out pictures beside few-step samplers, and carried over to other numbers of steps.

  --quick             two seeds, one generation and a bit, two pictures: whether it works, not what it shows
  --seeds N           how many (5)
  --first-seed N      the first of them (1)
  --evaluations N     schedules judged in each run (400)
  --pictures N        pictures a schedule is judged by in a run (8)
  --held-out N        pictures that what was found is judged by (128)
  --model FILE        weights of a second model of the same shape, to carry schedules over to
  --threads N         worker threads (all cores)
  --out FILE          the tables, as Markdown
  --data FILE         all that was measured, as JSON

essa: ESSA's search of singular values (arXiv 2507.04453): on pictures after no, short and long training and in four
precisions; on sums with every strategy; on writing warriors beside lower temperatures; all judged by the mean on held-out
examples or opponents.

  --quick             two seeds, few generations: whether it works, not what it shows
  --seeds N           how many (5)
  --first-seed N      the first of them (1)
  --generations N     on the pictures (100)
  --evaluations N     spectra that each strategy judges on the sums (1200)
  --batch N           sums a generation (64)
  --population N      members a generation (24)
  --warrior-generations N  of writing warriors (30; 16 members of 16 texts)
  --steps set|effect  whether first steps of answers' searches are as set, or found by effect (set)
  --against KIND      whom warriors fight: panel, papers, imps, dwarf or clear (panel)
  --only TABLE        clothes, sums or warriors alone
  --strategy ID       of the first two, one strategy alone: cma-es, sep-cma-es, snes, open-es, eggroll, gaussian-search or map-elites
  --rank N            of the sums' adapters: 2, 4, 8, 16 or 32 (4)
  --threads N         worker threads (all cores)
  --out FILE          the tables, as Markdown
  --data FILE         all that was measured, as JSON

  --help              this text`

export interface ExperimentArguments {
  readonly arena: string
  readonly preset: string
  readonly minds: readonly MindKind[]
  readonly seeds: readonly number[]
  readonly rounds: number
  readonly children: number
  readonly threads: number
  readonly out: string | undefined
  readonly help: boolean
}

const USUAL = { seeds: 10, rounds: 8, children: 1000 }
const QUICK = { seeds: 2, rounds: 2, children: 160 }

export function readExperiment(args: readonly string[]): Result<ExperimentArguments> {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false }, arena: { type: 'string', default: 'core-war' }, preset: { type: 'string', default: 'queen-nano' },
        minds: { type: 'string', default: 'both' }, seeds: { type: 'string' }, 'first-seed': { type: 'string', default: '1' }, rounds: { type: 'string' },
        children: { type: 'string' }, threads: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean', default: false },
      },
    }) // prettier-ignore
  } catch (error) {
    return fail('bad-argument', `${error instanceof Error ? error.message.split('.')[0] : String(error)}. See --help.`)
  }
  const { values, positionals } = parsed
  if (!values.help && (positionals.length !== 1 || positionals[0] !== 'dei'))
    return fail(
      'bad-argument',
      'Which experiment? There are three: npm run experiment -- dei, -- ecad and -- essa. See --help.',
    )
  const minds = values.minds === 'both' ? MIND_KINDS : MIND_KINDS.filter((kind) => kind === values.minds)
  if (minds.length === 0)
    return fail('bad-argument', `--minds must be classical, models or both, not "${values.minds}".`)
  const usual = values.quick ? QUICK : USUAL
  const read = wholeNumbers([
    ['seeds', values.seeds ?? String(usual.seeds), 1000], ['first-seed', values['first-seed'], 1e6], ['rounds', values.rounds ?? String(usual.rounds), 1000],
    ['children', values.children ?? String(usual.children), 1e6], ['threads', values.threads ?? String(availableParallelism()), 256],
  ]) // prettier-ignore
  if (!read.ok) return read
  const { seeds = 1, rounds = 1, children = 1, threads = 1, 'first-seed': first = 1 } = read.value
  const { arena, preset, out, help } = values
  return ok({
    arena, preset, minds, rounds, children, threads, out, help, seeds: Array.from({ length: seeds }, (_, at) => first + at),
  }) // prettier-ignore
}

/** Arguments by name: what was written, and the most that it may be; 1 is the least. */
export function wholeNumbers(
  written: readonly (readonly [key: string, text: string, most: number])[],
): Result<Readonly<Record<string, number>>> {
  const numbers: Record<string, number> = {}
  for (const [key, text, most] of written) {
    const number = Number(text)
    if (!Number.isSafeInteger(number) || number < 1 || number > most)
      return fail('bad-argument', `--${key} must be a whole number from 1 to ${most}, not "${text}".`)
    numbers[key] = number
  }
  return ok(numbers)
}

/** The arguments that decide what comes out, but for some. */
export function madeWith(args: readonly string[], but: readonly string[] = []): string {
  const idle = ['--threads', '--out', '--data', ...but]
  return args.filter((arg, at) => !idle.includes(arg) && !idle.includes(args[at - 1] ?? '')).join(' ')
}
