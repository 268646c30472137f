/**
 * The hot loop of the fast engine: one battle from the first instruction to the last, without allocating anything.
 *
 * Everything lies in one Int32Array, the heap, so that the loop needs one base address and not one for each array. A cell
 * is two words: both fields, `a | b << 16`, and its packed instruction. Most instructions then need no switch on the
 * modifier. It comes down to a mask of the half-words that are written or compared, and to exchanging the halves of A's
 * value for `.AB`, `.BA` and `.X`. Half-words that the mask leaves out keep what memory holds at that moment, side effects
 * included; the registers (`aValue`, `bValue`) keep what was read.
 */
import type { MarsSettings } from './battle.ts'

/** Where things are in the heap. All sizes and offsets are in words. */
export interface Layout {
  readonly coreSize: number
  readonly maxProcesses: number
  readonly maxCycles: number
  readonly isPMars: boolean
  /** Warriors that there is room for. */
  readonly room: number
  /** The core: `coreSize` words of fields at 0, then as many packed instructions from here. */
  readonly code: number
  /** By modifier: the half-words that it writes, and those of B that it compares or tests. */
  readonly masks: number
  /** The living, in the order of their turns. */
  readonly order: number
  /** Heads and tails of the queues only grow: their difference is the number of processes; masked, they are slots. */
  readonly heads: number
  readonly tails: number
  readonly diedAt: number
  readonly spawned: number
  /** `ring` words a warrior, a power of two and more than the longest queue. */
  readonly queues: number
  readonly ring: number
  /** One bit a cell, `seenWords` words a warrior: was it ever queued. */
  readonly seen: number
  readonly seenWords: number
  /** Each warrior's own P-space cell 0; `shared` tells where its other cells begin (its cell 0 there is never used). */
  readonly own: number
  readonly shared: number
  readonly pspaces: number
  readonly pspaceSize: number
  /** 1 after an STP. */
  readonly isStored: number
  readonly progress: number
  readonly length: number
}

export function layoutFor(settings: MarsSettings, room: number): Layout {
  const { coreSize, maxProcesses, maxCycles, endsWhen } = settings
  const pspaceSize = Math.max(1, settings.pspaceSize)
  const ring = 1 << (32 - Math.clz32(maxProcesses))
  const seenWords = Math.ceil(coreSize / 32)
  let length = 0
  const take = (words: number) => (length += words) - words
  take(coreSize)
  return {
    coreSize, maxProcesses, maxCycles, isPMars: endsWhen === 'one-left', room, ring, seenWords, pspaceSize,
    code: take(coreSize), masks: take(8), order: take(room), heads: take(room), tails: take(room), diedAt: take(room),
    spawned: take(room), queues: take(room * ring), seen: take(room * seenWords), own: take(room), shared: take(room),
    pspaces: take(room * pspaceSize), isStored: take(1), progress: take(PROGRESS_WORDS), length,
  } // prettier-ignore
}

/** In the order of the modifiers: F A B AB BA X I. */
export const MASKS: readonly number[] = [-1, 0xffff, -0x10000, -0x10000, 0xffff, -1, -1]

/** Where a battle stands between two slices, in words from `Layout.progress`. */
export const TURN = 0, PASS = 1, ALIVE = 2, REMAINING = 3, EXECUTED = 4, PROGRESS_WORDS = 5 // prettier-ignore

/**
 * Executes up to `budget` instructions of the battle that the heap holds; it is over when none remain. Knows no limits on
 * reads or writes. A battle is fought in many such slices for the compiler's sake: it makes good code of a function that
 * is called often, and poor code of a loop that it has to replace while it runs. For its sake, too, everything is `| 0`.
 */
export function fightOn(heap: Int32Array, layout: Layout, budget: number): void {
  const code = layout.code | 0
  const masks = layout.masks | 0
  const order = layout.order | 0
  const heads = layout.heads | 0
  const tails = layout.tails | 0
  const queues = layout.queues | 0
  const seen = layout.seen | 0
  const seenWords = layout.seenWords | 0
  const ring = layout.ring | 0
  const mask = (ring - 1) | 0
  const size = layout.coreSize | 0
  const last = (size - 1) | 0
  const maxProcesses = layout.maxProcesses | 0
  const progress = layout.progress | 0
  let turn = heap[progress + TURN]!
  let pass = heap[progress + PASS]!
  let alive = heap[progress + ALIVE]!
  let remaining = heap[progress + REMAINING]!
  let left = budget | 0

  for (; left > 0 && remaining > 0; left = (left - 1) | 0) {
    const w = heap[(order + turn) | 0]! & 63
    const queue = (queues + Math.imul(w, ring)) | 0
    const head = heap[(heads + w) | 0]!
    const pc = heap[(queue + (head & mask)) | 0]! & 0xffff
    heap[(heads + w) | 0] = (head + 1) | 0

    const instruction = heap[(code + pc) | 0]! & 0x3fff
    const fields = heap[pc]!
    let pa = pc
    let aValue = fields
    const aMode = (instruction >> 3) & 7
    if (aMode !== 1) {
      pa = (pc + (fields & 0xffff)) | 0
      if (pa >= size) pa = (pa - size) | 0
      aValue = heap[pa]!
      if (aMode !== 0) {
        const middle = pa
        let offset: number
        if (aMode >= 5) {
          offset = aValue & 0xffff
          if (aMode === 6) {
            offset = offset === 0 ? last : (offset - 1) | 0
            aValue = (aValue & -0x10000) | offset
            heap[middle] = aValue
          }
        } else {
          offset = aValue >>> 16
          if (aMode === 3) {
            offset = offset === 0 ? last : (offset - 1) | 0
            aValue = (aValue & 0xffff) | (offset << 16)
            heap[middle] = aValue
          }
        }
        pa = (middle + offset) | 0
        if (pa >= size) pa = (pa - size) | 0
        const before = aValue
        aValue = heap[pa]!
        if (aMode === 4) heap[middle] = offset === last ? before & 0xffff : (before + 0x10000) | 0
        else if (aMode === 7) heap[middle] = offset === last ? before & -0x10000 : (before + 1) | 0
      }
    }

    let pb = pc
    let bValue: number
    const bMode = instruction & 7
    if (bMode === 1) {
      bValue = heap[pc]!
    } else {
      pb = (pc + (fields >>> 16)) | 0
      if (pb >= size) pb = (pb - size) | 0
      bValue = heap[pb]!
      if (bMode !== 0) {
        const middle = pb
        let offset: number
        if (bMode >= 5) {
          offset = bValue & 0xffff
          if (bMode === 6) {
            offset = offset === 0 ? last : (offset - 1) | 0
            bValue = (bValue & -0x10000) | offset
            heap[middle] = bValue
          }
        } else {
          offset = bValue >>> 16
          if (bMode === 3) {
            offset = offset === 0 ? last : (offset - 1) | 0
            bValue = (bValue & 0xffff) | (offset << 16)
            heap[middle] = bValue
          }
        }
        pb = (middle + offset) | 0
        if (pb >= size) pb = (pb - size) | 0
        const before = bValue
        bValue = heap[pb]!
        if (bMode === 4) heap[middle] = offset === last ? before & 0xffff : (before + 0x10000) | 0
        else if (bMode === 7) heap[middle] = offset === last ? before & -0x10000 : (before + 1) | 0
      }
    }

    const modifier = (instruction >> 6) & 7
    const written = heap[(masks + modifier) | 0]!
    /** A's value with its halves where the modifier wants them. */
    const source = modifier >= 3 && modifier <= 5 ? (aValue << 16) | (aValue >>> 16) : aValue
    /** The next address of this process; -1 when it dies. */
    let next = pc === last ? 0 : pc + 1
    let split = -1
    switch (instruction >> 9) {
      case 0: // DAT
        next = -1
        break
      case 1: // MOV
        if (modifier === 6) {
          heap[(code + pb) | 0] = heap[(code + pa) | 0]!
          heap[pb] = aValue
        } else heap[pb] = (heap[pb]! & ~written) | (source & written)
        break
      case 2: { // ADD
        let a = (bValue & 0xffff) + (source & 0xffff)
        let b = (bValue >>> 16) + (source >>> 16)
        if (a >= size) a -= size
        if (b >= size) b -= size
        heap[pb] = (heap[pb]! & ~written) | ((a | (b << 16)) & written)
        break
      }
      case 3: { // SUB
        let a = (bValue & 0xffff) - (source & 0xffff)
        let b = (bValue >>> 16) - (source >>> 16)
        if (a < 0) a += size
        if (b < 0) b += size
        heap[pb] = (heap[pb]! & ~written) | ((a | (b << 16)) & written)
        break
      }
      case 4: { // MUL: a product has 32 bits and no sign
        const a = (Math.imul(bValue & 0xffff, source & 0xffff) >>> 0) % size
        const b = (Math.imul(bValue >>> 16, source >>> 16) >>> 0) % size
        heap[pb] = (heap[pb]! & ~written) | ((a | (b << 16)) & written)
        break
      }
      case 5: // DIV
      case 6: { // MOD
        const isDivision = instruction >> 9 === 5
        if ((written & 0xffff) !== 0) {
          const x = bValue & 0xffff
          const y = source & 0xffff
          if (y === 0) next = -1
          else heap[pb] = (heap[pb]! & -0x10000) | (isDivision ? (x / y) | 0 : x % y)
        }
        if (written < 0) {
          const x = bValue >>> 16
          const y = source >>> 16
          if (y === 0) next = -1
          else heap[pb] = (heap[pb]! & 0xffff) | ((isDivision ? (x / y) | 0 : x % y) << 16)
        }
        break
      }
      case 7: // JMP
        next = pa
        break
      case 8: // JMZ
        if ((bValue & written) === 0) next = pa
        break
      case 9: // JMN
        if ((bValue & written) !== 0) next = pa
        break
      case 10: { // DJN: memory is counted down, the copy is tested
        const before = heap[pb]!
        const a = (before & 0xffff) === 0 ? last : (before & 0xffff) - 1
        const b = before >>> 16 === 0 ? last : (before >>> 16) - 1
        heap[pb] = (before & ~written) | ((a | (b << 16)) & written)
        if (((bValue ^ 0x10001) & written) !== 0) next = pa
        break
      }
      case 11: // CMP
      case 12: // SEQ
        if (((source ^ bValue) & written) === 0 && (modifier !== 6 || heap[(code + pa) | 0] === heap[(code + pb) | 0])) next = next === last ? 0 : next + 1
        break
      case 13: // SNE
        if (((source ^ bValue) & written) !== 0 || (modifier === 6 && heap[(code + pa) | 0] !== heap[(code + pb) | 0])) next = next === last ? 0 : next + 1
        break
      case 14: // SLT
        if (
          ((written & 0xffff) === 0 || (source & 0xffff) < (bValue & 0xffff)) &&
          (written >= 0 || source >>> 16 < bValue >>> 16)
        ) next = next === last ? 0 : next + 1
        break
      case 15: // SPL
        split = pa
        break
      case 16: // NOP
        break
      case 17: { // LDP: modifiers of two fields act as .B
        const cell = (modifier === 1 || modifier === 3 ? aValue & 0xffff : aValue >>> 16) % layout.pspaceSize
        const value = heap[cell === 0 ? layout.own + w : heap[layout.shared + w]! + cell]!
        heap[pb] = modifier === 1 || modifier === 4 ? (heap[pb]! & -0x10000) | value : (heap[pb]! & 0xffff) | (value << 16)
        break
      }
      default: { // STP
        const cell = (modifier === 1 || modifier === 4 ? bValue & 0xffff : bValue >>> 16) % layout.pspaceSize
        heap[cell === 0 ? layout.own + w : heap[layout.shared + w]! + cell] =
          modifier === 1 || modifier === 3 ? aValue & 0xffff : aValue >>> 16
        heap[layout.isStored] = 1
      }
    } // prettier-ignore

    const tail = heap[(tails + w) | 0]!
    if (next >= 0) {
      heap[(queue + (tail & mask)) | 0] = next
      const marks = (seen + Math.imul(w, seenWords)) | 0
      heap[(marks + (next >> 5)) | 0]! |= 1 << (next & 31)
      let grown = 1
      if (split >= 0 && ((tail - head) | 0) < maxProcesses) {
        heap[(queue + ((tail + 1) & mask)) | 0] = split
        heap[(marks + (split >> 5)) | 0]! |= 1 << (split & 31)
        heap[layout.spawned + w]!++
        grown = 2
      }
      heap[(tails + w) | 0] = (tail + grown) | 0
    } else if (((tail - head) | 0) === 1) {
      heap[layout.diedAt + w] = pass + 1
      for (let place = turn + 1; place < alive; place++) heap[order + place - 1] = heap[order + place]!
      remaining = timeAfterDeath(layout.isPMars, layout.maxCycles, remaining, alive, pass)
      alive = (alive - 1) | 0
      // The next in order takes the place of the dead one, and has the next turn.
      turn = (turn - 1) | 0
      remaining = (remaining + 1) | 0
    }
    remaining = (remaining - 1) | 0
    turn = (turn + 1) | 0
    if (turn >= alive) {
      turn = 0
      pass = (pass + 1) | 0
    }
  }
  heap[progress + TURN] = turn
  heap[progress + PASS] = pass
  heap[progress + ALIVE] = alive
  heap[progress + REMAINING] = remaining
  heap[progress + EXECUTED]! += budget - left
}

/** How the instructions that remain shrink with a death: see Machine in reference.ts. */
export function timeAfterDeath(
  isPMars: boolean,
  maxCycles: number,
  remaining: number,
  alive: number,
  pass: number,
): number {
  if (!isPMars) return remaining - (maxCycles - pass)
  return alive <= 2 ? 0 : remaining - 2 - Math.floor((remaining - 1) / alive)
}
