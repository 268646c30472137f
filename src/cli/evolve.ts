/** `npm run evolve`: the page's engine without the page, for long and repeatable experiments. */
import { availableParallelism } from 'node:os'
import { statsOf } from '../archives/grid.ts'
import { archiveHash, initialState, makeOf, type Make } from '../core/generation.ts'
import type { Birth, RunState, TapeEntry } from '../core/journal.ts'
import type { Evaluator } from '../core/contracts.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { CpuPool } from '../engine/cpu-pool.ts'
import { fitState } from '../engine/importing.ts'
import { Library } from '../engine/library.ts'
import { progressOf, Runner } from '../engine/runner.ts'
import { RememberingEvaluator, ScoreMemory } from '../engine/score-memory.ts'
import type { RunHeader } from '../storage/store.ts'
import { loadArena, loadStrategy } from './arenas.ts'
import { HELP, readArguments, settingsOf, type EvolveArguments } from './evolve/arguments.ts'
import { holdsRun, readRun, writeRun, writeWarriors, type SavedRun } from './evolve/folder.ts'
import { Progress } from './evolve/progress.ts'
import { startNodeLane } from './lane.ts'

/** How long at most is lost to a power cut: run.evo is written this often. */
const SAVE_MS = 10_000

async function main(): Promise<Result<void>> {
  const asked = readArguments(process.argv.slice(2))
  if (!asked.ok) return asked
  if (asked.value.help) {
    console.log(HELP)
    return ok(undefined)
  }
  const prepared = await prepare(asked.value)
  if (!prepared.ok) return prepared
  const { make, saved, folder } = prepared.value
  const evaluator = await evaluatorFor(make, asked.value)
  if (!evaluator.ok) return evaluator
  return evolve(make, saved, folder, evaluator.value)
}

async function prepare(asked: EvolveArguments): Promise<Result<{ make: Make; saved: SavedRun; folder: string }>> {
  const arena = await loadArena(asked.arena)
  if (!arena.ok) return arena
  const folder = asked.out ?? `runs/${asked.preset ?? arena.value.presets[0]?.id}-${asked.run['seed'] ?? 1}`
  if (asked.resume) {
    const saved = readRun(folder)
    if (!saved.ok) return saved
    const settings = { ...saved.value.header.settings, evaluations: asked.evaluations }
    const strategy = await loadStrategy(settings.strategy)
    if (!strategy.ok) return strategy
    if (settings.arena !== arena.value.id || settings.arenaVersion !== arena.value.version) {
      return fail(
        'arena-version',
        `${folder}/run.evo was made with ${settings.arena} version ${settings.arenaVersion}; this is ${arena.value.id} version ${arena.value.version}.`,
      )
    }
    const library = new Library([arena.value], [strategy.value])
    const checked = library.check(settings)
    if (!checked.ok) return checked
    const make = makeOf(checked.value, arena.value, strategy.value)
    const state = fitState(make, saved.value.state, saved.value.births)
    return state.ok ? ok({ make, saved: { ...saved.value, state: state.value }, folder }) : state
  }
  if (holdsRun(folder))
    return fail(
      'folder-taken',
      `${folder} holds a run already. Go on with it (--resume), or name another folder (--out).`,
    )
  const settings = settingsOf(asked, arena.value)
  if (!settings.ok) return settings
  const strategy = await loadStrategy(asked.strategy)
  if (!strategy.ok) return strategy
  const make = makeOf(settings.value, arena.value, strategy.value)
  const state = initialState(make)
  const { preset, seed } = settings.value
  const header: RunHeader = {
    id: `${preset}-${seed}`, name: `${preset}, seed ${seed}`, settings: settings.value, order: 0, changedAt: 0, deleted: false,
    ...progressOf(make, state),
  } // prettier-ignore
  return ok({ make, saved: { header, state, births: [], tape: [] }, folder })
}

async function evaluatorFor(make: Make, asked: EvolveArguments): Promise<Result<Evaluator>> {
  const engine = await engineFor(make, asked)
  return !engine.ok || asked.forget ? engine : ok(new RememberingEvaluator(engine.value, new ScoreMemory()))
}

async function engineFor(make: Make, { engine, lanes }: EvolveArguments): Promise<Result<Evaluator>> {
  const { arena, options } = make.settings
  if (engine === 'cpu') return ok(new CpuPool(lanes ?? availableParallelism(), () => startNodeLane(arena, options)))
  const { createNodeGpuEvaluator } = await import('./evolve/gpu.ts')
  return createNodeGpuEvaluator(arena, options)
}

async function evolve(make: Make, saved: SavedRun, folder: string, evaluator: Evaluator): Promise<Result<void>> {
  const births: Birth[] = [...saved.births]
  const tape: TapeEntry[] = [...saved.tape]
  const total = make.settings.evaluations
  const progress = new Progress(total, saved.state.evaluations, make.arena.unit.many)
  const statsNow = (state: RunState) => statsOf(state.elites, make.shape.reachableCount)
  const headerNow = (state: RunState): RunHeader => ({
    ...saved.header,
    settings: make.settings,
    ...progressOf(make, state),
  })
  let written = performance.now()
  const runner = new Runner(make, saved.state, {
    evaluator: (fault) => Promise.resolve(fault === null ? ok(evaluator) : { ok: false, fault }),
    generation(change, state, work) {
      births.push(...change.births)
      if (change.tape !== undefined) tape.push(change.tape)
      progress.count(work)
      progress.draw(state.evaluations, statsNow(state))
      if (performance.now() - written > SAVE_MS) {
        writeRun(folder, { header: headerNow(state), state, births, tape })
        written = performance.now()
      }
      return Promise.resolve()
    },
    rested: (fault) => {
      if (fault !== null && fault.kind !== 'cancelled') stopped = fail(fault.kind, fault.message)
    },
  })
  let stopped: Result<void> = ok(undefined)
  let interrupted = false
  let interruptedAt = 0
  process.on('SIGINT', () => {
    // npm and the loader pass one Ctrl-C on, so it may come twice; a later one means it, and the last whole save stands.
    if (interrupted && performance.now() - interruptedAt > 1000) process.exit(130)
    if (!interrupted) interruptedAt = performance.now()
    interrupted = true
    void runner.pause()
  })
  console.error(
    `${make.arena.label}, ${make.settings.preset}, seed ${make.settings.seed}, on ${evaluator.label}; Ctrl-C stops and keeps everything.`,
  )
  runner.run()
  await runner.settled()
  evaluator.dispose()
  const { state } = runner
  progress.draw(state.evaluations, statsNow(state), true)
  progress.end()
  writeRun(folder, { header: headerNow(state), state, births, tape })
  writeWarriors(folder, make, state)
  const { best, filled, qdScore } = statsNow(state)
  console.log(
    `${state.evaluations} evaluations, ${filled} of ${make.shape.reachableCount} kinds, best ${best.toFixed(4)}, QD-Score ${qdScore.toFixed(3)}, ` +
      `archive ${archiveHash(state.elites)}\n${folder}/run.evo and ${folder}/warriors/ written.` +
      (interrupted ? ` Go on with --resume --out ${folder}.` : ''),
  )
  return stopped
}

const result = await main()
if (!result.ok) console.error(result.fault.message)
process.exit(result.ok ? 0 : 2)
