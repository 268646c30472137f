/** What the engine stands on; handed in, so that the same engine runs in a worker and in a test. */
import type { Arena, Strategy } from '../core/contracts.ts'
import type { RunStore } from '../storage/store.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'
import type { Llm } from '../llm/llm.ts'
import type { IslandBus } from '../bus/contracts.ts'
import type { Result } from '../core/result.ts'
import type { EvaluatorSources } from './evaluators.ts'
import type { RoomSpec } from './protocol.ts'

/** One writer a run. */
export interface RunLocks {
  acquire(id: string, onLost: () => void): Promise<'held' | 'elsewhere'>
  takeOver(id: string, onLost: () => void): Promise<'held' | 'elsewhere'>
  release(id: string): Promise<void>
}

export interface EngineHost {
  readonly store: RunStore
  readonly locks: RunLocks
  readonly evaluators: EvaluatorSources
  /** Where language models run. */
  readonly models: Llm
  /** Models of ours, by arena; none where absent. */
  readonly embedded?: ReadonlyMap<string, EmbeddedModels>
  readonly arenas: readonly Arena[]
  readonly strategies: readonly Strategy<unknown>[]
  /** Opens the bus of a room, for an island of this name; without it runs stay alone. */
  readonly rooms?: (room: RoomSpec, island: string) => Promise<Result<IslandBus>>
  /** A fresh id for a run. */
  newId(): string
}
