/** Setups as the buffers that shaders/core-war/load.wgsl and mars.wgsl read. */
import type { BattleSetup, MarsSettings } from '../mars/battle.ts'
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'

/** Words a battle and words a warrior in `states`: see BATTLE_* and WARRIOR_* in mars.wgsl. */
export const BATTLE_WORDS = 5
export const WARRIOR_WORDS = 6

/** The uniform of both shaders, in the order of its fields. `steps` counts for `fight` only. */
export function packJob(
  count: number,
  steps: number,
  warriors: number,
  settings: MarsSettings,
): Uint32Array<ArrayBuffer> {
  const { coreSize, maxProcesses, maxCycles, readLimit, writeLimit, pspaceSize, endsWhen } = settings
  return Uint32Array.of(
    count, steps, coreSize, warriors, maxProcesses, maxCycles, readLimit, writeLimit,
    Math.max(1, pspaceSize), Number(endsWhen === 'none-left'),
  ) // prettier-ignore
}

/** Every different program once, as cells; and by battle who begins, then by warrior where its program is and goes. */
export function packSetups(setups: readonly BattleSetup[]): {
  lines: Uint32Array<ArrayBuffer>
  places: Uint32Array<ArrayBuffer>
} {
  const offsets = new Map<Program, number>()
  let total = 0
  const places: number[] = []
  for (const { first, warriors } of setups) {
    places.push(first)
    for (const { program, position } of warriors) {
      let offset = offsets.get(program)
      if (offset === undefined) {
        offset = total
        offsets.set(program, offset)
        total += program.instructions.length
      }
      places.push(offset, program.instructions.length, program.start, position)
    }
  }
  const lines = new Uint32Array(Math.max(1, total) * 2)
  for (const [{ instructions, a, b }, offset] of offsets) {
    instructions.forEach((instruction, line) => {
      lines[(offset + line) * 2] = instruction
      lines[(offset + line) * 2 + 1] = (a[line]! | (b[line]! << 16)) >>> 0
    })
  }
  return { lines, places: Uint32Array.from(places) }
}

/** No instruction can make another's opcode, so warriors without LDP and STP never come to have them. */
export function usePSpace(setups: readonly BattleSetup[]): boolean {
  const checked = new Set<Program>()
  return setups.some(({ warriors }) =>
    warriors.some(({ program }) => {
      if (checked.has(program)) return false
      checked.add(program)
      return program.instructions.some((instruction) => {
        const opcode = opcodeOf(instruction)
        return opcode === OP.LDP || opcode === OP.STP
      })
    }),
  )
}

/** Words of P-space a battle: see pspaceSlot in mars.wgsl. */
export const pspaceWords = (warriors: number, pspaceSize: number) => warriors * (2 + Math.max(1, pspaceSize))

/** Per battle: who shares whose cells; own cells 0; the shared cells. Sharing shows by the arrays being one and the same. */
export function packPSpaces(
  setups: readonly BattleSetup[],
  { pspaceSize, coreSize }: MarsSettings,
  warriors: number,
): Uint32Array<ArrayBuffer> {
  const size = Math.max(1, pspaceSize)
  const each = pspaceWords(warriors, pspaceSize)
  const words = new Uint32Array(setups.length * each)
  setups.forEach(({ pspaces }, battle) => {
    const start = battle * each
    for (let w = 0; w < warriors; w++) {
      const space = pspaces?.[w]
      words[start + w] = space === undefined ? w : pspaces!.findIndex(({ shared }) => shared === space.shared)
      words[start + warriors + w] = space?.own[0] ?? coreSize - 1
      if (space !== undefined) words.set(space.shared, start + 2 * warriors + w * size)
    }
  })
  return words
}

/** Writes what the battles left in P-space back to where it came from. */
export function unpackPSpaces(
  words: Uint32Array,
  setups: readonly BattleSetup[],
  { pspaceSize }: MarsSettings,
  warriors: number,
): void {
  const size = Math.max(1, pspaceSize)
  const each = pspaceWords(warriors, pspaceSize)
  setups.forEach(({ pspaces }, battle) => {
    const start = battle * each
    pspaces?.forEach(({ own, shared }, w) => {
      own[0] = words[start + warriors + w]!
      const table = start + 2 * warriors + words[start + w]! * size
      for (let cell = 1; cell < size; cell++) shared[cell] = words[table + cell]!
    })
  })
}
