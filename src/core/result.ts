/**
 * Errors are values at boundaries. A fault says what happened, to which thing, and how to put it right; exceptions are
 * kept for bugs. Faults are plain objects, because Comlink drops the fields of thrown errors.
 */
export type Result<T, F extends Fault = Fault> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F }

export interface Fault {
  /** A stable name to switch on, such as `storage-full`. */
  readonly kind: string
  /** For people: what, which, and how to fix it. */
  readonly message: string
}

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const fail = (kind: string, message: string): Result<never> => ({ ok: false, fault: { kind, message } })

/** As much of an AbortSignal as pure code needs: `src/core` compiles without DOM types. */
export interface Cancellation {
  readonly aborted: boolean
}
