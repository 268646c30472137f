/** An island without a run: a worker, as the engine is one, that joins over both buses and tells what it hears. */
import * as Comlink from 'comlink'
import { openBroadcast } from '../../../src/bus/broadcast.ts'
import type { BusStatus, IslandBus, MessageKind, Peer } from '../../../src/bus/contracts.ts'
import { openMqtt } from '../../../src/bus/mqtt.ts'

export type Over = 'broadcast' | 'mqtt'

export interface Told {
  readonly status: BusStatus
  readonly peers: readonly Peer[]
  /** As `sender kind: text`. */
  readonly heard: readonly string[]
}

export interface IslandApi {
  /** At the hub that served the page. Empty, or why not. */
  join(over: Over, room: string, island: string): Promise<string>
  publish(over: Over, kind: MessageKind, text: string): void
  told(over: Over): Told | null
}

const buses = new Map<Over, { readonly bus: IslandBus; readonly heard: string[] }>()

const api: IslandApi = {
  async join(over, room, island) {
    const opened =
      over === 'broadcast'
        ? openBroadcast({ room, island, lookMs: 200 })
        : await openMqtt({ url: location.origin, room, island })
    if (!opened.ok) return opened.fault.message
    const heard: string[] = []
    opened.value.subscribe(({ from, kind, bytes }) => heard.push(`${from} ${kind}: ${new TextDecoder().decode(bytes)}`))
    buses.set(over, { bus: opened.value, heard })
    return ''
  },
  publish: (over, kind, text) => buses.get(over)?.bus.publish(kind, new TextEncoder().encode(text)),
  told(over) {
    const one = buses.get(over)
    return one === undefined ? null : { status: one.bus.status(), peers: one.bus.peers(), heard: one.heard }
  },
}
Comlink.expose(api)
