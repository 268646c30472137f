/**
 * What an answer may be, for engines that hold models to it. EBNF of the subset that XGrammar and llama.cpp's GBNF share: one rule a
 * line, nothing unbounded, numbers in exactly their range.
 */
import { FINENESS, MOST_NUMBER, type Form } from './form.ts'

/** Spectra that an answer of edits changes at most: EvoLLM, too, asks for blocks of a large genome. */
export const MOST_EDITS = 4

/** All spectra, in the genome's order. */
export function wholeGrammar({ rows }: Form): string {
  const lines = rows.map(({ short }, at) => `"${at === 0 ? '' : '\\n'}${short}: " row`)
  return [`root ::= ${lines.join(' ')}`, ...rowRules(rows)].join('\n')
}

/** A few spectra, in any order. */
export function editGrammar({ rows }: Form): string {
  const more = Math.min(MOST_EDITS, rows.length) - 1
  return [
    `root ::= line${more === 0 ? '' : ` ("\\n" line){0,${more}}`}`,
    'line ::= name ": " row',
    `name ::= ${rows.map(({ short }) => `"${short}"`).join(' | ')}`,
    ...rowRules(rows),
  ].join('\n')
}

/** All rows have as many numbers. */
function rowRules(rows: Form['rows']): string[] {
  const genes = rows[0]?.genes ?? 1
  const steps = MOST_NUMBER / FINENESS
  return [
    `row ::= number${genes === 1 ? '' : ` (" " number){${genes - 1}}`}`,
    'number ::= "0" | "-"? size',
    `size ::= [1-9] | [1-${steps - 1}] [0-9] | "${MOST_NUMBER}"`,
  ]
}

/** All spectra as JSON: `{"0.query A": [2, -1, 0, 0], ...}`. */
export function wholeSchema({ rows }: Form): string {
  const items = { type: 'integer', minimum: -MOST_NUMBER, maximum: MOST_NUMBER }
  return JSON.stringify({
    type: 'object',
    properties: Object.fromEntries(rows.map(({ short, genes }) => [short, { type: 'array', items, minItems: genes, maxItems: genes }])), // prettier-ignore
    required: rows.map(({ short }) => short),
    additionalProperties: false,
  })
}

/** Of an answer, however large the world; what is longer is to be asked for as edits. */
const MOST_TOKENS = 1024
/** For a word before it, and for a fence. */
const ROOM = 64

/** No vocabulary has more tokens than there are characters: those of all spectra in JSON, the longest form. */
export function tokensOf({ rows }: Form): number {
  const longest = rows.map(({ short, genes }) => [short, new Array<number>(genes).fill(-MOST_NUMBER)] as const)
  return Math.min(MOST_TOKENS, JSON.stringify(Object.fromEntries(longest)).length + ROOM)
}
