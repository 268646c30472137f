/**
 * Where warriors start, as pMARS places them: a documented MINSTD sequence, so that a match can be repeated anywhere.
 * Source: pMARS(6) and the FAQ; MINSTD is Park & Miller's (CACM 31:10, 1988).
 */
import type { Program } from '../redcode/instruction.ts'
import { checksum } from './checksum.ts'

/** The next of the sequence: 16807 x mod 2^31 - 1, by Schrage's method, so that a negative seed goes pMARS's way too. */
export function minstd(seed: number): number {
  const next = 16807 * (seed % 127773) - 2836 * Math.trunc(seed / 127773)
  return next < 0 ? next + 2147483647 : next
}

export type Series =
  /** `-F n`: the first place of warrior 2. */
  | { readonly kind: 'fixed'; readonly position: number }
  /** `-f`: from the warriors' code. */
  | { readonly kind: 'checksum' }
  /** From a number, where pMARS takes the time of day. */
  | { readonly kind: 'seed'; readonly seed: number }

export interface Round {
  /** One address a warrior; the first is 0. */
  readonly positions: readonly number[]
  /** Index of the warrior that begins. */
  readonly first: number
}

export interface Placement {
  readonly coreSize: number
  readonly minDistance: number
  readonly rounds: number
  readonly series: Series
  /** `-P`: two warriors meet at every distance, each of them beginning once, before anything is repeated. */
  readonly permute: boolean
}

/** All rounds of a match, one by one. The starter rotates. */
export function* placeRounds(programs: readonly Program[], placement: Placement): Generator<Round> {
  const { coreSize, minDistance, series, permute } = placement
  const warriors = programs.length
  const spots = coreSize + 1 - 2 * minDistance
  let seed = firstOf(series, programs, placement)
  const draw = () => (seed = minstd(seed))
  const deck: number[] = []
  for (let round = 0; round < placement.rounds; round++) {
    const first = round % warriors
    if (warriors === 1) yield { positions: [0], first }
    else if (warriors === 2) {
      if (permute) yield deal(deck, spots, minDistance, seed)
      else yield { positions: [0, minDistance + (seed % spots)], first }
      draw()
    } else {
      const positions = scatter(warriors, coreSize, minDistance, draw) ?? spread(warriors, coreSize, minDistance, draw)
      yield { positions, first }
    }
  }
}

/** Takes one card out of the deck, which is made anew when it is used up: a place of warrior 2 and a starter. */
function deal(deck: number[], spots: number, minDistance: number, draw: number): Round {
  if (deck.length === 0) for (let card = 0; card < 2 * spots; card++) deck.push(card)
  const at = draw % deck.length
  const card = deck[at]!
  const last = deck.pop()!
  if (at < deck.length) deck[at] = last
  return { positions: [0, minDistance + Math.floor(card / 2)], first: card % 2 }
}

function firstOf(series: Series, programs: readonly Program[], { minDistance, permute }: Placement): number {
  if (series.kind === 'checksum') return minstd(checksum(programs))
  if (series.kind === 'seed') return minstd(series.seed)
  // A number in the deck of -P stands for a place and a starter, so it counts by twos.
  return (series.position - minDistance) * (permute ? 2 : 1)
}

const TRIES = 20
const BACKTRACKS = 4

/** Draws places until they are far enough apart; null when it keeps failing. */
function scatter(warriors: number, coreSize: number, minDistance: number, draw: () => number): number[] | null {
  const positions = [0]
  let tries = TRIES
  let backtracks = BACKTRACKS
  let index = 1
  while (index < warriors) {
    const place = (draw() % (coreSize - 2 * minDistance + 1)) + minDistance
    positions[index] = place
    const conflict = positions.findIndex((other, at) => at > 0 && at < index && Math.abs(other - place) < minDistance)
    if (conflict === -1) index++
    else if (backtracks === 0) return null
    else if (tries === 0) {
      index = conflict
      backtracks--
      tries = TRIES
    } else tries--
  }
  return positions
}

/** The fallback that cannot fail: gaps drawn and sorted, then shuffled. */
function spread(warriors: number, coreSize: number, minDistance: number, draw: () => number): number[] {
  const room = coreSize - minDistance * warriors + 1
  const gaps: number[] = []
  for (let index = 1; index < warriors; index++) {
    const gap = draw() % room
    const at = gaps.findLastIndex((other) => gap > other) + 1
    gaps.splice(at, 0, gap)
  }
  const positions = [0, ...gaps.map((gap, index) => gap + minDistance * (index + 1))]
  for (let index = 1; index < warriors; index++) {
    const other = (draw() % (warriors - index)) + index
    const swapped = positions[other]!
    positions[other] = positions[index]!
    positions[index] = swapped
  }
  return positions
}
