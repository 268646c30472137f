/**
 * Who is alive among the tabs of a browser. Each island holds a lock in its name; when its tab is closed, killed or
 * crashes, the browser lets go of it, and nobody has to say anything.
 */
export interface Attendance {
  /** Resolves once the name is held, to the way of letting go; null where locks are refused. */
  hold(name: string): Promise<(() => void) | null>
  /** Names that anybody holds now. */
  held(): Promise<ReadonlySet<string>>
}

/** Null where the browser has no Web Locks: outside of secure contexts, that is off localhost and https. */
export function webLocks(): Attendance | null {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return null
  const { locks } = navigator
  return {
    hold: (name) =>
      new Promise((resolve) => {
        const holding = () => new Promise<void>((letGo) => resolve(() => letGo()))
        // Shared: a tab that was doubled goes by the same name, and neither has to wait for the other.
        locks.request(name, { mode: 'shared' }, holding).catch(() => resolve(null))
      }),
    async held() {
      const { held = [] } = await locks.query()
      return new Set(held.flatMap(({ name }) => (name === undefined ? [] : [name])))
    },
  }
}
