/** The best place to keep runs here: IndexedDB, or memory where the browser keeps nothing. */
import type { Fault } from '../core/result.ts'
import { MemoryRuns } from './memory.ts'
import { IndexedDbRuns } from './runs.ts'
import type { RunStore } from './store.ts'

export async function openBestStore(onTrouble: (fault: Fault) => void): Promise<RunStore> {
  const stored = new IndexedDbRuns(onTrouble)
  // Runs deleted in an earlier visit can no longer be undone.
  const works = await stored.purge()
  if (works.ok || works.fault.kind === 'storage-newer') return stored
  onTrouble({
    kind: 'storage-unavailable',
    message:
      'This browser keeps nothing (a private window?). The run lives until the page is closed; export it to keep it.',
  })
  return new MemoryRuns()
}
