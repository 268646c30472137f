/** The open run becomes an island. */
import { fail, ok, type Result } from '../core/result.ts'
import { needsOf } from './evaluators.ts'
import type { EngineHost } from './host.ts'
import type { OpenRun } from './open-run.ts'
import type { RoomSpec } from './protocol.ts'
import { islandName, Room, whyNoIsland } from './room.ts'

export interface JoinHooks {
  /** Is it still the open run? */
  isOpen(): boolean
  changed(): void
}

export async function joinRoom(
  host: EngineHost,
  open: OpenRun,
  spec: RoomSpec,
  { isOpen, changed }: JoinHooks,
): Promise<Result<void>> {
  const { make } = open.runner
  const why = whyNoIsland(make)
  if (why !== null) return why
  if (open.elsewhere) return fail('elsewhere', 'Another tab evolves this run: it is an island from there.')
  if (host.rooms === undefined) return fail('no-rooms', 'Islands cannot meet here.')
  const { arena, options } = open.header.settings
  const needs = await needsOf(make.arena, options, host.evaluators.file)
  if (!needs.ok) return needs
  const bus = await host.rooms(spec, spec.island ?? islandName(open.header.id))
  if (!bus.ok) return bus
  if (!isOpen()) {
    await bus.value.close()
    return fail('no-run', 'Another run was opened meanwhile: join again from there.')
  }
  await open.room?.close()
  open.room = new Room(spec, make, bus.value, {
    evaluator: () => host.evaluators.cpu(arena, options, needs.value),
    now: () => performance.now(),
    changed,
  })
  open.room.arrive(open.runner.state)
  changed()
  return ok(undefined)
}
