/** Setups as the buffers that shaders/core-war/load.wgsl and mars.wgsl read. */
import type { BattleSetup, MarsSettings } from '../mars/battle.ts'
import type { Program } from '../redcode/instruction.ts'

/** Every different program once, as cells. */
export function packPrograms(setups: readonly BattleSetup[]): {
  lines: Uint32Array<ArrayBuffer>
  offsets: ReadonlyMap<Program, number>
} {
  const offsets = new Map<Program, number>()
  let total = 0
  for (const { warriors } of setups) {
    for (const { program } of warriors) {
      if (offsets.has(program)) continue
      offsets.set(program, total)
      total += program.instructions.length
    }
  }
  const lines = new Uint32Array(Math.max(1, total) * 2)
  for (const [{ instructions, a, b }, offset] of offsets) {
    instructions.forEach((instruction, line) => {
      lines[(offset + line) * 2] = instruction
      lines[(offset + line) * 2 + 1] = (a[line]! | (b[line]! << 16)) >>> 0
    })
  }
  return { lines, offsets }
}

/** Per battle: who shares whose cells; own cells 0; the shared cells. Sharing shows by the arrays being one and the same. */
export function packPSpaces(
  setups: readonly BattleSetup[],
  { pspaceSize, coreSize }: MarsSettings,
  perBattle: number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(setups.length * perBattle)
  const size = Math.max(1, pspaceSize)
  setups.forEach(({ pspaces, warriors }, battle) => {
    const start = battle * perBattle
    const count = warriors.length
    for (let w = 0; w < count; w++) {
      const own = pspaces?.[w]
      words[start + w] = own === undefined ? w : pspaces!.findIndex(({ shared }) => shared === own.shared)
      words[start + count + w] = own?.own[0] ?? coreSize - 1
      if (own !== undefined) words.set(own.shared, start + 2 * count + w * size)
    }
  })
  return words
}
