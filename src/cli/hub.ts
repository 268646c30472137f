/** `npm run hub`: the page and a broker for its islands, for this machine or for a classroom. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fail, ok, type Result } from '../core/result.ts'
import { HELP, readArguments, type HubArguments } from './hub/arguments.ts'
import { startHub, type Hub } from './hub/start.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = `${ROOT}dist`

async function main(): Promise<Result<number>> {
  const asked = readArguments(process.argv.slice(2))
  if (!asked.ok) return asked
  if (asked.value === null) {
    console.log(HELP)
    return ok(0)
  }
  const built = await ensureBuilt()
  if (!built.ok) return built
  const hub = await startHub({ ...asked.value, folder: FOLDER })
  if (!hub.ok) return hub
  console.log(greeting(hub.value, asked.value))
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  // Again means at once.
  process.once('SIGINT', () => process.exit(130))
  await hub.value.close()
  return ok(0)
}

async function ensureBuilt(): Promise<Result<null>> {
  if (existsSync(`${FOLDER}/index.html`)) return ok(null)
  console.log('Building the page (once)...')
  try {
    const { build } = await import('vite')
    await build({ root: ROOT, logLevel: 'warn' })
    return ok(null)
  } catch {
    return fail('no-build', 'The page could not be built: run "npm run build" to see why.')
  }
}

function greeting({ url, addresses }: Hub, { tls }: HubArguments): string {
  const lines = [`The hub runs at ${url} (Ctrl-C stops it)`]
  if (addresses.length > 0) lines.push(`On other machines open ${addresses.join(' or ')}`)
  if (addresses.length > 0 && tls === undefined)
    lines.push(
      'Without a certificate browsers on other machines keep their GPUs to themselves, and islands there run on the CPU:',
      'start the hub with --cert and --key; docs/islands.md tells how to make them.',
    )
  return lines.join('\n')
}

const result = await main()
if (!result.ok) console.error(result.fault.message)
process.exit(result.ok ? result.value : 2)
