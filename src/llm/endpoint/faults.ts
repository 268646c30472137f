/** What went wrong with a server, as one sentence that says what to switch on. Never holds the key. */
import { fail, type Result } from '../../core/result.ts'
import type { Address, ServerKind } from './address.ts'

const NAMES: Readonly<Record<ServerKind, string>> = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'llama-server': 'llama-server',
  other: 'the server',
}

export interface Asked {
  readonly address: Address
  readonly model: string
  readonly key: string
  /** The page's own origin, where it has one. */
  readonly origin: string | null
}

/** An answer with a status that is no success; `said` is what its body tells. */
export function statusFault(status: number, said: string, { address, model, key, origin }: Asked): Result<never> {
  const { host, kind } = address
  const quoted = said === '' ? '' : ` (${withoutKey(said, key).slice(0, 200)})`
  switch (status) {
    case 401:
      return fail(
        'bad-key',
        key === '' ? `${host} wants a key: enter one.` : `${host} did not accept the key: check it.`,
      )
    case 403:
      return kind === 'ollama'
        ? fail('forbidden', `Ollama refuses this page: ${letIn('ollama', origin)}`)
        : fail(
            'forbidden',
            `${host} refuses: the key may not be allowed to use ${model}, or the server lets no page from ${origin ?? 'here'} in.`,
          )
    case 404:
      return fail(
        'not-found',
        `${host} knows no model ${model}, or the address is not quite right${quoted}: pick from its list, and end the address in /v1.`,
      )
    case 413:
      return fail('too-long', `The prompt is too long for ${model} on ${host}: show it less.`)
    case 429:
      return fail('too-many', `${host} is asked too often${quoted}: wait a while, or ask for fewer at once.`)
    case 503:
      return fail('not-ready', `${host} is not ready${quoted}: it may still be loading ${model}; try again soon.`)
  }
  if (/context|too long|exceed|n_ctx/i.test(said) && status === 400)
    return fail('too-long', `The prompt is too long for ${model} on ${host}${quoted}: give it a longer context there.`)
  return fail(
    status >= 500 ? 'server-error' : 'refused',
    `${host} answered with an error, ${status}${quoted}: ${status >= 500 ? 'see what it wrote on its own screen' : 'check model and settings'}.`,
  )
}

/** The server is there, and keeps its answer from this page. */
export const corsFault = ({ address, origin }: Asked): Result<never> =>
  fail(
    'cors',
    `${address.host} runs, but lets no page from ${origin ?? 'here'} in (CORS): ${letIn(address.kind, origin)}`,
  )

/** Nothing answers there. */
export function unreachableFault({ address, origin }: Asked): Result<never> {
  const { host, kind, where, secure } = address
  const fromWeb = origin?.startsWith('https:') === true
  if (fromWeb && !secure && where !== 'loopback')
    return fail(
      'mixed-content',
      `A page opened over https cannot reach http://${host}: give that server https, or open this page from your own computer.`,
    )
  const start: Readonly<Record<ServerKind, string>> = {
    ollama: 'start it (ollama serve)',
    'lm-studio': 'start it (lms server start --cors)',
    'llama-server': 'start it (llama-server -m model.gguf)',
    other: 'check the address, and that it runs',
  }
  const allow =
    fromWeb && where !== 'public'
      ? ' When the browser asks whether this page may reach your own network, allow it; Safari never does.'
      : ''
  return fail('unreachable', `Nothing answers at ${host}. Is ${NAMES[kind]} running? If not, ${start[kind]}.${allow}`)
}

export const stalledFault = ({ address }: Asked, ms: number): Result<never> =>
  fail('silent', `${address.host} sent nothing for ${ms / 1000} s: see whether it is busy, or choose a smaller model.`)

export const cutFault = ({ address }: Asked): Result<never> =>
  fail(
    'cut-off',
    `${address.host} broke off in the middle of its answer: ask again, and see whether it is still running.`,
  )

export const nonsenseFault = ({ address }: Asked): Result<never> =>
  fail('bad-answer', `What ${address.host} sent is no answer of an OpenAI-compatible server: check the address.`)

function letIn(kind: ServerKind, origin: string | null): string {
  const page = origin ?? 'the page'
  switch (kind) {
    case 'ollama':
      return `set OLLAMA_ORIGINS=${page} for it and start it again.`
    case 'lm-studio':
      return 'start its server with: lms server start --cors'
    case 'llama-server':
      return 'it lets every page in unless told otherwise; take --cors-origins out of its command line.'
    case 'other':
      return `let it send Access-Control-Allow-Origin: ${page}.`
  }
}

const withoutKey = (text: string, key: string): string => (key === '' ? text : text.replaceAll(key, '(the key)'))
