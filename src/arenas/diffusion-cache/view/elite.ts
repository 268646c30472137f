/** An elite's schedule, from its text: a line a step, `00 CCC C.. ./.`, a group of three for each block. */
import { genesIn } from '../lines.ts'
import { COMPONENTS, genesOf, type Schedule } from '../schedule.ts'

const STEP = /^\s*\d+\s+((?:[C./]{3}\s*)+)$/

/** The groups of a line that says what a step does; null for any other line. */
export const groupsOf = (line: string): readonly string[] | null => STEP.exec(line)?.[1]?.trim().split(/\s+/) ?? null

/** Null where the text holds no schedule. */
export function scheduleOf(text: string): Schedule | null {
  const rows = text.split('\n').flatMap((line) => {
    const groups = groupsOf(line)
    return groups === null ? [] : [groups.join('')]
  })
  const width = rows[0]?.length ?? 0
  if (width === 0 || rows.some((row) => row.length !== width)) return null
  const shape = { steps: rows.length, blocks: width / COMPONENTS.length }
  const genes = new Uint8Array(genesOf(shape))
  genes.set(genesIn(rows.join('')))
  return { ...shape, genes }
}
