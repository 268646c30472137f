/** The open run and what belongs to it. */
import type { Make } from '../core/generation.ts'
import type { Work } from '../core/batch.ts'
import type { GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import type { Fault } from '../core/result.ts'
import type { RunHeader } from '../storage/store.ts'
import { Desk } from './desk.ts'
import { EvaluatorChooser } from './evaluators.ts'
import { examine } from './examiner.ts'
import type { EngineHost } from './host.ts'
import { JournalWriter } from './journal-writer.ts'
import { SpeedMeter } from './meter.ts'
import { Past } from './past.ts'
import type { EmbeddedInfo, EngineChoice, ReplayStatus, RunSummary, Snapshot } from './protocol.ts'
import type { Room } from './room.ts'
import { progressOf, Runner } from './runner.ts'
import { roundsViewer } from './rounds-view.ts'
import { embeddedFor, snapshotOf } from './snapshot.ts'
import { TapePlayer } from './tape-player.ts'

export interface OpenRun {
  header: RunHeader
  readonly runner: Runner
  readonly chooser: EvaluatorChooser
  readonly writer: JournalWriter
  readonly meter: SpeedMeter
  readonly past: Past
  readonly desk: Desk
  /** Models of ours that write for its world. */
  readonly embedded: readonly EmbeddedInfo[]
  /** The archive that the tape has to give, while one is played. */
  readonly replay: Replay | null
  /** Its rounds as the page sees them. */
  readonly rounds: ReturnType<typeof roundsViewer>
  /** Set while it is an island among others. */
  room: Room | null
  elsewhere: boolean
  fault: string
  news: Snapshot['news']
}

export interface Replay {
  status: ReplayStatus
  /** Hash of the archive after the last generation of the tape's run. */
  readonly hash: string
}

/** What a run is played again from. */
export interface Tape {
  readonly of: string
  readonly generations: number
  readonly hash: string
  readonly entries: readonly TapeEntry[]
}

export interface Opening {
  readonly header: RunHeader
  readonly state: RunState
  readonly make: Make
  readonly elsewhere: boolean
  readonly tape: Tape | null
  readonly choice: EngineChoice
}

export interface OpenHooks {
  generation(change: GenerationRecord, state: RunState, work: Work): Promise<void>
  rested(fault: Fault | null): void
  /** Something to show has changed; soon is enough. */
  changed(): void
  /** The state of saving has changed by itself. */
  saved(): void
}

export function openRun(host: EngineHost, opening: Opening, hooks: OpenHooks): OpenRun {
  const { header, state, make, elsewhere, tape, choice } = opening
  const { arena, options } = header.settings
  const { id } = header
  const chooser = new EvaluatorChooser(host.evaluators, make.arena, options, choice)
  const desk = new Desk(make, {
    door: host.models,
    state: () => open.runner.state,
    sharesGpu: () => chooser.current?.kind === 'gpu',
    changed: hooks.changed,
  })
  const player = tape === null ? null : new TapePlayer(tape.entries)
  const plays = (generation: number) => tape !== null && generation <= tape.generations
  const open: OpenRun = {
    header,
    elsewhere,
    room: null,
    chooser,
    desk,
    embedded: embeddedFor(host.embedded?.get(arena) ?? [], options),
    replay:
      tape === null ? null : { hash: tape.hash, status: { of: tape.of, generations: tape.generations, same: null } },
    runner: new Runner(make, state, {
      arrivals: (now, signal) =>
        player !== null && plays(now.generation + 1)
          ? Promise.resolve(player.arrivals(now.generation + 1))
          : desk.arrivals(now, signal),
      migrants: (now) =>
        player !== null && plays(now.generation + 1)
          ? player.migrants(now.generation + 1)
          : (open.room?.migrants(now) ?? []),
      examine: (champion, now, signal) => examine(make, champion, now, signal),
      evaluationMs: (generation) => (plays(generation) ? (player?.evaluationMs(generation) ?? null) : null),
      evaluator: (fault) => chooser.next(fault),
      generation: hooks.generation,
      rested: hooks.rested,
    }),
    writer: new JournalWriter(host.store, id, state.generation, () => headerOf(open), {
      onStatus: hooks.saved,
      onRecovered: () => void host.store.setLastOpened(id),
    }),
    meter: new SpeedMeter(),
    past: new Past(
      make,
      () => host.store.allBirths(id),
      () => open.runner.state.rounds?.openings ?? [],
    ),
    rounds: roundsViewer(make),
    fault: '',
    news: [],
  }
  return open
}

/** As it is now. */
export const headerOf = ({ header, runner }: OpenRun): RunHeader => ({
  ...header,
  ...progressOf(runner.make, runner.state),
})

function stateOf({ runner, fault }: OpenRun): Snapshot['state'] {
  if (runner.isRunning) return 'running'
  if (fault !== '') return 'stopped'
  return runner.isFinished ? 'finished' : 'paused'
}

/** What the page is told of it now. */
export function pictureOf(open: OpenRun, run: RunSummary, speed: number | null): Snapshot {
  const { runner, chooser, writer, meter, desk } = open
  const evaluator = chooser.current
  return snapshotOf(runner.make, runner.state, desk.arms(), {
    run,
    state: stateOf(open),
    fault: open.fault,
    speed,
    engine: {
      choice: chooser.choice,
      kind: evaluator?.kind ?? 'starting',
      label: evaluator?.label ?? '',
      note: chooser.note,
      ...meter.rates(),
    },
    saved: writer.status,
    news: open.news,
    models: desk.statuses(),
    embedded: open.embedded,
    island: open.room?.view() ?? null,
    replay: open.replay?.status ?? null,
    rounds: open.rounds(runner.state),
  })
}
