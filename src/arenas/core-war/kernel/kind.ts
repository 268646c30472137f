/** Kinds of battles, and the memory that they take on the GPU. */
import type { Gpu } from '../../../gpu/device.ts'
import type { MarsSettings } from '../mars/battle.ts'
import { cellWords, type FieldBits } from './cells.ts'
import { BATTLE_WORDS, pspaceWords, WARRIOR_WORDS } from './pack.ts'
import { WORKGROUP } from './pipelines.ts'

/** What tells one battlefield from another. */
export interface Kind {
  readonly settings: MarsSettings
  readonly warriors: number
  /** Some warrior has LDP or STP. */
  readonly pspaces: boolean
  readonly fieldBits: FieldBits
}

/** By buffer, the words a battle of this kind takes. */
export function wordsOf({ settings: { coreSize, maxProcesses, pspaceSize }, warriors, pspaces, fieldBits }: Kind) {
  return {
    cells: coreSize * cellWords(fieldBits),
    queues: warriors * maxProcesses,
    states: BATTLE_WORDS + warriors * WARRIOR_WORDS,
    seen: warriors * Math.ceil(coreSize / 32),
    pspaces: pspaces ? pspaceWords(warriors, pspaceSize) : 0,
    going: 1,
    nextGoing: 1,
  }
}
export type StorageName = keyof ReturnType<typeof wordsOf>

/** Bytes of GPU memory that so many battles take. */
export const bytesOf = (kind: Kind, battles: number): number =>
  4 * battles * Object.values(wordsOf(kind)).reduce((sum, words) => sum + words, 0)

/** How many battles of a kind fit the device's limits and `mostBytes`; at least one. */
export function battlesThatFit({ device: { limits } }: Gpu, kind: Kind, mostBytes: number): number {
  const words = Object.values(wordsOf(kind))
  const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
  return Math.max(
    1,
    Math.min(
      Math.floor(mostBytes / bytesOf(kind, 1)),
      Math.floor(binding / (Math.max(...words) * 4)),
      limits.maxComputeWorkgroupsPerDimension * WORKGROUP,
    ),
  )
}
