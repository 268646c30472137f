/** `npm run experiment -- dei`: DEI's experiment in one command. The page has the same behind one button. */
import { writeFileSync } from 'node:fs'
import { loadArena, loadDialects } from '../arenas.ts'
import { madeWith, readExperiment, type ExperimentArguments } from './arguments.ts'
import type { JobRequest } from './job.worker.ts'
import { runJobs } from './jobs.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { ensemblesOf, planOf, type Plan } from '../../experiments/dei/plan.ts'
import { mindsOf, type MindKind } from '../../experiments/dei/minds.ts'
import type { Outcome } from '../../experiments/dei/run.ts'
import { tableOf } from '../../experiments/dei/report.ts'

export async function dei(args: readonly string[]): Promise<Result<void>> {
  const asked = readExperiment(args)
  if (!asked.ok) return asked
  const tables: string[] = []
  for (const kind of asked.value.minds) {
    const table = await experiment(asked.value, kind, args)
    if (!table.ok) return table
    console.log(`\n${table.value}`)
    tables.push(table.value)
  }
  if (asked.value.out !== undefined) writeFileSync(asked.value.out, tables.join('\n'))
  return ok(undefined)
}

const TITLES: Readonly<Record<MindKind, string>> = { classical: 'Classical minds', models: 'Language models' }

async function experiment(
  asked: ExperimentArguments,
  kind: MindKind,
  args: readonly string[],
): Promise<Result<string>> {
  const arena = await loadArena(asked.arena)
  if (!arena.ok) return arena
  const preset = arena.value.presets.find(({ id }) => id === asked.preset)
  if (preset === undefined)
    return fail('no-preset', `${arena.value.label} has no preset "${asked.preset}"; it has ${arena.value.presets.map(({ id }) => id).join(', ')}.`) // prettier-ignore
  const minds = mindsOf(kind, arena.value, preset.options, (await loadDialects(asked.arena)) ?? [])
  if (!minds.ok) return minds
  const plan: Plan = planOf(asked, arena.value, preset, minds.value)
  const jobs = plan.seeds.flatMap((seed) =>
    ensemblesOf(plan, arena.value, seed).map((_, index): JobRequest => ({ plan, seed, index })),
  )
  console.error(
    `${TITLES[kind]} (${minds.value.map(({ id }) => id).join(', ')}), ${plan.preset}: ${plan.rounds} rounds of ${plan.iterations} children, ${plan.seeds.length} seeds, ${jobs.length} ensembles on ${asked.threads} threads.`,
  )
  const outcomes = await runJobs<JobRequest, Outcome>(new URL('./job.worker.mjs', import.meta.url), jobs, asked.threads, ({ condition, variant, seed, qdScore, coverage }, done) =>
    console.error(`${done} of ${jobs.length}: seed ${seed}, ${condition} (${variant}): QD-Score ${qdScore.toFixed(2)}, coverage ${(100 * coverage).toFixed(0)} %`),
  ) // prettier-ignore
  if (!outcomes.ok) return outcomes
  const made = `npm run experiment -- dei ${madeWith(args.slice(1), ['--minds'])} --minds ${kind}`
  return ok(`### ${TITLES[kind]}: ${minds.value.map(({ label }) => label).join(', ')}\n\n${plan.preset}, ${plan.rounds} rounds of ${plan.iterations} children; \`${made}\`\n\n${tableOf(outcomes.value)}`) // prettier-ignore
}
