/** Room on the disk for a big download: asked for in the page, because workers may not. */
export interface Room {
  /** The browser will not clear it away by itself. */
  readonly kept: boolean
  /** Bytes free, as the browser estimates; null where it does not tell. */
  readonly free: number | null
  /** For people. */
  readonly text: string
}

const mb = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`

/** Asks the browser to keep what is stored here, and how much room there is. */
export async function askForRoom(bytes: number): Promise<Room> {
  const storage = (navigator as { readonly storage?: StorageManager & { persist?(): Promise<boolean> } }).storage
  const kept = (await storage?.persist?.().catch(() => false)) ?? false
  const estimate = await storage?.estimate().catch(() => null)
  const free = estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0))
  return { kept, free, text: sentence(bytes, kept, free) }
}

/** What to tell before a download of so many bytes. */
export function sentence(bytes: number, kept: boolean, free: number | null): string {
  if (free !== null && free < bytes)
    return `About ${mb(bytes)} are needed, and the browser has room for ${mb(free)}: delete other models or free disk space first.`
  const room = free === null ? '' : ` There is room for ${mb(free)}.`
  const keeping = kept
    ? ' The browser will keep it.'
    : ' The browser may clear it away when the disk gets full; it would be fetched again then.'
  return `About ${mb(bytes)} will be stored.${room}${keeping}`
}
