/** The best place to keep runs here: IndexedDB, or memory where the browser keeps nothing. */
import type { Fault } from '../core/result.ts'
import { webLocks, type LockManagerLike } from './lock.ts'
import { MemoryRuns } from './memory.ts'
import { IndexedDbRuns } from './runs.ts'
import type { RunStore } from './store.ts'

export async function openBestStore(
  onTrouble: (fault: Fault) => void,
  locks: LockManagerLike | undefined = webLocks(),
  stored: IndexedDbRuns = new IndexedDbRuns({ onTrouble }),
): Promise<RunStore> {
  const works = await stored.lastOpened()
  // A newer database, a busy or a full one is still the place where the runs are; its faults say what to do.
  if (works.ok || works.fault.kind !== 'storage-unavailable') {
    await forgetDeleted(stored, locks)
    return stored
  }
  onTrouble({
    kind: 'storage-unavailable',
    message:
      'This browser keeps nothing (a private window?). The run lives until the page is closed; export it to keep it.',
  })
  return new MemoryRuns()
}

/** Runs deleted in an earlier visit can no longer be undone; those deleted in a tab that is still open can. */
async function forgetDeleted(store: RunStore, locks: LockManagerLike | undefined): Promise<void> {
  if (locks === undefined) return void (await store.purge())
  const name = 'evo:tab'
  try {
    await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await store.purge()
    })
    // Held as long as this tab lives. Nobody waits for its end.
    locks.request(name, { mode: 'shared' }, () => new Promise<void>(() => undefined)).catch(() => undefined)
  } catch {
    // Locks are forbidden here, so no tab can tell whether it is alone: what is deleted stays undoable.
  }
}
