/** The open run and what belongs to it. */
import type { RunHeader } from '../storage/store.ts'
import type { EvaluatorChooser } from './evaluators.ts'
import type { JournalWriter } from './journal-writer.ts'
import type { SpeedMeter } from './meter.ts'
import type { Past } from './past.ts'
import type { Snapshot } from './protocol.ts'
import { progressOf, type Runner } from './runner.ts'

export interface OpenRun {
  header: RunHeader
  readonly runner: Runner
  readonly chooser: EvaluatorChooser
  readonly writer: JournalWriter
  readonly meter: SpeedMeter
  readonly past: Past
  elsewhere: boolean
  fault: string
  news: Snapshot['news']
}

/** As it is now. */
export const headerOf = ({ header, runner }: OpenRun): RunHeader => ({
  ...header,
  ...progressOf(runner.make, runner.state),
})

export function stateOf({ runner, fault }: OpenRun): Snapshot['state'] {
  if (runner.isRunning) return 'running'
  if (fault !== '') return 'stopped'
  return runner.isFinished ? 'finished' : 'paused'
}
