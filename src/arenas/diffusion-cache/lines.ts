/** A schedule's steps as lines of text: a group of three letters a block; C computes, a dot reuses, a slash follows the line. */
import { COMPONENTS, type Schedule } from './schedule.ts'

/** A gene's letter, by its number. */
export const LETTERS = '.C/'

/** One step's genes, e.g. `CCC C.. ./.`. */
export function lineOf({ blocks, genes }: Schedule, step: number): string {
  const row = blocks * COMPONENTS.length
  const letters = Array.from(genes.subarray(step * row, (step + 1) * row), (gene) => LETTERS[gene] ?? '?').join('')
  return (letters.match(/.../g) ?? []).join(' ')
}

/** A line a step, each after its number of two digits. */
export const textOf = (schedule: Schedule): string =>
  Array.from({ length: schedule.steps }, (_, step) => `${String(step).padStart(2, '0')} ${lineOf(schedule, step)}\n`).join('') // prettier-ignore

/** Genes of letters that are {@link LETTERS}, of either case. */
export const genesIn = (letters: string): number[] =>
  Array.from(letters, (letter) => LETTERS.indexOf(letter.toUpperCase()))
