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

/** Where the output goes: `print` takes what pMARS prints on standard output, `warn` what the assembler has to say. */
export interface Output {
  print(text: string): void
  warn(text: string): void
}

/**
 * A text is null where the file could not be read. `seed` stands for the time of day where neither -f nor -F is given.
 * The value is the exit status: 0, or what -Q asks for. `everyRound`: see {@link playMatch}; the output is the same.
 */
export async function play(
  options: MarsOptions,
  texts: readonly (string | null)[],
  engine: BattleEngine,
  seed: number,
  output: Output,
  everyRound = false,
): Promise<Result<number>> {
  const points = pointsTable(options.formula, texts.length)
  if (!points.ok) return points
  const assemblies = assembleAll(options, texts, output)
  if (!assemblies.ok) return assemblies
  const programs = assemblies.value.flatMap(({ program }) => (program === null ? [] : [program]))
  if (options.rounds === 0 || options.assembleOnly) return ok(0)
  const rounds = placeRounds(programs, { ...options, series: seriesOf(options, seed) })
  const tallies = await playMatch(engine, marsSettings(options), programs, rounds, everyRound)
  const standings = tallies.map((tally, index) => ({ tally, index, score: scoreOf(tally, points.value) }))
  const sorted = options.sorted ? standings.toSorted((x, y) => y.score - x.score) : standings
  output.print(options.koth ? kothResults(standings) : results(sorted, assemblies.value))
  return ok(exitStatus(options, sorted))
}

/** Assembles one warrior after the other and lists each; stops at the first that has errors. */
function assembleAll(
  options: MarsOptions,
  texts: readonly (string | null)[],
  output: Output,
): Result<readonly Assembly[]> {
  const { coreSize, icws88 } = options
  const settings: AssemblySettings = { ...options, warriors: texts.length }
  const assemblies: Assembly[] = []
  for (const [index, text] of texts.entries()) {
    const file = options.files[index] ?? `warrior ${index + 1}`
    if (text === null) return fail('no-file', `${file} cannot be read: check the name.`)
    const assembly = assemble(text, settings)
    for (const { severity, line, column, message, fix } of assembly.diagnostics)
      output.warn(`${file}:${line}:${column}: ${severity}: ${message} ${fix}`)
    if (assembly.program === null) return fail('not-assembled', `${file} cannot be assembled: see above.`)
    assemblies.push(assembly)
    if (options.brief) continue
    output.print(
      options.assembleOnly ? loadFile(assembly.program, coreSize, icws88) : listing(assembly, coreSize, icws88),
    )
  }
  return ok(assemblies)
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

interface Standing {
  readonly tally: Tally
  readonly index: number
  readonly score: number
}

function results(standings: readonly Standing[], assemblies: readonly Assembly[]): string {
  const lines = standings.map(({ tally, index, score }) => {
    const { name, author } = assemblies[index]?.header ?? { name: null, author: null }
    const line = `${name ?? 'Unknown'} by ${author ?? 'Anonymous'} scores ${score}\n`
    return standings.length > 2 ? `${line}  Results: ${[...tally.survived, tally.died].join(' ')}\n` : line
  })
  const first = standings[0]?.tally
  const summary =
    standings.length === 2 && first !== undefined
      ? `Results: ${first.survived[0]} ${first.died} ${first.survived[1]}\n`
      : ''
  return lines.join('') + summary
}

function kothResults(standings: readonly Standing[]): string {
  if (standings.length === 2)
    return standings.map(({ tally: { survived } }) => `${survived[0]} ${survived[1]}\n`).join('')
  return standings.map(({ tally, score }) => `${[score, ...tally.survived, tally.died].join(' ')}\n`).join('')
}

/** -Q: 1.. asks for the score of the first, second, ... warrior listed; 101.. for its number on the command line. */
function exitStatus({ query }: MarsOptions, standings: readonly Standing[]): number {
  if (query === null) return 0
  const listed = query > 100 ? standings[query - 101] : standings[query - 1]
  if (listed === undefined) return 255
  return query > 100 ? listed.index + 1 : listed.score
}
