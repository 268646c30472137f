/** `npm run experiment -- dei`, `-- ecad` and `-- essa`: experiments of papers, each in one command. */
import { HELP } from './experiment/arguments.ts'
import { dei } from './experiment/dei.ts'
import { ecad } from './experiment/ecad.ts'
import { essa } from './experiment/essa.ts'
import { ok, type Result } from '../core/result.ts'

function main(args: readonly string[]): Promise<Result<void>> {
  if (args.includes('--help')) {
    console.log(HELP)
    return Promise.resolve(ok(undefined))
  }
  return args[0] === 'ecad' ? ecad(args) : args[0] === 'essa' ? essa(args) : dei(args)
}

const result = await main(process.argv.slice(2))
if (!result.ok) console.error(result.fault.message)
process.exit(result.ok ? 0 : 2)
