/**
 * `npm run bench -- strength WORLD FOLDER OPPONENTS`: how strong are the warriors of one folder (what `evolve` writes) against those
 * of another, which they never met? Each pair meets at up to 64 distances, evenly spread over all there are, each side beginning once;
 * 3 points for a win and 1 for a tie, a hundred battles. The opponents and the world's panel are scored the same way, for comparison.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { warriorCodec } from '../../src/arenas/core-war/genome.ts'
import { NOBODY, WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import { panelOf } from '../../src/arenas/core-war/panel.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import type { Options } from '../../src/core/options.ts'

const DISTANCES = 64
const SHOWN = 40

interface Entry {
  readonly name: string
  readonly from: 'folder' | 'panel' | 'opponents'
  readonly program: Program
}

export function bench([world = '', folder = '', opponentsFolder = '']: readonly string[]): Promise<void> {
  const options = PRESETS.find(({ id }) => id === world)?.options
  if (options === undefined || opponentsFolder === '') {
    console.error(
      `Say a world (${PRESETS.map(({ id }) => id).join(', ')}), a folder of .red files and one of opponents.`,
    )
    process.exit(2)
  }
  const opponents = read(opponentsFolder, 'opponents', options)
  const panel = panelOf(options).map(({ name, program }): Entry => ({ name, from: 'panel', program }))
  const rules = rulesOf(options)
  const machine = new WasmMars(rules)
  const spots = rules.coreSize + 1 - 2 * rules.minDistance
  const distances = Array.from({ length: Math.min(DISTANCES, spots) }, (_, at) => rules.minDistance + Math.floor((at * spots) / Math.min(DISTANCES, spots))) // prettier-ignore
  const pointsOf = ({ program }: Entry): number => {
    const met = opponents.filter((other) => other.program !== program)
    let points = 0
    for (const other of met) {
      for (const position of distances) {
        for (const first of [0, 1]) {
          const winner = machine.winner({ warriors: [{ program, position: 0 }, { program: other.program, position }], first }) // prettier-ignore
          points += winner === NOBODY ? 1 : winner === 0 ? 3 : 0
        }
      }
    }
    return (100 * points) / (2 * met.length * distances.length)
  }
  const ranked = [...read(folder, 'folder', options), ...panel, ...opponents]
    .map((entry) => ({ ...entry, points: pointsOf(entry) }))
    .sort((x, y) => y.points - x.points)
  for (const [at, { name, from, points }] of ranked.slice(0, SHOWN).entries())
    console.log(`${String(at + 1).padStart(4)} ${points.toFixed(1).padStart(6)} ${from.padEnd(9)} ${name}`)
  return Promise.resolve()
}

/** What does not assemble in this world is named and left out. */
function read(folder: string, from: Entry['from'], options: Options): Entry[] {
  const codec = warriorCodec(options)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.red'))
    .flatMap((name) => {
      const parsed = codec.parse(readFileSync(join(folder, name), 'utf8'))
      if (parsed.ok) return [{ name, from, program: parsed.value }]
      console.log(`${name} is left out: ${parsed.fault.message}`)
      return []
    })
}
