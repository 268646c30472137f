/**
 * The spectra in what a model wrote, as a genome's source: fences, chatter, thoughts, lists and JSON are read over, numbers become
 * offsets, and what is not written stays as it is in the base. The codec alone says whether it is a genome: numbers that are too many
 * or too large, and spectra that nobody has, are handed on to be refused. Time is about linear in the text; nothing throws.
 */
import { MOST_TEXT } from '../../../core/completion.ts'
import { readableLines, withoutTalk } from '../../../operators/llm/clean.ts'
import { offsetText, type Form, type Row } from './form.ts'

/** What an answer starts from: the first parent, or the trained spectrum. */
export interface Base {
  /** Offsets by row, as text. */
  readonly words: ReadonlyMap<Row, readonly string[]>
  /** The numbers that stand for them. */
  readonly numbers: readonly number[]
}

/** What is said of one spectrum in one place. */
interface Said {
  readonly words: readonly string[]
  /** Numbers and nothing else. */
  readonly isClean: boolean
}

/** Empty where no spectrum is found. */
export function extractSource(text: string, form: Form, base: Base): string {
  const said = new Map<Row, Said[]>()
  const strangers: string[] = []
  const say = (row: Row, one: Said) => said.set(row, [...(said.get(row) ?? []), one])
  for (const line of readableLines(flat(withoutTalk(text.slice(0, MOST_TEXT))))) {
    const found = sourceLine(line, form) ?? compactLine(line, form, base)
    if (found === null) continue
    if (typeof found === 'string') strangers.push(found)
    else say(found.row, found.said)
  }
  if (said.size === 0 && strangers.length === 0) return ''
  const lines = form.rows.map((row) => {
    const before = base.words.get(row) ?? []
    return [row.full, ...chosen(said.get(row) ?? [], before)].join(' ')
  })
  return [...lines, ...strangers].join('\n') + '\n'
}

/** The last that counts: answers repeat the question before they answer it, or after. */
function chosen(said: readonly Said[], before: readonly string[]): readonly string[] {
  const clean = said.filter(({ isClean }) => isClean)
  const candidates = clean.length > 0 ? clean : said
  const changed = candidates.filter(({ words }) => words.join(' ') !== before.join(' '))
  return changed.at(-1)?.words ?? before
}

/** `"key": [...]` and `"key": "..."`. Bounded, so that no bracket is looked for through the whole text again and again. */
const KEYED = /"([^"\n]{1,60})"\s{0,20}:\s{0,20}(?:\[([^\]]{0,4000})\]|"([^"\n]{0,4000})")/g
const LIST = /\[([-+\d.,e\s]{1,4000})\]/gi

/** JSON as lines, whole or cut short, wherever it stands. */
const flat = (text: string): string =>
  text
    .replace(KEYED, (_, key: string, list: string | undefined, one: string | undefined) =>
      list === undefined
        ? `\n${key}: ${one ?? ''}\n${one ?? ''}\n`
        : list.includes('"')
          ? `\n${list.replaceAll('"', '\n')}\n`
          : `\n${key}: ${list.replace(/\s+/g, ' ')}\n`,
    )
    .replace(LIST, (_, list: string) => ` ${list.replace(/\s+/g, ' ')} `)
    .replaceAll('\\n', '\n')

interface Found {
  readonly row: Row
  readonly said: Said
}

/** A line of a genome's own text, with offsets: models are never shown one, people may paste it. */
function sourceLine(line: string, { sources }: Form): Found | null {
  const [name = '', factor = '', ...words] = line
    .replace(/;.*/, '')
    .trim()
    .split(/[\s,]+/)
  const row = sources.get(`${name} ${factor}`)
  return row === undefined || words.length === 0 ? null : { row, said: { words, isClean: true } }
}

const NUMBER = /^[+-]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})(?:e[+-]?\d{1,4})?$/i
/** Where a remark begins: `; so`, `# so`, `// so`, `(so)`, ` - so`. */
const REMARK = /;|#|\/\/|<|\(\s{0,5}[a-z]|\s-{1,3}\s/i
const SIGNS = /[[\](){}|,"'`*•]/g
const LISTED = /^[\s>]*(?:[-+]\s+|\d{1,3}[.)]\s+)?/
/** Says that it is a spectrum, though of no model or of another. */
const STRANGER = /^(?:layers\.)?\d{1,3}\.[a-z.]{1,40}(?: \w{1,10})?$/

/** A line with a name and numbers; a string for a spectrum that there is not, in the codec's form. */
function compactLine(line: string, form: Form, base: Base): Found | string | null {
  const plain = line.replace(LISTED, '').replace(/[-=]>/, ':')
  const colon = plain.search(/[:=]/)
  if (colon === -1) return unnamedLine(plain, form, base)
  const head = plain.slice(0, colon).slice(-120).replace(SIGNS, ' ').toLowerCase().trim().split(/\s+/)
  const words = wordsOf(plain.slice(colon + 1))
  if (!NUMBER.test(words[0] ?? '')) return null
  const row = named(head, form)
  if (row !== undefined) return { row, said: saidOf(words, row, form, base) }
  const name = head.join(' ')
  if (!STRANGER.test(name) || !words.every((word) => NUMBER.test(word))) return null
  return `${head.length === 1 ? `${name} ?` : name} ${words.join(' ')}`
}

/** `Improved 0.query A` is called `0.query A`. */
const named = (head: readonly string[], { names }: Form): Row | undefined =>
  [head, head.slice(-2), head.slice(-1)].map((words) => names.get(words.join(' '))).find((row) => row !== undefined)

/** A name and numbers without a colon; where there is one spectrum alone, as many numbers as it has. */
function unnamedLine(line: string, form: Form, base: Base): Found | null {
  const words = wordsOf(line)
  const at = words.findIndex((word) => NUMBER.test(word))
  if (at === -1) return null
  const [only] = form.rows
  const row = at > 0 ? form.names.get(words.slice(0, at).join(' ').toLowerCase()) : form.rows.length === 1 ? only : undefined // prettier-ignore
  if (row === undefined) return null
  const said = saidOf(words.slice(at), row, form, base)
  return at === 0 && (!said.isClean || said.words.length !== row.genes) ? null : { row, said }
}

function wordsOf(text: string): string[] {
  const end = text.search(REMARK)
  return (end === -1 ? text : text.slice(0, end)).replace(SIGNS, ' ').split(/\s+/).filter((word) => word !== '') // prettier-ignore
}

function saidOf(words: readonly string[], row: Row, form: Form, { words: known, numbers }: Base): Said {
  const before = known.get(row) ?? []
  return {
    isClean: words.every((word) => NUMBER.test(word)),
    words: words.map((word, at) => {
      const value = Number(word)
      if (!NUMBER.test(word) || !Number.isFinite(value)) return strange(word)
      // A number as it was shown stands for the offset that it was rounded from.
      const kept = value === numbers[row.first + at] && at < row.genes ? before[at] : undefined
      return kept ?? offsetText(value, form)
    }),
  }
}

/** What is no number here must be none for the codec either, such as 0x10. */
const strange = (word: string): string => (Number.isFinite(Number(word)) ? `?${word}` : word).slice(0, 20)
