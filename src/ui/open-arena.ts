/** Going to another arena: to the run that was changed last in it, or to a first one. */
import { settingsIn } from '../core/settings.ts'
import { session } from './session.svelte.ts'
import { lastRunIn } from './worlds.ts'

/** Opens an arena's last run, going on where the open one was running, or begins its first preset. */
export async function openArena(id: string): Promise<void> {
  const arena = session.arenas.find((one) => one.id === id)
  const preset = arena?.presets[0]
  if (arena === undefined || preset === undefined || id === session.arena?.id) return
  await session.refreshRuns()
  const last = lastRunIn(session.runs, id)
  if (last === null) {
    if (await session.create(settingsIn(arena, preset), '')) session.run()
    return
  }
  const goesOn = session.isRunning && !last.elsewhere
  await session.open(last.id)
  if (goesOn) session.run()
}
