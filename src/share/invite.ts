/**
 * An invitation to a room of islands, behind the settings in a link: `#v1=...&room=lobby&hub=https://...`; without a hub it
 * is a room of tabs. Whoever opens it is asked first.
 */
import { brokerAddress, isName } from '../bus/names.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { RoomSpec } from '../engine/protocol.ts'

export const inviteToHash = (settings: string, place: RoomSpec): string =>
  `${settings}&room=${place.room}${place.kind === 'mqtt' ? `&hub=${encodeURIComponent(place.address)}` : ''}`

/** The settings alone, and the room that somebody invites to; null where nobody does. */
export function inviteFromHash(hash: string): { readonly settings: string; readonly invite: Result<RoomSpec> | null } {
  const cut = hash.indexOf('&')
  if (cut < 0) return { settings: hash, invite: null }
  const said = new URLSearchParams(hash.slice(cut + 1))
  const [room, hub] = [said.get('room'), said.get('hub')]
  return { settings: hash.slice(0, cut), invite: room === null ? null : placeOf(room, hub) }
}

function placeOf(room: string, hub: string | null): Result<RoomSpec> {
  if (!isName(room))
    return fail('bad-link', 'The link invites to a room whose name cannot be one: ask for another link.')
  if (hub === null) return ok({ kind: 'broadcast', room })
  const address = brokerAddress(hub)
  return address.ok ? ok({ kind: 'mqtt', room, address: hub.trim() }) : address
}
