/** A run on disk: `run.evo` (which the page opens too) and `warriors/`, one .red file an elite with its scores. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Make } from '../../core/generation.ts'
import type { Birth, RunState, TapeEntry } from '../../core/journal.ts'
import { fail, type Result } from '../../core/result.ts'
import { eliteDetail } from '../../engine/snapshot.ts'
import { encodeEvo } from '../../storage/export.ts'
import { decodeEvo } from '../../storage/import.ts'
import type { RunHeader } from '../../storage/store.ts'

export interface SavedRun {
  readonly header: RunHeader
  readonly state: RunState
  readonly births: readonly Birth[]
  readonly tape: readonly TapeEntry[]
}

export function readRun(folder: string): Result<SavedRun> {
  const file = join(folder, 'run.evo')
  if (!existsSync(file))
    return fail('no-run', `There is no ${file} to resume. Leave out --resume to start a new run there.`)
  return decodeEvo(readFileSync(file))
}

export const holdsRun = (folder: string): boolean => existsSync(join(folder, 'run.evo'))

/** Whole or not at all: written beside the old file, then put in its place. */
export function writeRun(folder: string, { header, state, births, tape }: SavedRun): void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'run.evo')
  writeFileSync(`${file}.new`, encodeEvo(header, state, births, tape))
  renameSync(`${file}.new`, file)
}

export function writeWarriors(folder: string, make: Make, state: RunState): void {
  const warriors = join(folder, 'warriors')
  rmSync(warriors, { recursive: true, force: true })
  mkdirSync(warriors, { recursive: true })
  const axes = make.arena.objectives(make.settings.options)
  const measures = make.shape.axes
  const best = [...state.elites].sort((x, y) => (y.objectives[0] ?? 0) - (x.objectives[0] ?? 0) || x.cell - y.cell)
  best.forEach((birth, rank) => {
    const { text, name, operatorLabel } = eliteDetail(make, birth)
    const numbers = [
      ...axes.map(({ key }, index) => `${key} ${birth.objectives[index]}`),
      ...measures.map(({ key }, index) => `${key} ${birth.measures[index]}`),
    ]
    const story = `;strategy Evolved: seed ${make.settings.seed}, generation ${birth.generation}, by "${operatorLabel}".\n;strategy Scores: ${numbers.join(', ')}.\n`
    const file = `${String(rank + 1).padStart(3, '0')}-${slug(name)}.red`
    writeFileSync(join(warriors, file), text.replace(/^(;name .*\n)/m, `$1;author Evolarium\n${story}`))
  })
}

/** `champions/round-001-name.red`, one a finished round. */
export function writeChampions(folder: string, { codec, settings }: Make, { rounds }: RunState): void {
  if (rounds === undefined || rounds.champions.length === 0) return
  const champions = join(folder, 'champions')
  rmSync(champions, { recursive: true, force: true })
  mkdirSync(champions, { recursive: true })
  for (const { round, name, words } of rounds.champions) {
    const story = `;strategy Evolved: seed ${settings.seed}, champion of round ${round + 1}.\n`
    const file = `round-${String(round + 1).padStart(3, '0')}-${slug(name)}.red`
    const text = codec.print(codec.decode(words), name)
    writeFileSync(join(champions, file), text.replace(/^(;name .*\n)/m, `$1;author Evolarium\n${story}`))
  }
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
