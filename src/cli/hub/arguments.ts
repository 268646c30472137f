/** What `npm run hub -- ...` was asked for. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '../../core/result.ts'
import type { HubOptions } from './start.ts'

export const HELP = `npm run hub -- [options]

  Serves the page, and a broker over which its islands exchange champions, from one port.

  --port N       the port (4174)
  --host NAME    who can reach it: localhost for this machine alone, 0.0.0.0 for all that reach this machine (localhost)
  --cert FILE    certificate in PEM, for https; other machines need it to use their GPUs, see docs/islands.md
  --key FILE     its key in PEM
  --origin URL   another page that may join, e.g. http://localhost:4173; may be repeated
  --help         this text`

export type HubArguments = Omit<HubOptions, 'folder'>

/** Null when help was asked for. */
export function readArguments(args: readonly string[]): Result<HubArguments | null> {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4174' }, host: { type: 'string', default: 'localhost' },
        cert: { type: 'string' }, key: { type: 'string' }, origin: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values // prettier-ignore
  } catch (error) {
    return fail('bad-argument', `${error instanceof Error ? error.message.split('.')[0] : String(error)}. See --help.`)
  }
  const { port, host, cert, key, origin: origins, help } = values
  if (help) return ok(null)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    return fail('bad-argument', `--port must be a whole number from 0 to 65535, not "${port}".`)
  const wrong = origins.find((one) => one !== '*' && (!URL.canParse(one) || new URL(one).origin !== one))
  if (wrong !== undefined)
    return fail('bad-argument', `--origin must look like http://localhost:4173, without a path, not "${wrong}".`)
  if ((cert === undefined) !== (key === undefined))
    return fail('bad-argument', '--cert and --key go together: name both files, or neither.')
  const plain = { port: Number(port), host, origins }
  if (cert === undefined || key === undefined) return ok(plain)
  const texts = [cert, key].map(readText)
  const [certificate, secret] = texts
  if (certificate === null || certificate === undefined)
    return fail('no-file', `${cert} cannot be read: check the name.`)
  if (secret === null || secret === undefined) return fail('no-file', `${key} cannot be read: check the name.`)
  return ok({ ...plain, tls: { cert: certificate, key: secret } })
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
