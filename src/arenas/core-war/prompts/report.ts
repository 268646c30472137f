/** How one warrior does against its opponents, in a few lines that a model can learn from. */
import { numberOption, type Options } from '../../../core/options.ts'
import { battlesOf, opponentsOf, type BattlePlan } from '../environment.ts'
import { FastMars } from '../mars/fast.ts'
import { rulesOf } from '../options.ts'
import type { Program } from '../redcode/instruction.ts'
import { fightAll } from '../tally.ts'
import { shortSource, worldOf } from './world.ts'

/** Characters of a report. */
export const MOST_REPORT = 1000
const NEVER = { aborted: false }

interface Standing {
  readonly name: string
  readonly program: Program
  readonly won: number
  readonly tied: number
  readonly lost: number
}

export function reportOf(candidate: Program, plan: BattlePlan, options: Options): string {
  const standings = (plan.format === 'melee' ? meleeOf : duelsOf)(candidate, plan, options)
  // Sorting is stable: of equals the earlier opponent comes first.
  const worst = [...standings].sort((x, y) => y.lost - x.lost || x.won - y.won)
  const beats = standings.filter(({ won, lost }) => won > lost).length
  const loses = standings.filter(({ won, lost }) => lost > won).length
  const head = `Of ${standings.length} opponents it beats ${beats} and loses to ${loses}.`
  const rows = worst.map(({ name, won, tied, lost }) =>
    plan.format === 'melee'
      ? `${name} outlives it in ${lost} of ${won + tied + lost} rounds.`
      : `${name}: won ${won}, tied ${tied}, lost ${lost}`,
  )
  const first = worst[0]
  const source =
    first === undefined || first.lost === 0
      ? ''
      : `${first.name}, which beats it most:\n${shortSource(first.program, worldOf(options))}`
  return fitted(head, rows, source)
}

/** The worst opponents, then the source of the very worst if there is room for all of it. */
function fitted(head: string, rows: readonly string[], source: string): string {
  const room = MOST_REPORT - (source.length < MOST_REPORT / 2 ? source.length + 1 : 0)
  let text = head
  for (const row of rows) {
    if (text.length + row.length + 1 > room) break
    text += `\n${row}`
  }
  return source !== '' && text.length + source.length + 1 <= MOST_REPORT ? `${text}\n${source}` : text
}

function duelsOf(candidate: Program, plan: BattlePlan, options: Options): Standing[] {
  const machine = new FastMars(rulesOf(options))
  const opponents = opponentsOf(plan)
  const battles = battlesOf(candidate, opponents, plan)
  const rounds = plan.positions.length
  return opponents.map((program, index) => {
    const { wins, ties } = fightAll(machine, battles.slice(index * rounds, (index + 1) * rounds), false, NEVER)
    return { name: nameOf(plan, index), program, won: wins, tied: ties, lost: rounds - wins - ties }
  })
}

/** In a melee nobody beats anybody; who lives longer counts. */
function meleeOf(candidate: Program, plan: BattlePlan, options: Options): Standing[] {
  const machine = new FastMars(rulesOf(options))
  const opponents = opponentsOf(plan)
  const cycles = numberOption(options, 'maxCycles')
  const { deaths } = fightAll(machine, battlesOf(candidate, opponents, plan), true, NEVER)
  const life = (diedAt: number | undefined) => (diedAt === undefined || diedAt === -1 ? cycles + 1 : diedAt)
  return opponents.map((program, index) => {
    const gaps = deaths.map((diedAt) => life(diedAt[0]) - life(diedAt[index + 1]))
    return {
      name: nameOf(plan, index),
      program,
      won: gaps.filter((gap) => gap > 0).length,
      tied: gaps.filter((gap) => gap === 0).length,
      lost: gaps.filter((gap) => gap < 0).length,
    }
  })
}

const nameOf = (plan: BattlePlan, index: number) => plan.names[index] ?? `opponent ${index + 1}`
