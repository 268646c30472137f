/** What a database can answer instead of working, in sentences that say what to do. */
import type { Fault } from '../core/result.ts'

/** Raised inside a transaction to give it up with this fault. */
export class Refusal extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

export const NEWER: Fault = {
  kind: 'storage-newer',
  message: 'Your runs were written by a newer Evolarium. Reload the page to get it; nothing is lost.',
}
export const WAITING: Fault = {
  kind: 'storage-waiting',
  message: 'Another tab with an older Evolarium keeps the storage busy. Close it; saving then starts by itself.',
}
export const SILENT: Fault = {
  kind: 'storage-waiting',
  message:
    'The browser does not answer when asked for the stored runs. Close other tabs of this page; if that does not help, restart the browser.',
}
export const CLOSED: Fault = {
  kind: 'storage-closed',
  message:
    'The browser closed the storage (perhaps site data was cleared). Try again in a few seconds; a run is saved again by itself.',
}
export const ABORTED: Fault = {
  kind: 'storage-aborted',
  message: 'The browser broke off saving, and nothing was changed. Try again; a run is saved again by itself.',
}
const FULL: Fault = {
  kind: 'storage-full',
  message:
    'The disk space for this site is used up, so nothing more is saved. Delete old runs and reload the page, or export this run to keep it.',
}

export const noRun = (id: string): Fault => ({ kind: 'no-run', message: `There is no stored run "${id}".` })
export const outOfOrder = (message: string): Fault => ({ kind: 'out-of-order', message })
export const runDamaged = (id: string): Fault => ({
  kind: 'run-damaged',
  message: `The entry of run "${id}" is damaged, so it cannot be opened; it was left as it is. Import its .evo file, if you exported it.`,
})
export const birthsDamaged = (id: string, births: number): Fault => ({
  kind: 'births-damaged',
  message: `${births} of the births of run "${id}" ${births === 1 ? 'is' : 'are'} damaged and left out, so families have gaps. The archive is whole.`,
})

export const tapeDamaged = (id: string, entries: number): Fault => ({
  kind: 'tape-damaged',
  message: `${entries} of the generations on the tape of run "${id}" ${entries === 1 ? 'is' : 'are'} damaged and left out, so playing it again will not give the same archive. The archive is whole.`,
})

/** What an exception of an open database means. */
export function storageFault(error: unknown): Fault {
  if (error instanceof Refusal) return error.fault
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return FULL
    case 'VersionError':
      return NEWER
    // Safari loses its storage process with an UnknownError; opening anew helps as after any closing.
    case 'InvalidStateError':
    case 'UnknownError':
      return CLOSED
    case 'AbortError':
      return ABORTED
    default:
      return unavailable(error)
  }
}

/** What an exception means when it was raised by opening: there is no connection yet that could have been closed. */
export function openingFault(error: unknown): Fault {
  const name = nameOf(error)
  return name === 'VersionError' || name === 'QuotaExceededError' ? storageFault(error) : unavailable(error)
}

function unavailable(error: unknown): Fault {
  const cause = error instanceof Error || error instanceof DOMException ? error.message || error.name : String(error)
  return {
    kind: 'storage-unavailable',
    message: `Runs cannot be stored here (${cause.replace(/\.$/, '')}). The run goes on; export it to keep it.`,
  }
}

export const nameOf = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.name : ''
