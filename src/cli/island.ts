/** `npm run island`: a run that is an island at a hub, so that other machines can carry a part of an experiment. */
import { ISLAND_HELP, islandArguments } from './evolve/island.ts'
import { evolveCommand } from './evolve/main.ts'

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(ISLAND_HELP)
  process.exit(0)
}
const told = islandArguments(args)
const result = told.ok ? await evolveCommand(told.value) : told
if (!result.ok) console.error(result.fault.message)
process.exit(result.ok ? result.value : 2)
