/** Mail between islands in one process, late by up to a part of a round: the bus of the tests, with mailboxes as everywhere. */
import { LoopbackNet } from '../../bus/loopback.ts'
import type { Make } from '../../core/generation.ts'
import { deriveSeed } from '../../core/rng.ts'
import { Membership } from '../../engine/membership.ts'
import type { Post } from './ensemble.ts'

/** Children that mail takes to arrive, at least and at most. */
const DELAY = [1, 20] as const

export function loopbackPost(seed: number): Post {
  const net = new LoopbackNet({ seed: deriveSeed('mail', seed), delay: DELAY })
  let now = 0
  return {
    mailbox(make: Make, island: string) {
      const bus = net.join(island)
      if (!bus.ok) throw new Error(bus.fault.message)
      // By the net's own time nobody can send too much in too short a while.
      return new Membership(make, bus.value, { now: () => 1000 * now })
    },
    until(clock) {
      const ticks = Math.floor(clock) - now
      if (ticks <= 0) return
      net.tick(ticks)
      now += ticks
    },
  }
}
