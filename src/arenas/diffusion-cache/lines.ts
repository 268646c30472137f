/** A schedule's steps as lines of text: a group of three letters a block; C computes, a dot reuses, a slash follows the line. */
import { stepOf, type Schedule } from './schedule.ts'

/** A gene's letter, by its number. */
export const LETTERS = '.C/'

/** One step's genes, e.g. `CCC C.. ./.`. */
export function lineOf(schedule: Schedule, step: number): string {
  const letters = Array.from(stepOf(schedule, step), (gene) => LETTERS[gene] ?? '?').join('')
  return (letters.match(/.../g) ?? []).join(' ')
}

/** A line a step, each after its number of two digits. */
export const textOf = (schedule: Schedule): string =>
  Array.from({ length: schedule.steps }, (_, step) => `${String(step).padStart(2, '0')} ${lineOf(schedule, step)}\n`).join('') // prettier-ignore

/** Genes of letters that are {@link LETTERS}, of either case. */
export const genesIn = (letters: string): number[] =>
  Array.from(letters, (letter) => LETTERS.indexOf(letter.toUpperCase()))
