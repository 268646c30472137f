/** Answers in JSON: of the schema's form, or of one of the forms that models fall back to. */

const KEYS = ['lines', 'edits', 'warrior', 'program', 'code', 'source', 'redcode'] as const
const MOST_ITEMS = 1500

/** The warrior's text in a JSON answer, bare or in a fence; null where there is none. */
export function fromJson(answer: string, icws88: boolean): string | null {
  const text = unfenced(answer.trim())
  if (!/^[{[]/.test(text) || !/[}\]]$/.test(text)) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const lines = linesIn(value)
  if (lines === null) return null
  const start = own(value, 'start')
  if (typeof start !== 'number' || !Number.isInteger(start) || start <= 0 || start > 65_535) return lines
  return icws88 ? `${lines}\nEND ${start}` : `ORG ${start}\n${lines}`
}

/** The quantifiers are bounded, so that a text of white space takes no longer than another. */
const unfenced = (text: string) =>
  text.replace(/^(?:```|~~~)[a-z]{0,10}[ \t]{0,10}\n/i, '').replace(/(?:```|~~~)$/, '').trim() // prettier-ignore

function linesIn(value: unknown): string | null {
  if (Array.isArray(value)) return joined(value)
  for (const key of KEYS) {
    const found = own(value, key)
    if (typeof found === 'string') return found
    if (Array.isArray(found)) return joined(found)
  }
  return null
}

function joined(items: readonly unknown[]): string | null {
  const lines = items.slice(0, MOST_ITEMS).filter((item) => typeof item === 'string')
  return lines.length === 0 ? null : lines.join('\n')
}

/** An object's own property, whatever its name; its prototype has none that counts. */
const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
