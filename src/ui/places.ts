/** Where islands meet, in words. */
import type { RoomSpec } from '../engine/protocol.ts'

export const placeName = (place: RoomSpec): string =>
  place.kind === 'broadcast'
    ? `room "${place.room}" among the tabs of this browser`
    : `room "${place.room}" at ${place.address}`
