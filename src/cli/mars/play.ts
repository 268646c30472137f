/** What one pMARS command line prints, given its warriors' texts. */
import type { BattleEngine, MarsSettings } from '../../arenas/core-war/mars/battle.ts'
import { playMatch, type Tally } from '../../arenas/core-war/mars/match.ts'
import { placeRounds, type Series } from '../../arenas/core-war/mars/placement.ts'
import { pointsTable, scoreOf } from '../../arenas/core-war/mars/score.ts'
import { assemble } from '../../arenas/core-war/redcode/assemble.ts'
import type { Assembly, AssemblySettings } from '../../arenas/core-war/redcode/assembly.ts'
import { listing, loadFile } from '../../arenas/core-war/redcode/listing.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { MarsOptions } from './options.ts'

/** `seed` stands for the time of day where neither -f nor -F is given; `warn` hears what the assembler has to say. */
export async function play(
  options: MarsOptions,
  texts: readonly string[],
  engine: BattleEngine,
  seed: number,
  warn: (text: string) => void,
): Promise<Result<string>> {
  const { coreSize, icws88 } = options
  const points = pointsTable(options.formula, texts.length)
  if (!points.ok) return points
  const settings: AssemblySettings = { ...options, warriors: texts.length }
  const assemblies: Assembly[] = []
  let out = ''
  for (const [index, text] of texts.entries()) {
    const assembly = assemble(text, settings)
    const file = options.files[index] ?? `warrior ${index + 1}`
    for (const { severity, line, column, message, fix } of assembly.diagnostics)
      warn(`${file}:${line}:${column}: ${severity}: ${message} ${fix}`)
    if (assembly.program === null) return fail('not-assembled', `${file} cannot be assembled.`)
    assemblies.push(assembly)
    if (!options.brief)
      out += options.assembleOnly ? loadFile(assembly.program, coreSize, icws88) : listing(assembly, coreSize, icws88)
  }
  const programs = assemblies.flatMap(({ program }) => (program === null ? [] : [program]))
  if (options.rounds === 0 || options.assembleOnly) return ok(out)
  const tallies = await playMatch(
    engine,
    marsSettings(options),
    programs,
    placeRounds(programs, { ...options, series: seriesOf(options, seed) }),
  )
  return ok(
    out +
      (options.koth ? kothResults(tallies, points.value) : results(tallies, points.value, assemblies, options.sorted)),
  )
}

const marsSettings = (options: MarsOptions): MarsSettings => ({
  coreSize: options.coreSize,
  maxProcesses: options.maxProcesses,
  maxCycles: options.maxCycles,
  readLimit: options.readLimit,
  writeLimit: options.writeLimit,
  pspaceSize: options.pspaceSize,
  endsWhen: 'one-left',
})

function seriesOf({ fixedPosition, fixedSeries }: MarsOptions, seed: number): Series {
  if (fixedPosition !== null) return { kind: 'fixed', position: fixedPosition }
  return fixedSeries ? { kind: 'checksum' } : { kind: 'seed', seed }
}

function results(
  tallies: readonly Tally[],
  points: readonly number[],
  assemblies: readonly Assembly[],
  sorted: boolean,
): string {
  const order = tallies.map((tally, index) => ({ tally, index, score: scoreOf(tally, points) }))
  if (sorted) order.sort((x, y) => y.score - x.score)
  const lines = order.map(({ tally, index, score }) => {
    const { name, author } = assemblies[index]?.header ?? { name: null, author: null }
    const line = `${name ?? 'Unknown'} by ${author ?? 'Anonymous'} scores ${score}\n`
    return tallies.length > 2 ? `${line}  Results: ${[...tally.survived, tally.died].join(' ')}\n` : line
  })
  const first = order[0]?.tally
  const summary =
    tallies.length === 2 && first !== undefined
      ? `Results: ${first.survived[0]} ${first.died} ${first.survived[1]}\n`
      : ''
  return lines.join('') + summary
}

function kothResults(tallies: readonly Tally[], points: readonly number[]): string {
  if (tallies.length === 2) return tallies.map(({ survived }) => `${survived[0]} ${survived[1]}\n`).join('')
  return tallies.map((tally) => `${[scoreOf(tally, points), ...tally.survived, tally.died].join(' ')}\n`).join('')
}
