/** What `npm run evolve` and `npm run island` do: the page's engine without the page. */
import { archiveHash, initialState, makeOf, type Make } from '../../core/generation.ts'
import type { Birth, RunState, TapeEntry } from '../../core/journal.ts'
import type { Arena } from '../../core/contracts.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { examine } from '../../engine/examiner.ts'
import { fitState } from '../../engine/importing.ts'
import { Library } from '../../engine/library.ts'
import type { RoomSpec } from '../../engine/protocol.ts'
import { progressOf, Runner } from '../../engine/runner.ts'
import type { RunHeader } from '../../storage/store.ts'
import { loadArena, loadStrategy } from '../arenas.ts'
import {
  HELP,
  readArguments,
  settingsOf,
  strategyOf,
  usualEvaluations,
  USUAL_ARENA,
  type EvolveArguments,
} from './arguments.ts'
import { enginesFor, type Engines } from './engines.ts'
import { roundLine } from './rounds.ts'
import { foundIn, outcomeOf } from './found.ts'
import { holdsRun, readRun, wordsOf, writeChampions, writeGenomes, writeRun, type SavedRun } from './folder.ts'
import { Progress } from './progress.ts'
import { readOriginal, replay } from './replay.ts'
import { joinFromNode } from './joining.ts'
import { checkModels, deskWith, modelsOf, tallyLine } from './writers.ts'

/** How long at most is lost to a power cut: run.evo is written this often. */
const SAVE_MS = 10_000

/** Exit status of a replay that gives another archive. */
const DIFFERS = 1

/** What the command came to: its exit status. */
export async function evolveCommand(args: readonly string[]): Promise<Result<number>> {
  const asked = readArguments(args)
  if (!asked.ok) return asked
  if (asked.value.help) {
    console.log(HELP)
    return ok(0)
  }
  if (asked.value.replay !== undefined) return playAgain(asked.value.replay, asked.value)
  const prepared = await prepare(asked.value)
  if (!prepared.ok) return prepared
  const models = await modelsFor(prepared.value, asked.value)
  if (!models.ok) return models
  const engines = await enginesFor(prepared.value.make, asked.value, (line) => console.error(line))
  return engines.ok ? evolve(prepared.value, models.value, engines.value, asked.value.room) : engines
}

async function playAgain(file: string, asked: EvolveArguments): Promise<Result<number>> {
  const original = await readOriginal(file)
  if (!original.ok) return original
  const { make, state: goal } = original.value
  const engines = await enginesFor(make, asked, (line) => console.error(line))
  if (!engines.ok) return engines
  const progress = new Progress(goal.evaluations, 0, make.arena.unit.many)
  const played = await replay(original.value, engines.value.next, (state, work) => {
    progress.count(work)
    progress.draw(state.evaluations, () => foundIn(make.shape, state.elites))
  })
  engines.value.dispose()
  progress.end()
  if (!played.ok) return played
  console.log(played.value.message)
  return ok(played.value.same ? 0 : DIFFERS)
}

interface Prepared {
  readonly make: Make
  readonly saved: SavedRun
  readonly folder: string
}

/** Those asked for; a run that is gone on with has those that it had. */
async function modelsFor({ make, saved }: Prepared, asked: EvolveArguments): Promise<Result<readonly string[]>> {
  if (asked.models.length > 0 || !asked.resume) return checkModels(make, asked.models)
  const { ours, others } = await modelsOf(make, saved.state)
  if (others.length > 0) console.error(`${others.join(', ')} wrote for this run and cannot be had here: it goes on without.`) // prettier-ignore
  return checkModels(make, ours)
}

async function prepare(asked: EvolveArguments): Promise<Result<Prepared>> {
  const arena = await loadArena(asked.arena ?? USUAL_ARENA)
  if (!arena.ok) return arena
  const folder = asked.out ?? `runs/${asked.preset ?? arena.value.presets[0]?.id}-${asked.run['seed'] ?? 1}`
  return asked.resume ? prepareToGoOn(asked, folder) : prepareFresh(asked, arena.value, folder)
}

async function prepareToGoOn(asked: EvolveArguments, folder: string): Promise<Result<Prepared>> {
  const saved = readRun(folder)
  if (!saved.ok) return saved
  const before = saved.value.header.settings
  const arena = await loadArena(asked.arena ?? before.arena)
  if (!arena.ok) return arena
  const strategy = await loadStrategy(before.strategy)
  if (!strategy.ok) return strategy
  const usual = strategy.value.rounds === undefined ? usualEvaluations(arena.value, strategy.value) : before.evaluations
  const settings = { ...before, evaluations: asked.evaluations ?? usual }
  if (settings.arena !== arena.value.id || settings.arenaVersion !== arena.value.version) {
    return fail(
      'arena-version',
      `${folder}/run.evo was made with ${settings.arena} version ${settings.arenaVersion}; this is ${arena.value.id} version ${arena.value.version}.`,
    )
  }
  const checked = new Library([arena.value], [strategy.value]).check(settings)
  if (!checked.ok) return checked
  const make = makeOf(checked.value, arena.value, strategy.value)
  const state = fitState(make, saved.value.state, saved.value.births)
  return state.ok ? ok({ make, saved: { ...saved.value, state: state.value }, folder }) : state
}

async function prepareFresh(asked: EvolveArguments, arena: Arena, folder: string): Promise<Result<Prepared>> {
  if (holdsRun(folder))
    return fail(
      'folder-taken',
      `${folder} holds a run already. Go on with it (--resume), or name another folder (--out).`,
    )
  const strategy = await loadStrategy(strategyOf(asked, arena))
  if (!strategy.ok) return strategy
  const told = settingsOf(asked, arena, strategy.value)
  if (!told.ok) return told
  const settings = new Library([arena], [strategy.value]).check(told.value)
  if (!settings.ok) return settings
  const make = makeOf(settings.value, arena, strategy.value)
  const state = initialState(make)
  const { preset, seed } = settings.value
  const header: RunHeader = {
    id: `${preset}-${seed}`, name: `${preset}, seed ${seed}`, settings: settings.value, order: 0, changedAt: 0, deleted: false,
    ...progressOf(make, state),
  } // prettier-ignore
  return ok({ make, saved: { header, state, births: [], tape: [] }, folder })
}

async function evolve(
  { make, saved, folder }: Prepared,
  models: readonly string[],
  engines: Engines,
  where: RoomSpec | null,
): Promise<Result<number>> {
  const births: Birth[] = [...saved.births]
  const tape: TapeEntry[] = [...saved.tape]
  const total = make.settings.evaluations
  const progress = new Progress(total, saved.state.evaluations, make.arena.unit.many)
  const headerNow = (state: RunState): RunHeader => ({
    ...saved.header,
    settings: make.settings,
    ...progressOf(make, state),
  })
  let written = performance.now()
  const plugged = await deskWith(make, models, () => runner.state, (sentence) => console.error(sentence)) // prettier-ignore
  if (!plugged.ok) return plugged
  const desk = plugged.value
  const joined = where === null ? null : await joinFromNode(make, where, (line) => progress.say(line))
  if (joined?.ok === false) return joined
  const room = joined?.value ?? null
  const runner: Runner = new Runner(make, saved.state, {
    arrivals: (state, signal) => desk.arrivals(state, signal),
    migrants: (state) => room?.migrants(state) ?? [],
    examine: (champion, state, signal) => examine(make, champion, state, signal),
    evaluator: (fault) => engines.next(fault),
    generation(change, state, work) {
      births.push(...change.births)
      if (change.tape !== undefined) tape.push(change.tape)
      room?.generation(change, state)
      progress.count(work)
      const found = change.generation === 1 ? make.search?.rules.spread(change.strategy).found : undefined
      if (found) progress.say(`Steps times ${found.unit.toPrecision(2)}: two members differ in ${Math.round(100 * found.effect)} % of what they do.`) // prettier-ignore
      if (change.turn?.champion) progress.say(roundLine(change.turn.champion))
      progress.draw(state.evaluations, () => foundIn(make.shape, state.elites))
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
  let stopped: Result<number> = ok(0)
  let interrupted = false
  let interruptedAt = 0
  process.on('SIGINT', () => {
    // npm and the loader pass one Ctrl-C on, so it may come twice; a later one means it, and the last whole save stands.
    if (interrupted && performance.now() - interruptedAt > 1000) process.exit(130)
    if (!interrupted) interruptedAt = performance.now()
    interrupted = true
    void runner.pause()
    desk.rest()
  })
  console.error(
    `${make.arena.label}, ${make.settings.preset}, seed ${make.settings.seed}, on ${engines.label}${models.length > 0 ? `, with ${models.join(', ')}` : ''}; Ctrl-C stops and keeps everything.`,
  )
  room?.arrive(runner.state)
  runner.run()
  await runner.settled()
  engines.dispose()
  await desk.close()
  await room?.drawn()
  const seen = room?.view().picture
  await room?.close()
  const { state } = runner
  progress.draw(state.evaluations, () => foundIn(make.shape, state.elites), true)
  progress.end()
  writeRun(folder, { header: headerNow(state), state, births, tape })
  writeGenomes(folder, make, state)
  writeChampions(folder, make, state)
  console.log(
    `${state.evaluations} evaluations, ${outcomeOf(make.shape, state.elites)}, ` +
      `archive ${archiveHash(state.elites)}\n${folder}/run.evo and ${folder}/${wordsOf(make.arena).many}/ written.` +
      (interrupted ? ` Go on with --resume --out ${folder}.` : ''),
  )
  if (seen !== undefined && seen.islands.length > 0)
    console.log(`${seen.islands.length} islands together: QD-Score ${seen.merged.qdScore.toFixed(3)}, coverage ${(100 * seen.merged.coverage).toFixed(1)} %, picture ${seen.hash}`) // prettier-ignore
  const told = tallyLine(state)
  if (told !== '') console.log(told)
  return stopped
}
