/** `npm run experiment -- ecad`: ECAD's experiment in one command. */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { floorFor } from '../../arenas/diffusion-cache/held-out.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { optionsOf, planOf, SEARCHES, type Plan } from '../../experiments/ecad/plan.ts'
import { tablesOf } from '../../experiments/ecad/report.ts'
import type { Outcome } from '../../experiments/ecad/run.ts'
import { loadArena } from '../arenas.ts'
import { madeWith, wholeNumbers } from './arguments.ts'
import type { SeedRequest } from './ecad.worker.ts'
import { runJobs } from './jobs.ts'
import { loadPictureModels } from './picture-models.ts'

export async function ecad(args: readonly string[]): Promise<Result<void>> {
  const asked = readEcad(args)
  if (!asked.ok) return asked
  const { plan, threads, out, data } = asked.value
  const arena = await loadArena('diffusion-cache')
  if (!arena.ok) return arena
  const models = await loadPictureModels(arena.value, optionsOf(plan), plan.model)
  if (!models.ok) return models
  const { seeds, evaluations, pictures } = plan
  const line = `${seeds.length} seeds, ${evaluations} evaluations a run of ${pictures} pictures each`
  console.error(`${line}, on ${threads} threads.`)
  const soFar: Outcome[] = []
  const outcomes = await runJobs<SeedRequest, Outcome>(
    new URL('./ecad.worker.mjs', import.meta.url),
    seeds.map((seed) => ({ plan, seed })),
    threads,
    (outcome, done) => {
      // What is done stays, if somebody stops it here.
      soFar.push(outcome)
      if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, outcomes: soFar }))
      console.error(`${done} of ${seeds.length}: seed ${outcome.seed}: hypervolumes ${SEARCHES.map((search) => outcome.areas[search].at(-1)?.toFixed(3) ?? '-').join(', ')}`) // prettier-ignore
    },
  )
  if (!outcomes.ok) return outcomes
  const made = `npm run experiment -- ${madeWith(args)}`
  const tables = `### ECAD's search, ours, and none\n\n${line}; \`${made}\`\n\n${tablesOf(plan, outcomes.value, floorFor(models.value.net, plan.heldOut))}` // prettier-ignore
  console.log(`\n${tables}`)
  if (out !== undefined) writeFileSync(out, tables)
  if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, outcomes: outcomes.value }))
  return ok(undefined)
}

export interface EcadArguments {
  readonly plan: Plan
  readonly threads: number
  readonly out: string | undefined
  readonly data: string | undefined
}

const USUAL = { seeds: 5, evaluations: 400, pictures: 8, heldOut: 128 }
const QUICK = { seeds: 2, evaluations: 80, pictures: 2, heldOut: 8 }

export function readEcad(args: readonly string[]): Result<EcadArguments> {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false }, seeds: { type: 'string' }, 'first-seed': { type: 'string', default: '1' }, evaluations: { type: 'string' },
        pictures: { type: 'string' }, 'held-out': { type: 'string' }, model: { type: 'string' }, threads: { type: 'string' }, out: { type: 'string' }, data: { type: 'string' },
      },
    }) // prettier-ignore
  } catch (error) {
    return fail('bad-argument', `${error instanceof Error ? error.message.split('.')[0] : String(error)}. See --help.`)
  }
  const { values, positionals } = parsed
  if (positionals.length !== 1)
    return fail('bad-argument', `What is "${positionals[1] ?? ''}"? ECAD's experiment takes options alone. See --help.`)
  const usual = values.quick ? QUICK : USUAL
  const read = wholeNumbers([
    ['seeds', values.seeds ?? String(usual.seeds), 1000], ['first-seed', values['first-seed'], 1e6], ['evaluations', values.evaluations ?? String(usual.evaluations), 1e6],
    ['pictures', values.pictures ?? String(usual.pictures), 64], ['held-out', values['held-out'] ?? String(usual.heldOut), 4096],
    ['threads', values.threads ?? String(availableParallelism()), 256],
  ]) // prettier-ignore
  if (!read.ok) return read
  const { seeds = 1, 'first-seed': first = 1, evaluations = 1, pictures = 1, 'held-out': heldOut = 1, threads = 1 } = read.value // prettier-ignore
  const size = { seeds: Array.from({ length: seeds }, (_, at) => first + at), evaluations, pictures, heldOut }
  const plan = planOf(size, values.model === undefined ? {} : { model: values.model })
  return ok({ plan, threads, out: values.out, data: values.data })
}
