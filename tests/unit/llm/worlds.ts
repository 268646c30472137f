/** Every preset of Core War with its kit, and warriors of all fixtures that its assembler takes. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import coreWar from '../../../src/arenas/core-war/index.ts'
import { WORLDS } from '../../../src/arenas/core-war/options.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { shortSource, worldOf } from '../../../src/arenas/core-war/prompts/world.ts'
import { warriorPrompts } from '../../../src/arenas/core-war/prompts.ts'
import { warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import type { Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import { WRITTEN } from '../../fixtures/mars/written.ts'
import { randomProgram } from '../../support/warriors.ts'

export const PRESETS = WORLDS.map(({ id }) => id)
export const optionsOf = (id: string): Options => coreWar.presets.find((preset) => preset.id === id)!.options

export function worldFor(id: string) {
  const options = optionsOf(id)
  return { options, kit: warriorPrompts(options), codec: warriorCodec(options), world: worldOf(options) }
}

const unzipped = (file: string) => gunzipSync(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url))).toString() // prettier-ignore

/** Of the warriors that battles were recorded with a part: so many are alike. */
function recorded(): string[] {
  const matches = unzipped('mars/matches.jsonl.gz').trim().split('\n').flatMap((line) => (JSON.parse(line) as { warriors: string[] }).warriors) // prettier-ignore
  const assemblies = unzipped('redcode/assemblies.jsonl.gz').trim().split('\n').map((line) => (JSON.parse(line) as { text: string }).text) // prettier-ignore
  const cells = Object.values(JSON.parse(unzipped('core-war/cells.json.gz')) as Record<string, Record<string, string>>)
  return [
    ...matches.filter((_, at) => at % 5 === 0),
    ...assemblies.filter((text, at) => at % 2 === 0 && text.length < 3000),
    ...cells.flatMap((world) => Object.values(world)),
    ...WRITTEN,
  ]
}
let sources: readonly string[] | undefined
const known = new Map<string, string[]>()

export function warriorsOf(id: string): string[] {
  const warriors = known.get(id) ?? gathered(id)
  known.set(id, warriors)
  return warriors
}

/** In the short form, each once: the fixtures, the panel with its evolved, and random ones of every length. */
function gathered(id: string): string[] {
  const { options, codec, world } = worldFor(id)
  sources ??= [...new Set(recorded())]
  const random = rng(3)
  const drawn = Array.from({ length: 60 }, (_, at) => {
    const length = at % 3 === 0 ? world.maxLength : 1 + random.int(world.maxLength)
    return { ...randomProgram(random, world.coreSize, length, true), pin: null }
  })
  const programs = [
    ...sources.flatMap((text) => {
      const parsed = codec.parse(text)
      return parsed.ok ? [parsed.value] : []
    }),
    ...panelOf(options).map(({ program }) => program),
    ...(world.icws88 ? [] : drawn),
  ]
  return [...new Set(programs.map((program) => shortSource(program, world)))]
}
