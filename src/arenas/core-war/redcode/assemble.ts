/**
 * The assembler: Redcode source to a program, with everything that is wrong with it. Language: ICWS'94 with the pMARS
 * extensions, or ICWS'88; meaning: pMARS 0.9.5. Any text at all is answered in bounded time and memory, never by a throw.
 */
import { nearest } from '../../../core/nearest.ts'
import type { Assembly, AssemblySettings } from './assembly.ts'
import { Diagnostics } from './diagnose.ts'
import { Encoder } from './encode.ts'
import { Expander } from './expand.ts'
import type { Registers } from './expression.ts'
import type { Program } from './instruction.ts'
import { readSource, type SourceLine } from './reader.ts'
import { predefined } from './symbols.ts'
import { KNOWN_WORDS } from './words.ts'

export function assemble(text: string, settings: AssemblySettings): Assembly {
  const diagnostics = new Diagnostics()
  const registers: Registers = new Map()
  const symbols = predefined(settings)
  const { lines, header } = readSource(text, diagnostics)
  const expander = new Expander(lines, symbols, registers, diagnostics, settings.mostWork)
  expander.expand()
  if (!expander.hasAssert) {
    diagnostics.warning(
      { line: 1, column: 1 },
      'no-assert',
      'No ;assert says which settings this warrior is made for.',
      'Add a line such as ;assert CORESIZE==8000.',
    )
  }
  const encoded = new Encoder(settings, symbols, registers, diagnostics).encode(expander.statements)
  const length = encoded.instructions.length
  const end = { line: lines.at(-1)?.line ?? 1, column: 1 }
  if (length > settings.maxLength) {
    diagnostics.error(
      { line: encoded.sources[settings.maxLength] ?? end.line, column: 1 },
      'too-long-warrior',
      `The warrior has ${length} lines; ${settings.maxLength} are allowed here.`,
      `Take out ${length - settings.maxLength}, or choose settings that allow more.`,
    )
  }
  if (length === 0) reportEmpty(lines, diagnostics)
  else if (encoded.start >= length) {
    diagnostics.warning(
      end,
      'start-outside',
      'Execution starts outside the warrior.',
      'Let ORG or END name one of its lines.',
    )
  }
  const program: Program | null = diagnostics.hasErrors ? null : {
    instructions: Uint16Array.from(encoded.instructions),
    a: Uint16Array.from(encoded.a),
    b: Uint16Array.from(encoded.b),
    start: encoded.start,
    pin: encoded.pin,
  } // prettier-ignore
  return {
    program,
    header,
    diagnostics: [...diagnostics.list].sort((x, y) => x.line - y.line || x.column - y.column),
    lines: encoded.sources.map((source, index) => ({ source, label: index === encoded.start ? 'START' : '' })),
  }
}

/** A text without instructions: often one misspelt opcode, which reads as a label. */
function reportEmpty(lines: readonly SourceLine[], diagnostics: Diagnostics): void {
  if (diagnostics.hasErrors) return
  const word = lines.find(({ isAssert }) => !isAssert)?.tokens[0]
  const meant = word?.kind === 'word' ? nearest(word.text, KNOWN_WORDS) : null
  const fix = meant === null ? 'Write at least one, such as MOV 0, 1.' : `Did you mean ${meant}?`
  diagnostics.error(word ?? { line: 1, column: 1 }, 'no-instructions', 'There are no instructions.', fix)
}
