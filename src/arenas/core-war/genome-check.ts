/** Whether words from outside are a warrior of this world, in the layout of genome.ts and in no other way. */
import { isInstruction, type Grammar } from './variation/draw.ts'

/** Why not, as the end of a sentence; null for a warrior. */
export function whyNoWarrior(words: Uint32Array, world: Grammar & { readonly maxLength: number }): string | null {
  const { coreSize, maxLength } = world
  const head = words[0] ?? 0
  const length = head & 0xffff
  const start = head >>> 16
  if (length === 0) return 'has no line'
  if (length > maxLength) return `has ${length} lines where ${maxLength} are allowed`
  if (start >= length) return `starts at line ${start + 1} of ${length}`
  for (let line = 0; line < length; line++) {
    const instruction = words[1 + 2 * line] ?? 0
    const fields = words[2 + 2 * line] ?? 0
    if (!isInstruction(instruction, world)) return `has in line ${line + 1} an instruction that this world has not`
    if ((fields & 0xffff) >= coreSize || fields >>> 16 >= coreSize)
      return `has in line ${line + 1} a number beyond the core's ${coreSize} cells`
  }
  // Equal genomes are equal words, so what follows the last line counts.
  return words.subarray(1 + 2 * length).some((word) => word !== 0) ? 'goes on after its last line' : null
}
