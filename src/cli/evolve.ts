/** `npm run evolve`: long and repeatable experiments without the page. */
import { evolveCommand } from './evolve/main.ts'

const result = await evolveCommand(process.argv.slice(2))
if (!result.ok) console.error(result.fault.message)
process.exit(result.ok ? result.value : 2)
