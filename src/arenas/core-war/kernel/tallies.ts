/** Sums by candidate, read from the words of shaders/core-war/gather.wgsl. */
import type { Tally } from '../tally.ts'
import { TALLY_WORDS } from './pack.ts'
import type { Tournament } from './tournament.ts'

export function talliesOf({ candidates, battles }: Tournament, sums: Uint32Array, lives: Uint32Array | null): Tally[] {
  const warriors = battles[0]?.warriors.length ?? 0
  return candidates.map((_, row) => {
    const word = (index: number) => sums[row * TALLY_WORDS + index]!
    const pair = (index: number) => word(index) + word(index + 1) * 2 ** 32
    const deaths = (own: Uint32Array) =>
      battles.map((_battle, at) => {
        const from = (row * battles.length + at) * warriors
        return Int32Array.from(own.subarray(from, from + warriors), (turn) => turn || -1)
      })
    return {
      battles: battles.length,
      wins: word(0),
      ties: word(1),
      instructions: pair(2),
      spawned: pair(4),
      covered: pair(6),
      deaths: lives === null ? [] : deaths(lives),
    }
  })
}
