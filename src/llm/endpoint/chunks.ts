/** What an OpenAI-compatible server says, read without trust: any field may be missing or something else. */

/** What one chunk of a stream, or a whole answer, adds. */
export interface Chunk {
  readonly text: string
  readonly finish: 'stop' | 'length' | null
  readonly promptTokens: number | null
  readonly tokens: number | null
  readonly error: string | null
}

type Json = Readonly<Record<string, unknown>>
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const count = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Null when it is not JSON, or nothing of ours. */
export function parseChunk(data: string): Chunk | null {
  const root = parse(data)
  if (root === null) return null
  const error = errorOf(root)
  const [first] = list(root['choices'])
  const usage = object(root['usage'])
  if (first === undefined && error === null && root['usage'] === undefined) return null
  const choice = object(first)
  const message = object(choice['delta'] ?? choice['message'])
  const reason = choice['finish_reason']
  return {
    text: text(message['content']),
    finish: reason === 'length' ? 'length' : typeof reason === 'string' ? 'stop' : null,
    promptTokens: count(usage['prompt_tokens']),
    tokens: count(usage['completion_tokens']),
    error,
  }
}

/** What a server says went wrong, from the body of its answer; empty when that says nothing. */
export const errorText = (body: string): string => {
  const root = parse(body)
  return root === null ? '' : (errorOf(root) ?? '')
}

export interface ListedModel {
  readonly id: string
  /** Who it belongs to: tells which server this is. */
  readonly owner: string
}

/** Null when it is no list of models. */
export function parseModels(body: string): readonly ListedModel[] | null {
  const root = parse(body)
  if (root === null || !Array.isArray(root['data'])) return null
  return list(root['data']).flatMap((entry) => {
    const id = text(object(entry)['id'])
    return id === '' ? [] : [{ id, owner: text(object(entry)['owned_by']) }]
  })
}

/** llama-server's `/props`: how much a slot holds, and how many there are. */
export function parseProps(body: string): { readonly context: number | null; readonly slots: number | null } {
  const root = parse(body) ?? {}
  return {
    context: count(object(root['default_generation_settings'])['n_ctx']),
    slots: count(root['total_slots']),
  }
}

function errorOf(root: Json): string | null {
  const error = root['error']
  if (error === undefined || error === null) return null
  return typeof error === 'string' ? error : text(object(error)['message'])
}

function parse(body: string): Json | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
  } catch {
    return null
  }
}
