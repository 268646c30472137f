import { describe, expect, it } from 'vitest'
import coreWar from '../../../src/arenas/core-war/index.ts'
import type { BattlePlan } from '../../../src/arenas/core-war/environment.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { reportOf } from '../../../src/arenas/core-war/prompts/report.ts'
import type { Program } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { batchOf } from '../../../src/core/batch.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import type { Options } from '../../../src/core/options.ts'
import { worldFor } from './worlds.ts'

const environmentOf = (options: Options) => coreWar.environment(options, 7) as BattlePlan
const warriorOf = (id: string, text: string): Program => {
  const parsed = worldFor(id).codec.parse(text)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return parsed.value
}
const DWARF = 'add #4, 3\nmov 2, @2\njmp -2\ndat #0, #0'

describe('the report on a warrior', () => {
  it('[Q12] counts as the evaluator does, the worst opponents first', () => {
    for (const id of ['nano', 'tiny']) {
      const { options, codec } = worldFor(id)
      const plan = environmentOf(options)
      const program = warriorOf(id, DWARF)
      const rows = [...reportOf(program, plan, options).matchAll(/^(.+): won (\d+), tied (\d+), lost (\d+)$/gm)].map(([, name, ...counts]) => ({ name, counts: counts.map(Number) })) // prettier-ignore
      expect(rows.map(({ name }) => name).sort()).toEqual([...plan.names].sort())
      const lost = rows.map(({ counts }) => counts[2] ?? 0)
      expect(lost).toEqual([...lost].sort((x, y) => y - x))
      const battles = plan.names.length * plan.positions.length
      const scores = coreWar.evaluator(options, NO_FILES)(batchOf(codec.stride, [codec.encode(program)]), plan, {
        aborted: false,
      })
      const share = (at: number) => rows.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0) / battles
      expect(share(0)).toBeCloseTo(scores.objectives[2] ?? -1)
      expect(share(1)).toBeCloseTo(scores.objectives[3] ?? -1)
    }
  })

  it('[Q12] shows the source of the opponent that beats it most, where it is short', () => {
    const { options, codec } = worldFor('tiny')
    const report = reportOf(warriorOf('tiny', 'mov 0, 1'), environmentOf(options), options)
    const [, name = '', source = ''] = /^(.+), which beats it most:\n([^]+)$/m.exec(report) ?? []
    expect(codec.parse(source).ok).toBe(true)
    expect(report.indexOf(`${name}: won`)).toBe(report.indexOf('\n') + 1)
  })

  it('[Q12] has at most 1,000 characters, and is the same each time', () => {
    for (const id of ['nano', 'tiny', '88']) {
      const { options } = worldFor(id)
      const many = { ...options, opponents: 24, rounds: 1, maxCycles: 500 }
      const plan = environmentOf(many)
      for (const { program } of panelOf(options).slice(0, 6)) {
        const report = reportOf(program, plan, many)
        expect(report.length).toBeLessThanOrEqual(1000)
        expect(report).toBe(reportOf(program, plan, many))
      }
    }
  }, 30_000)

  it('[Q12] tells of a melee who outlives whom', () => {
    const { options } = worldFor('drq')
    const small = { ...options, coreSize: 800, maxCycles: 800, maxLength: 20, minDistance: 20, maxProcesses: 100, opponents: 4, rounds: 3 } // prettier-ignore
    const plan = environmentOf(small)
    const report = coreWar.report!(warriorOf('tiny', 'dat 0'), plan, small)
    expect(report).toMatch(/^Of 4 opponents it beats 0 and loses to 4\.\n.+ outlives it in 3 of 3 rounds\./)
  })
})
