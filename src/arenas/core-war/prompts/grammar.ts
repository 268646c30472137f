/**
 * What an answer may be, as rules that engines hold a model to while it writes. EBNF of the subset that XGrammar and
 * llama.cpp's GBNF share: one rule a line, literals, classes, alternatives, groups, `{m,n}` with small numbers. Nothing in it is
 * unbounded, and everything that it allows is a warrior of the world.
 *
 * That the start lies within the warrior is a matter of counting, which such rules do by name: `just7` is the eighth
 * line and what stands before it, `upto7` at most seven lines more. So their number grows with the longest warrior, and not with
 * its square; and no repetition is large, of which llama.cpp would make as many rules.
 */
import { opcodesOf, type World } from './world.ts'

type Shape = Pick<World, 'coreSize' | 'maxLength' | 'icws88'>

/** Edits of one answer, at most. */
export const MOST_EDITS = 5

/** A whole warrior. */
export function warriorGrammar(world: Shape): string {
  return [...(world.icws88 ? rootOf88(world) : rootOf94(world)), ...lineRules(world)].join('\n')
}

/** Edits of a parent's lines, which count from 1. */
export function editGrammar(world: Shape): string {
  const { maxLength } = world
  return [
    `root ::= edit ("\\n" edit){0,${MOST_EDITS - 1}}`,
    'edit ::= "replace " number-of-line ": " line | "delete " number-of-line | "insert after " place ": " line | "start " number-of-line',
    `number-of-line ::= ${upTo(1, maxLength)}`,
    `place ::= ${upTo(0, maxLength)}`,
    ...lineRules(world),
  ].join('\n')
}

/** `ORG n` stands first, so that it says how many lines there have to be. */
function rootOf94({ maxLength }: Shape): string[] {
  const starts = counting(maxLength, (start) => `"${start}\\n" just${start} upto${maxLength - 1 - start}`)
  return [
    `root ::= "ORG " start | line upto${maxLength - 1}`,
    `start ::= ${starts.join(' | ')}`,
    ...counting(maxLength, (n) => (n === 0 ? 'just0 ::= line' : `just${n} ::= just${n - 1} more`)),
    ...counting(maxLength, (n) => (n === 0 ? 'upto0 ::= ""' : `upto${n} ::= "" | more upto${n - 1}`)),
    'more ::= "\\n" line',
  ]
}

/** The language of 1988 has no ORG: `END n` comes last, when the lines are counted. */
function rootOf88({ maxLength }: Shape): string[] {
  return [
    'root ::= line after1',
    ...counting(maxLength, (n) => {
      const written = n + 1
      const end = `after${written} ::= "" | "\\nEND " (${upTo(0, n)})`
      return written === maxLength ? end : `${end} | "\\n" line after${written + 1}`
    }),
  ]
}

function lineRules(world: Shape): string[] {
  const { coreSize, icws88 } = world
  const rules94 = [
    'line ::= opcode "." modifier " " field ", " field',
    `opcode ::= ${literals(opcodesOf(world))}`,
    'modifier ::= "AB" | "BA" | [ABFXI]',
    'field ::= [$#@<>*{}] number',
  ]
  const rules88 = [
    'line ::= "DAT " constant ", " constant | writes " " field ", " target | jumps " " target ", " field | "SLT " field ", " field',
    'writes ::= "MOV" | "ADD" | "SUB" | "CMP"',
    'jumps ::= "JMP" | "JMZ" | "JMN" | "DJN" | "SPL"',
    'constant ::= [#<] number',
    'target ::= [$@<] number',
    'field ::= [$#@<] number',
  ]
  return [...(icws88 ? rules88 : rules94), 'number ::= "0" | "-"? positive', `positive ::= ${upTo(1, coreSize - 1)}`]
}

/** The same as a JSON schema: `{"lines": ["MOV.I $0, $1", ...], "start": 0}`. It cannot hold the start to the lines. */
export function warriorSchema(world: Shape): string {
  const { coreSize, maxLength, icws88 } = world
  const number = `(0|-?(${upTo(1, coreSize - 1, 'pattern')}))`
  const any = `[$#@<]${number}`
  const target = `[$@<]${number}`
  const line = icws88
    ? `(DAT [#<]${number}, [#<]${number}|(MOV|ADD|SUB|CMP) ${any}, ${target}|(JMP|JMZ|JMN|DJN|SPL) ${target}, ${any}|SLT ${any}, ${any})`
    : `(${opcodesOf(world).join('|')})\\.(AB|BA|[ABFXI]) [$#@<>*{}]${number}, [$#@<>*{}]${number}`
  return JSON.stringify({
    type: 'object',
    properties: {
      lines: { type: 'array', items: { type: 'string', pattern: `^${line}$` }, minItems: 1, maxItems: maxLength },
      start: { type: 'integer', minimum: 0, maximum: maxLength - 1 },
    },
    required: ['lines'],
    additionalProperties: false,
  })
}

const counting = (count: number, rule: (n: number) => string) => Array.from({ length: count }, (_, n) => rule(n))
const literals = (words: readonly string[]) => words.map((word) => `"${word}"`).join(' | ')

/** Whole numbers from `least` (0 or 1) to `most`, without leading zeros; as alternatives of a rule or of a regular expression. */
export function upTo(least: 0 | 1, most: number, form: 'rule' | 'pattern' = 'rule'): string {
  const digits = String(most)
  const literal = (text: string) => (form === 'rule' ? `"${text}"` : text)
  const oneOf = (from: number, to: number) => (from === to ? literal(String(from)) : `[${from}-${to}]`)
  const rest = (count: number) => (count === 0 ? [] : [count === 1 ? '[0-9]' : `[0-9]{${count}}`])
  const alternatives: string[][] = least === 0 ? [[literal('0')]] : []
  for (let length = 1; length < digits.length; length++) alternatives.push([oneOf(1, 9), ...rest(length - 1)])
  // Of the same length: equal up to some digit, which is smaller; or equal.
  for (let at = 0; at < digits.length; at++) {
    const from = at === 0 ? 1 : 0
    const to = Number(digits[at]) - 1
    const head = at === 0 ? [] : [literal(digits.slice(0, at))]
    if (to >= from) alternatives.push([...head, oneOf(from, to), ...rest(digits.length - at - 1)])
  }
  if (most > 0) alternatives.push([literal(digits)])
  const [within, between] = form === 'rule' ? [' ', ' | '] : ['', '|']
  return alternatives.map((parts) => parts.join(within)).join(between)
}
