/** What `npm run island -- ...` takes besides what `npm run evolve` does. */
import { fail, ok, type Result } from '../../core/result.ts'

export const ISLAND_HELP = `npm run island -- --hub URL [options]

Joins the islands at a hub (npm run hub) from this machine, without a page: the same engine, the same exchange.
It goes on until Ctrl-C, keeps everything, and goes on with --resume.

  --hub URL           the hub's address, e.g. http://localhost:4174, or a broker's, e.g. wss://broker.example/mqtt
  --room NAME         the room (lobby)
  --island NAME       its name there (made up from preset and seed)

and everything that npm run evolve takes (npm run evolve -- --help), with queen-nano as the preset, rounds without end.
Islands meet only where arena, version and options are the same: take the preset and --set of the others.`

/** Arguments of `evolve`, with what islands have unless told otherwise. */
export function islandArguments(args: readonly string[]): Result<readonly string[]> {
  const has = (flag: string) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))
  if (!has('--hub')) return fail('no-hub', 'Which hub? npm run island -- --hub http://localhost:4174. See --help.')
  const resumes = has('--resume')
  const told = args.some((arg, at) => /^rounds=/.test(arg) && args[at - 1] === '--tactic')
  return ok([
    ...(has('--preset') || resumes ? [] : ['--preset', 'queen-nano']),
    ...(told || resumes ? [] : ['--tactic', 'rounds=0']),
    ...args,
  ])
}
