/**
 * Sets that champions are measured against. Nobody evolves against the held-out ones: warriors of our own evolution from seeds
 * that serve for nothing else (`npm run bench -- race --make-opponents`), or where a world has none, those of the frozen
 * panel that its runs do not begin with.
 */
import type { Named, Panel } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { warriorCodec } from './genome.ts'
import nano from './held-out/nano.json' with { type: 'json' }
import tiny from './held-out/tiny.json' with { type: 'json' }
import { ladderOf } from './ladder.ts'
import { panelOf } from './panel.ts'
import type { Program } from './redcode/instruction.ts'

/** One warrior a line, lines of Redcode parted by `/`; by core size and length. */
const HELD_OUT: Readonly<Record<string, readonly string[]>> = { '80/5': nano.warriors, '800/20': tiny.warriors }

export const panelsOf = (options: Options): readonly Panel<Program>[] => [
  {
    id: 'held-out', label: 'Held out', members: heldOut(options),
    help: 'Warriors that nobody here evolved against. They are our own and of middling strength, not those of human hills.',
  },
  {
    id: 'ladder', label: 'Ladder', members: ladderOf(options),
    help: 'Warriors of rising strength that everybody knows or can read: how many rungs does a champion climb?',
  },
] // prettier-ignore

function heldOut(options: Options): readonly Named<Program>[] {
  const own = options['icws88'] === true ? undefined : HELD_OUT[`${numberOption(options, 'coreSize')}/${numberOption(options, 'maxLength')}`] // prettier-ignore
  if (own === undefined)
    return panelOf(options).slice(numberOption(options, 'opponents')).map(({ name, program }) => ({ name, genome: program })) // prettier-ignore
  const codec = warriorCodec(options)
  return own.flatMap((text, index) => {
    const program = codec.parse(text.replaceAll('/', '\n'))
    return program.ok ? [{ name: `held out ${index + 1}`, genome: program.value }] : []
  })
}
