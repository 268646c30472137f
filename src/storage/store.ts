/** What the engine asks of a place to keep runs. IndexedDB in the page (`runs.ts`), a folder on the command line. */
import type { Birth, GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import type { Fault, Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'

export interface RunHeader {
  readonly id: string
  readonly name: string
  readonly settings: RunSettings
  /** Counts the runs made here: the list shows the newest first. */
  readonly order: number
  readonly changedAt: number
  readonly deleted: boolean
  /** The last journalled generation; moves in the same transaction as the journal. */
  readonly head: number
  readonly evaluations: number
  readonly filled: number
  readonly reachable: number
  readonly best: number
}

/** The part of a header that a generation changes. */
export type HeaderProgress = Pick<RunHeader, 'head' | 'evaluations' | 'filled' | 'reachable' | 'best'>

export interface LoadedRun {
  readonly header: RunHeader
  /** Newest intact snapshot, or null when there is none yet. */
  readonly state: RunState | null
  /** The generations after `state`, in order without a gap, up to the head. */
  readonly records: readonly GenerationRecord[]
  /** What was damaged and set aside, for people; empty when all is well. */
  readonly damage: readonly string[]
}

/** Nothing here throws: a full disk or a closed database is a fault that says so. */
export interface RunStore {
  list(): Promise<Result<readonly RunHeader[]>>
  /** Fails with `run-exists` rather than write over a run. */
  create(id: string, name: string, settings: RunSettings, progress: HeaderProgress): Promise<Result<RunHeader>>
  load(id: string): Promise<Result<LoadedRun>>
  /** Journal, births, tape and header in one transaction: all or nothing. The record must be `head + 1`. */
  append(id: string, record: GenerationRecord, progress: HeaderProgress): Promise<Result<void>>
  /**
   * Strictly durable; older journal entries are dropped only in a later transaction. Keeps the last two. The state must
   * not be ahead of the head.
   */
  checkpoint(id: string, state: RunState): Promise<Result<void>>
  /** Births by id, those that exist; kept for the life of the run, so that families can be traced. */
  births(id: string, ids: readonly number[]): Promise<Result<readonly Birth[]>>
  allBirths(id: string): Promise<Result<readonly Birth[]>>
  /** What came from outside, by generation, in order: with it the run can be played again. */
  tape(id: string): Promise<Result<readonly TapeEntry[]>>
  rename(id: string, name: string): Promise<Result<RunHeader>>
  setDeleted(id: string, deleted: boolean): Promise<Result<RunHeader>>
  /** Forgets for good every run that is marked deleted. */
  purge(): Promise<Result<void>>
  /** The run opened last, or null. */
  lastOpened(): Promise<Result<string | null>>
  setLastOpened(id: string): Promise<Result<void>>
  /**
   * Writes a whole run at once, as an import does: header, state, births, tape. One transaction. Of a run that was there
   * already, what this state does not know (later births, generations and snapshots) is gone; earlier births and tape stay.
   */
  restore(
    header: RunHeader,
    state: RunState,
    births: readonly Birth[],
    tape?: readonly TapeEntry[],
  ): Promise<Result<RunHeader>>
}

/** What a store on a disk adds. */
export interface OpenRunStore extends RunStore {
  /** Lets go of the database; a later call opens it anew. */
  close(): void
  /** Tells what no call is there to answer, such as a newer tab that wants the database. Returns how to stop listening. */
  onTrouble(listener: (fault: Fault) => void): () => void
}
