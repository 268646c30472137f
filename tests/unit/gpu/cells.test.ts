import { describe, expect, it } from 'vitest'
import { CellFormat } from '../../../src/arenas/core-war/kernel/cells.ts'
import { controlOf, instructionOf } from '../../../src/arenas/core-war/kernel/control.ts'
import { INSTRUCTION_CODES, MODIFIERS, pack } from '../../../src/arenas/core-war/redcode/instruction.ts'

const all = Array.from({ length: INSTRUCTION_CODES }, (_, code) => code).filter(
  (code) => ((code >> 6) & 7) < MODIFIERS.length,
)

describe("the GPU's cells", () => {
  it('[K1] have a control word for every instruction, a different one for each, 0 for the empty cell', () => {
    const words = all.map(controlOf)
    expect(new Set(words).size).toBe(all.length)
    expect(words.every((word) => word >= 0)).toBe(true)
    expect(words.map(instructionOf)).toEqual(all)
    expect(controlOf(pack(0, 0, 0, 0))).toBe(0)
  })

  it.each([7, 10, 16] as const)('[K1] are read as they were written: %i bits a field', (bits) => {
    const instructions = bits === 10 ? all.slice(0, 4096) : all
    const format = new CellFormat(bits, instructions)
    const most = 2 ** bits - 1
    const fields = instructions.map((_, at) => [(at * 7) % (most + 1), at % 3 === 0 ? most : (at * 13) % (most + 1)] as const) // prettier-ignore
    const words = new Uint32Array(instructions.length * format.words)
    instructions.forEach((instruction, at) => {
      const [a = 0, b = 0] = fields[at] ?? []
      format.write(words, at, instruction, a, b)
    })
    instructions.forEach((instruction, at) => {
      const [a, b] = fields[at] ?? []
      expect(format.read(words, at)).toEqual({ instruction, a, b })
    })
  })
})
