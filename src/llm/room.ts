/** Room on the disk for a big download: asked for in the page, because workers may not. */
import { sizeText } from './size-text.ts'

export interface Room {
  /** Whether there seems to be enough. */
  readonly enough: boolean
  /** For people. */
  readonly text: string
}

/** How much room there is for so many bytes, before anything is fetched; asks the person nothing. */
export async function roomFor(bytes: number): Promise<Room> {
  const kept =
    (await storage()
      ?.persisted?.()
      .catch(() => false)) ?? false
  const estimate = await storage()
    ?.estimate()
    .catch(() => null)
  const free = estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0))
  return { enough: free === null || free >= bytes, text: sentence(bytes, kept, free) }
}

/** Asks the browser not to clear away what is stored here when room gets scarce; some ask the person. */
export async function keepStored(): Promise<void> {
  await storage()
    ?.persist?.()
    .catch(() => false)
}

/** What browsers have in pages; old ones lack parts, and other places all of it. */
interface PageStorage {
  estimate(): Promise<StorageEstimate>
  persist?(): Promise<boolean>
  persisted?(): Promise<boolean>
}

const storage = (): PageStorage | undefined =>
  typeof navigator === 'undefined' ? undefined : (navigator as { readonly storage?: PageStorage }).storage

/** What to tell before a download of so many bytes. */
export function sentence(bytes: number, kept: boolean, free: number | null): string {
  if (free !== null && free < bytes)
    return `About ${sizeText(bytes)} are needed, and the browser has room for ${sizeText(free)}: delete other models or free disk space first.`
  const room = free === null ? '' : ` There is room for ${sizeText(free)}.`
  const keeping = kept
    ? ' The browser will keep it.'
    : ' The browser may clear it away when the disk gets full; it would be fetched again then.'
  return `About ${sizeText(bytes)} will be stored.${room}${keeping}`
}
