/** Kinds of battles, and the memory that they take on the GPU. */
import type { Gpu } from '../../../gpu/device.ts'
import type { MarsSettings } from '../mars/battle.ts'
import { cellWords, type FieldBits } from './cells.ts'
import { BATTLE_WORDS, pspaceWords, WARRIOR_WORDS } from './pack.ts'
import { WORKGROUP } from './pipelines.ts'
import type { BindingName } from './shaders.ts'

/**
 * How threads and battles meet. `slices`: a thread a battle, those that are over are dropped between slices. `storage` and `local`: a
 * rota, that is a thread fights one battle after another, in storage or in workgroup memory.
 */
export type Way = 'slices' | 'storage' | 'local'

/** What tells one battlefield from another. */
export interface Kind {
  readonly settings: MarsSettings
  readonly warriors: number
  /** Some warrior has LDP or STP. */
  readonly pspaces: boolean
  readonly fieldBits: FieldBits
  readonly way: Way
}

/** Overrides of local.wgsl: what a thread has in workgroup memory. */
export function localShape({ coreSize, maxProcesses }: MarsSettings) {
  const queueWords = Math.ceil(maxProcesses / 4)
  const seenWords = Math.ceil(coreSize / 32)
  return { LANES: 32, LANE_WORDS: coreSize + 2 * (queueWords + seenWords), QUEUE_WORDS: queueWords, SEEN_WORDS: seenWords }
} // prettier-ignore

/** The best way for such battles. A rota is for small cores, where a battle is short and its memory stays in the caches. */
export function wayFor(
  { device: { limits } }: Gpu,
  { settings, warriors, pspaces, fieldBits }: Omit<Kind, 'way'>,
): Way {
  if (warriors !== 2 || pspaces || fieldBits === 16) return 'slices'
  const { LANES, LANE_WORDS } = localShape(settings)
  return fieldBits === 7 && LANES * LANE_WORDS * 4 <= limits.maxComputeWorkgroupStorageSize ? 'local' : 'storage'
}

/** By buffer, the words a battle of this kind takes; of a rota, a thread. */
export function wordsOf(kind: Kind): Readonly<Partial<Record<BindingName, number>>> {
  const { coreSize, maxProcesses, pspaceSize } = kind.settings
  const { warriors } = kind
  const states = BATTLE_WORDS + warriors * WARRIOR_WORDS
  if (kind.way === 'local') return { states, saved: localShape(kind.settings).LANE_WORDS }
  const board = {
    cells: coreSize * cellWords(kind.fieldBits),
    queues: warriors * maxProcesses,
    seen: warriors * Math.ceil(coreSize / 32),
    states,
  }
  if (kind.way === 'storage') return board
  return { ...board, pspaces: kind.pspaces ? pspaceWords(warriors, pspaceSize) : 0, going: 1, nextGoing: 1 }
}

/** Bytes of GPU memory that so many battles take. */
export const bytesOf = (kind: Kind, battles: number): number =>
  4 * battles * Object.values(wordsOf(kind)).reduce((sum, words) => sum + words, 0)

/** How many battles of a kind fit the device's limits and `mostBytes`; at least one. */
export function battlesThatFit({ device: { limits } }: Gpu, kind: Kind, mostBytes: number): number {
  const words = Object.values(wordsOf(kind))
  const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
  const lanes = kind.way === 'local' ? localShape(kind.settings).LANES : WORKGROUP
  return Math.max(
    1,
    Math.min(
      Math.floor(mostBytes / bytesOf(kind, 1)),
      Math.floor(binding / (Math.max(...words) * 4)),
      limits.maxComputeWorkgroupsPerDimension * lanes,
    ),
  )
}

/** A buffer for each entry of {@link wordsOf}, for so many battles. */
export function buffersFor({ device }: Gpu, kind: Kind, battles: number): Partial<Record<BindingName, GPUBuffer>> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC
  const entries = Object.entries(wordsOf(kind)).map(([label, words]) => [
    label,
    device.createBuffer({ label, size: Math.max(1, battles * words) * 4, usage }),
  ])
  return Object.fromEntries(entries) as Partial<Record<BindingName, GPUBuffer>>
}
