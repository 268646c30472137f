/** One round in full, for who wants to see it fight: its champion, the one before, and whom they met. */
import type { Make } from '../core/generation.ts'
import type { Birth, Champion, RoundsState } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { rivalsOf } from '../core/rounds.ts'
import type { RunStore } from '../storage/store.ts'
import { birthsOf } from './family.ts'
import type { OpenRun } from './open-run.ts'
import type { RoundDetail } from './protocol.ts'
import type { Encounter, Opponent } from './protocol-rounds.ts'
import { standingsOf } from '../core/standing.ts'
import { eliteDetail } from './snapshot.ts'

/** Faults where there is no such round in the open run. */
export async function roundDetail(store: RunStore, open: OpenRun | null, round: number): Promise<Result<RoundDetail>> {
  const rounds = open?.runner.state.rounds
  if (open === null || rounds === undefined || rounds.openings[round] === undefined)
    return fail('no-round', `Round ${round + 1} has not begun in this run.`)
  const { make } = open.runner
  const [champion, before] = [crowned(rounds, round), crowned(rounds, round - 1)]
  const rivals = opponentsIn(make, rounds, round)
  if (champion === undefined) return ok({ round, rivals, champion: null, before: null, encounters: [] })
  const born = await birthsOf(store, open, [champion.id])
  const birth = born.ok ? born.value[0] : undefined
  return ok({
    round,
    rivals,
    champion: eliteDetail(make, birth ?? asBirth(champion, rounds)),
    before: before === undefined ? null : eliteDetail(make, asBirth(before, rounds)),
    encounters: encountersOf(make, champion, rounds),
  })
}

const crowned = ({ champions }: RoundsState, round: number) => champions.find((one) => one.round === round)

/** Whom children of a round are scored against: the environment's own, then the champions and guests of that time. */
function opponentsIn(make: Make, { champions, guests, ...rest }: RoundsState, round: number): readonly Opponent[] {
  if (make.rounds === null) return []
  const { coevolution, memory } = make.rounds
  const own = coevolution
    .rivals(make.environment)
    .map(({ name, genome }) => ({ name, words: make.codec.encode(genome) }))
  const then = {
    ...rest,
    champions: champions.filter((champion) => champion.round < round),
    guests: guests.filter(({ joined }) => joined <= round),
  }
  return [...own, ...rivalsOf(then, memory)]
}

function encountersOf(make: Make, champion: Champion, rounds: RoundsState): readonly Encounter[] {
  const names = {
    champions: rounds.champions.filter(({ round }) => round < champion.round).map(({ round, name }) => `round ${round + 1}: ${name}`),
    'held-out': namesIn(make, 'held-out'),
    ladder: namesIn(make, 'ladder'),
  } // prettier-ignore
  return (['held-out', 'ladder', 'champions'] as const).flatMap((panel) =>
    standingsOf(champion, panel).map((standing, at) => ({ panel, name: names[panel][at] ?? '', ...standing })),
  )
}

const namesIn = (make: Make, panel: string): readonly string[] =>
  make.rounds?.coevolution.panels.find(({ id }) => id === panel)?.members.map(({ name }) => name) ?? []

/** A champion as a birth, where the store has lost it: everything but its parents and its cell. */
const asBirth = ({ id, operator, objectives, measures, words, round }: Champion, { openings }: RoundsState): Birth => ({
  id, cell: 0, generation: openings[round] ?? 0, status: 'new', operator, parents: [], objectives, measures, words,
}) // prettier-ignore
