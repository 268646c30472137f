/** XGrammar itself, which WebLLM holds models to grammars with, in Node: its bundle is a script that looks for a browser. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type * as XGrammar from '@mlc-ai/web-xgrammar'

export interface Held {
  /** The whole text, and that it may end there. */
  accepts(text: string): boolean
}

let loading: Promise<typeof XGrammar> | undefined

async function load(): Promise<typeof XGrammar> {
  const require = createRequire(import.meta.url)
  const file = require.resolve('@mlc-ai/web-xgrammar')
  const scope = globalThis as unknown as Record<'require' | '__dirname' | '__filename' | 'xgrammar', unknown>
  scope.require = require
  scope.__dirname = dirname(file)
  scope.__filename = file
  await import('@mlc-ai/web-xgrammar')
  return scope.xgrammar as typeof XGrammar
}

/** A character a token, and the end. */
const CHARACTERS = ['</s>', '\n', ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))]

const heldTo = async (make: (library: typeof XGrammar) => Promise<XGrammar.Grammar>): Promise<Held> => {
  loading ??= load()
  const library = await loading
  const info = await library.TokenizerInfo.createTokenizerInfo(CHARACTERS, 'raw', false, CHARACTERS.length, 0)
  const compiler = await library.GrammarCompiler.createGrammarCompiler(info)
  const compiled = await compiler.compileGrammar(await make(library))
  const matcher = await library.GrammarMatcher.createGrammarMatcher(compiled)
  return {
    accepts(text) {
      matcher.reset()
      return matcher._acceptString(text) && matcher.acceptToken(0)
    },
  }
}

export const ebnf = (grammar: string): Promise<Held> => heldTo(({ Grammar }) => Grammar.fromEBNF(grammar))
export const schema = (text: string): Promise<Held> => heldTo(({ Grammar }) => Grammar.fromJSONSchema(text))

/** Milliseconds to compile the grammar for a vocabulary, as WebLLM does before the first token. */
export async function compileTime(grammar: string, vocabulary: readonly string[]): Promise<number> {
  loading ??= load()
  const { GrammarCompiler, TokenizerInfo } = await loading
  const info = await TokenizerInfo.createTokenizerInfo([...vocabulary], 'raw', false, vocabulary.length, 0)
  const compiler = await GrammarCompiler.createGrammarCompiler(info)
  const start = process.cpuUsage().user / 1000
  await compiler.compileGrammar(grammar)
  return process.cpuUsage().user / 1000 - start
}
