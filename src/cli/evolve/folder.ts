/** A run on disk: `run.evo` (which the page opens too), and a folder with a file an elite with its scores, e.g. `warriors/`. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { frontOf } from '../../archives/pareto.ts'
import type { Arena, GenomeWords } from '../../core/contracts.ts'
import type { Make } from '../../core/generation.ts'
import type { Birth, RunState, TapeEntry } from '../../core/journal.ts'
import { lossesOf } from '../../core/goals.ts'
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

/** What files of genomes are where the arena does not say. */
const PLAIN: GenomeWords = { many: 'genomes', ending: 'txt', noted: (text) => text }
export const wordsOf = ({ words }: Pick<Arena, 'words'>): GenomeWords => words ?? PLAIN

/** `warriors/001-name.red`: the best first; of a population those first whom nobody beats. */
export function writeGenomes(folder: string, make: Make, state: RunState): void {
  const { many, ending, noted } = wordsOf(make.arena)
  const genomes = emptied(folder, many)
  const axes = make.arena.objectives(make.settings.options)
  const measures = make.shape.axes
  ranked(make, state.elites).forEach((birth, rank) => {
    const { text, name, operatorLabel } = eliteDetail(make, birth)
    const numbers = [
      ...axes.map(({ key }, index) => `${key} ${birth.objectives[index]}`),
      ...measures.map(({ key }, index) => `${key} ${birth.measures[index]}`),
    ]
    const story = [
      `Evolved: seed ${make.settings.seed}, generation ${birth.generation}, by "${operatorLabel}".`,
      `Scores: ${numbers.join(', ')}.`,
    ]
    writeFileSync(join(genomes, `${String(rank + 1).padStart(3, '0')}-${slug(name)}.${ending}`), noted(text, story))
  })
}

function ranked({ shape }: Make, elites: readonly Birth[]): readonly Birth[] {
  if (shape.kind === 'grid')
    return [...elites].sort((x, y) => (y.objectives[0] ?? 0) - (x.objectives[0] ?? 0) || x.cell - y.cell)
  const losses = (birth: Birth) => lossesOf(shape.goals, birth.objectives)
  const front = new Set(frontOf(elites.map(losses)).flatMap((index) => elites[index] ?? []))
  const first = (birth: Birth) => losses(birth)[0] ?? 0
  return [...elites].sort(
    (x, y) => Number(front.has(y)) - Number(front.has(x)) || first(x) - first(y) || x.cell - y.cell,
  )
}

/** `champions/round-001-name.red`, one a finished round. */
export function writeChampions(folder: string, { arena, codec, settings }: Make, { rounds }: RunState): void {
  if (rounds === undefined || rounds.champions.length === 0) return
  const { ending, noted } = wordsOf(arena)
  const champions = emptied(folder, 'champions')
  for (const { round, name, words } of rounds.champions) {
    const story = `Evolved: seed ${settings.seed}, champion of round ${round + 1}.`
    const file = `round-${String(round + 1).padStart(3, '0')}-${slug(name)}.${ending}`
    writeFileSync(join(champions, file), noted(codec.print(codec.decode(words), name), [story]))
  }
}

function emptied(folder: string, name: string): string {
  const path = join(folder, name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  return path
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
