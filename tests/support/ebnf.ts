/**
 * Reads the EBNF that XGrammar and llama.cpp's GBNF share, and nothing more: one rule a line, names of lower-case letters, digits and
 * dashes, literals, classes, groups, alternatives, `?` and `{m,n}`. Throws on anything else. Draws sentences.
 */
import type { Rng } from '../../src/core/rng.ts'

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'class'; readonly characters: readonly string[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }

export type Rules = ReadonlyMap<string, Node>

const TOKEN =
  /\s*(?:"((?:[^"\\\n]|\\[n"\\])*)"|\[([^\]\\\n^][^\]\\\n]*)\]|([a-z][a-z0-9-]*)|\{(\d+)(?:,(\d+))?\}|([()|?]))/y

export function rulesOf(grammar: string): Rules {
  const rules = new Map<string, Node>()
  for (const line of grammar.split('\n')) {
    const [, name = '', body = ''] = /^([a-z][a-z0-9-]*) ::= (.+)$/.exec(line) ?? []
    if (name === '' || rules.has(name)) throw new Error(`no rule, or a second one: ${line}`)
    rules.set(name, new Parser(body).all())
  }
  for (const node of rules.values()) namesIn(node).forEach((name) => expectRule(rules, name))
  expectRule(rules, 'root')
  return rules
}

function expectRule(rules: Rules, name: string): Node {
  const node = rules.get(name)
  if (node === undefined) throw new Error(`no rule ${name}`)
  return node
}

export function namesIn(node: Node): string[] {
  if (node.kind === 'rule') return [node.name]
  if (node.kind === 'repeat') return namesIn(node.node)
  return node.kind === 'sequence'
    ? node.parts.flatMap(namesIn)
    : node.kind === 'choice'
      ? node.options.flatMap(namesIn)
      : []
}

export const repeatsIn = (node: Node): number[] =>
  node.kind === 'repeat' ? [node.most, ...repeatsIn(node.node)]
  : node.kind === 'sequence' ? node.parts.flatMap(repeatsIn)
  : node.kind === 'choice' ? node.options.flatMap(repeatsIn)
  : [] // prettier-ignore

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  all(): Node {
    const node = this.#choice()
    if (this.#text.slice(this.#at).trim() !== '') throw new Error(`cannot read ${this.#text.slice(this.#at)}`)
    return node
  }

  #peek(): RegExpExecArray | null {
    TOKEN.lastIndex = this.#at
    return TOKEN.exec(this.#text)
  }

  #choice(): Node {
    const options = [this.#sequence()]
    for (let next = this.#peek(); next?.[6] === '|'; next = this.#peek()) {
      this.#at += next[0].length
      options.push(this.#sequence())
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }

  #sequence(): Node {
    const parts: Node[] = []
    for (let next = this.#peek(); next !== null && next[6] !== '|' && next[6] !== ')'; next = this.#peek()) {
      this.#at += next[0].length
      const [, text, characters, name, least, most, sign] = next
      if (text !== undefined)
        parts.push({ kind: 'text', text: text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)) })
      else if (characters !== undefined) parts.push({ kind: 'class', characters: expanded(characters) })
      else if (name !== undefined) parts.push({ kind: 'rule', name })
      else if (sign === '(') {
        parts.push(this.#choice())
        const close = this.#peek()
        if (close?.[6] !== ')') throw new Error('a bracket is not closed')
        this.#at += close[0].length
      } else {
        const node = parts.pop()
        if (node === undefined) throw new Error('nothing to repeat')
        parts.push({ kind: 'repeat', node, least: Number(least ?? 0), most: Number(most ?? least ?? 1) })
      }
    }
    return { kind: 'sequence', parts }
  }
}

function expanded(characters: string): string[] {
  return [...characters.matchAll(/(.)-(.)|(.)/g)].flatMap(([, from, to, one]) => {
    if (one !== undefined) return [one]
    const [first, last] = [from!.charCodeAt(0), to!.charCodeAt(0)]
    return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index))
  })
}

/** A sentence of the grammar; every choice is as likely as its neighbours. */
export function sentence(rules: Rules, rng: Rng, name = 'root'): string {
  const draw = (node: Node): string => {
    switch (node.kind) {
      case 'text':
        return node.text
      case 'class':
        return rng.pick(node.characters)
      case 'rule':
        return draw(expectRule(rules, node.name))
      case 'sequence':
        return node.parts.map(draw).join('')
      case 'choice':
        return draw(rng.pick(node.options))
      case 'repeat':
        return Array.from({ length: node.least + rng.int(node.most - node.least + 1) }, () => draw(node.node)).join('')
    }
  }
  return draw(expectRule(rules, name))
}
