/** Addresses of OpenAI-compatible servers: as people write them, and what the browser makes of where they are. */
import { fail, ok, type Result } from '../../core/result.ts'

/** The servers people run at home, each on its own port; it tells which advice to give. */
export type ServerKind = 'ollama' | 'lm-studio' | 'llama-server' | 'other'
const PORTS: Readonly<Record<string, ServerKind>> = { '11434': 'ollama', '1234': 'lm-studio', '8080': 'llama-server' }

export interface Address {
  /** Ends in `/v1` or what the server has in its place; no slash after it. */
  readonly base: string
  readonly host: string
  readonly secure: boolean
  /** On this computer, in this network, or anywhere. */
  readonly where: 'loopback' | 'local' | 'public'
  /** By its port. */
  readonly kind: ServerKind
}

/** With or without `http://`, `/v1`, a slash at the end, or the whole path of a completion. */
export function parseAddress(text: string): Result<Address> {
  const trimmed = text.trim()
  const wrong = fail(
    'bad-address',
    `"${trimmed.slice(0, 100)}" is no address of a server: it should look like http://localhost:11434/v1.`,
  )
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`
  // Some browsers take a space for a letter of the name.
  if (/\s/.test(written) || !URL.canParse(written)) return wrong
  const url = new URL(written)
  if (!/^https?:$/.test(url.protocol) || url.hostname === '') return wrong
  if (url.username !== '' || url.password !== '')
    return fail('bad-address', 'The address holds a name or password: take it out, and enter the key in its own field.')
  const path = url.pathname.replace(/\/+$/, '').replace(/\/(chat\/completions|completions|models)$/, '')
  const versioned = /\/v\d\w*(\/|$)/.test(path)
  return ok({
    base: `${url.origin}${path}${versioned ? '' : '/v1'}`,
    host: url.host,
    secure: url.protocol === 'https:',
    where: whereIs(url.hostname),
    kind: PORTS[url.port] ?? 'other',
  })
}

function whereIs(hostname: string): Address['where'] {
  if (/^(.+\.)?localhost$|^127\.|^\[::1\]$|^0\.0\.0\.0$/.test(hostname)) return 'loopback'
  if (/^10\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|\.local$|^\[f[cd]|^\[fe80:/.test(hostname))
    return 'local'
  return 'public'
}

/** What the browser must be told where a page from the web asks for a machine nearby (Local Network Access). */
export const nearby = (
  address: Address,
  pageIsSecure: boolean,
): { readonly targetAddressSpace?: 'loopback' | 'local' } =>
  pageIsSecure && address.where !== 'public' ? { targetAddressSpace: address.where } : {}
