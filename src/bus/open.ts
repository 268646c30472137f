/** The bus of a room. What speaks to brokers is loaded only when somebody asks for one. */
import type { Result } from '../core/result.ts'
import { openBroadcast } from './broadcast.ts'
import type { IslandBus } from './contracts.ts'

/** Tabs of this browser, or machines at a hub or broker. */
export type Place =
  | { readonly kind: 'broadcast'; readonly room: string }
  | { readonly kind: 'mqtt'; readonly room: string; readonly address: string }

export async function openBus(place: Place, island: string): Promise<Result<IslandBus>> {
  if (place.kind === 'broadcast') return openBroadcast({ room: place.room, island })
  const { openMqtt } = await import('./mqtt.ts')
  return openMqtt({ url: place.address, room: place.room, island })
}
