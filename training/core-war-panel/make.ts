/**
 * Makes src/arenas/core-war/panel-evolved.ts: opponents that our own runs found, so that newcomers meet more than what
 * people wrote by hand. Seeded; the same commands give the same file.
 *
 *   npx tsx training/core-war-panel/make.ts [evaluations a round: nano] [tiny]
 *
 * Each world goes through rounds: evolve against the panel as it is, let the best elites play everyone against everyone, add the
 * two that score most (of different kinds) to the panel, and begin anew. Later rounds therefore meet what earlier ones found.
 */
import { availableParallelism } from 'node:os'
import { writeFileSync } from 'node:fs'
import coreWar from '../../src/arenas/core-war/index.ts'
import type { Arena, Strategy } from '../../src/core/contracts.ts'
import { initialState, makeOf } from '../../src/core/generation.ts'
import type { Birth } from '../../src/core/journal.ts'
import { ok } from '../../src/core/result.ts'
import { CpuPool } from '../../src/engine/cpu-pool.ts'
import { Runner } from '../../src/engine/runner.ts'
import { eliteName } from '../../src/core/names.ts'
import { startNodeLane } from '../../src/cli/lane.ts'
import mapElites from '../../src/strategies/map-elites/index.ts'
import { EVOLVED } from '../../src/arenas/core-war/panel-evolved.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { rulesOf } from '../../src/arenas/core-war/options.ts'
import { decodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { loadFile } from '../../src/arenas/core-war/redcode/listing.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { rng } from '../../src/core/rng.ts'

interface Evolved {
  readonly name: string
  readonly strategy: string
  readonly code: string
}

const arena = coreWar as Arena
/** A tiny battle takes some eight times as long as a nano one. */
const BUDGETS: Readonly<Record<string, number>> = {
  nano: Number(process.argv[2] ?? 40_000),
  tiny: Number(process.argv[3] ?? 8_000),
}
const ROUNDS = 3
const KEPT = 2
const panels = EVOLVED as Record<string, Evolved[]>

async function evolve(preset: string, seed: number): Promise<readonly Birth[]> {
  const base = arena.presets.find(({ id }) => id === preset)?.options ?? {}
  const evaluations = BUDGETS[preset] ?? 0
  const options = { ...base, opponents: 24 }
  const settings = { arena: arena.id, arenaVersion: arena.version, preset, strategy: 'map-elites', seed, population: 64, evaluations, operators: {}, options } // prettier-ignore
  const make = makeOf(settings, arena, mapElites as Strategy<unknown>)
  // The lanes are threads of their own and would read the file as it was: opponents travel with the environment.
  const pool = new CpuPool(availableParallelism(), () => startNodeLane(arena.id, options))
  const runner = new Runner(make, initialState(make), {
    evaluator: () => Promise.resolve(ok(pool)),
    generation: () => Promise.resolve(),
    rested: (fault) => fault !== null && console.error(fault.message),
  })
  runner.run()
  await runner.settled()
  pool.dispose()
  return runner.state.elites
}

/** Points in duels of everyone against everyone, both beginning, from the same places. */
function roundRobin(programs: readonly Program[], preset: string): number[] {
  const rules = rulesOf(arena.presets.find(({ id }) => id === preset)?.options ?? {})
  const mars = new FastMars(rules)
  const places = rng(5)
  const positions = Array.from(
    { length: 12 },
    () => rules.minDistance + places.int(rules.coreSize + 1 - 2 * rules.minDistance),
  )
  const points = programs.map(() => 0)
  programs.forEach((one, i) =>
    programs.forEach((other, j) => {
      if (j <= i) return
      positions.forEach((position, round) => {
        const { diedAt } = mars.run({ warriors: [{ program: one, position: 0 }, { program: other, position }], first: round % 2 }) // prettier-ignore
        const [a, b] = [diedAt[0] === -1, diedAt[1] === -1]
        points[i] = (points[i] ?? 0) + (a ? (b ? 1 : 3) : 0)
        points[j] = (points[j] ?? 0) + (b ? (a ? 1 : 3) : 0)
      })
    }),
  )
  return points
}

for (const preset of Object.keys(BUDGETS)) {
  const options = arena.presets.find(({ id }) => id === preset)?.options ?? {}
  const coreSize = Number(options['coreSize'])
  const world = `${coreSize}/${Number(options['maxLength'])}`
  panels[world] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const elites = await evolve(preset, round)
    const best = [...elites].sort((x, y) => (y.objectives[0] ?? 0) - (x.objectives[0] ?? 0)).slice(0, 16)
    const points = roundRobin(
      best.map(({ words }) => decodeWarrior(words)),
      preset,
    )
    const chosen = best
      .map((birth, index) => ({ birth, points: points[index] ?? 0 }))
      .sort((x, y) => y.points - x.points)
      .slice(0, KEPT)
    for (const { birth } of chosen) {
      const code = loadFile(decodeWarrior(birth.words), coreSize)
      const strategy = `Evolved by us in ${preset}: round ${round}, seed ${round}, ${BUDGETS[preset]} evaluations.`
      panels[world].push({ name: eliteName(birth), strategy, code })
    }
    console.log(
      `${preset}, round ${round}: ${elites.length} kinds, best ${(best[0]?.objectives[0] ?? 0).toFixed(3)}; added ${chosen.map(({ birth }) => eliteName(birth)).join(', ')}`,
    )
  }
}

const list = Object.entries(panels).map(([world, warriors]) => {
  const entries = warriors.map(({ name, strategy, code }) => {
    const lines = code
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().replace(/\s+/g, ' '))
    return `    {\n      name: '${name}',\n      strategy: '${strategy}',\n      code: \`\n${lines.map((line) => `        ${line}`).join('\n')}\`,\n    },`
  })
  return `  '${world}': [\n${entries.join('\n')}\n  ],`
})
writeFileSync(
  new URL('../../src/arenas/core-war/panel-evolved.ts', import.meta.url),
  `/** Opponents that our own runs found, by world (\`coreSize/maxLength\`). Made by training/core-war-panel; see its README. */
export interface EvolvedWarrior {
  readonly name: string
  readonly strategy: string
  readonly code: string
}

export const EVOLVED: Readonly<Record<string, readonly EvolvedWarrior[]>> = {
${list.join('\n')}
}
`,
)
process.exit(0)
