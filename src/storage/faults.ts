/** What a database can answer instead of working, in sentences. */
import type { Fault } from '../core/result.ts'

export function storageFault(error: unknown): Fault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'QuotaExceededError':
      return {
        kind: 'storage-full',
        message:
          'The disk space for this site is used up, so the run is not being saved. Delete old runs, or export this one.',
      }
    case 'VersionError':
      return {
        kind: 'storage-newer',
        message: 'Your runs were written by a newer Evolarium. Reload the page to get it; nothing is lost.',
      }
    case 'InvalidStateError':
      return {
        kind: 'storage-closed',
        message: 'The browser closed the storage (perhaps site data was cleared). Saving is tried again.',
      }
    case 'AbortError':
      return {
        kind: 'storage-aborted',
        message: 'The browser broke off saving. It is tried again with the next generation.',
      }
    default:
      return {
        kind: 'storage-unavailable',
        message: `Runs cannot be stored here (${error instanceof Error ? error.message : String(error)}). The run goes on; export it to keep it.`,
      }
  }
}
