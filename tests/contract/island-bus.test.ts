import type { Attendance } from '../../src/bus/attendance.ts'
import { openBroadcast } from '../../src/bus/broadcast.ts'
import { LoopbackNet } from '../../src/bus/loopback.ts'
import { openMqtt } from '../../src/bus/mqtt.ts'
import { hub } from '../support/hub.ts'
import { value } from '../support/islands.ts'
import { cableTo, type Cable } from '../support/proxy.ts'
import { describeIslandBusContract, type TestNet } from './island-bus.ts'

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const cannot = () => Promise.reject(new Error('tabs of one browser cannot be cut apart'))

describeIslandBusContract('the loopback', true, () => {
  const net = new LoopbackNet({ seed: 1 })
  const islands: string[] = []
  return Promise.resolve<TestNet>({
    open(island) {
      islands.push(island)
      return Promise.resolve(value(net.join(island)))
    },
    kill: ({ island }) => Promise.resolve(net.kill(island)),
    cut: ({ island }) => Promise.resolve(net.partition([islands.filter((other) => other !== island), [island]])),
    heal: () => Promise.resolve(net.heal()),
    pass: () => Promise.resolve(net.tick()),
    close: () => Promise.resolve(),
  })
})

/** What a browser's locks do, for tabs that are killed by hand. */
class Locks implements Attendance {
  readonly names: string[] = []
  hold(name: string): Promise<() => void> {
    this.names.push(name)
    return Promise.resolve(() => this.release(name))
  }
  held(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.names))
  }
  release(name: string): void {
    const at = this.names.indexOf(name)
    if (at >= 0) this.names.splice(at, 1)
  }
}

let rooms = 0
describeIslandBusContract('BroadcastChannel', false, () => {
  const room = `contract-${++rooms}`
  const attendance = new Locks()
  const Channel = globalThis.BroadcastChannel
  const channels = new Map<string, BroadcastChannel>()
  return Promise.resolve<TestNet>({
    open(island) {
      globalThis.BroadcastChannel = class extends Channel {
        constructor(name: string) {
          super(name)
          channels.set(island, this)
        }
      }
      const bus = value(openBroadcast({ room, island, attendance, lookMs: 50 }))
      globalThis.BroadcastChannel = Channel
      return Promise.resolve(bus)
    },
    kill({ island }) {
      const channel = channels.get(island)
      channel?.close()
      if (channel !== undefined) channel.postMessage = () => undefined
      attendance.release(`evolarium/${room}/island/${island}`)
      return Promise.resolve()
    },
    cut: cannot,
    heal: cannot,
    pass: () => wait(5),
    close: () => Promise.resolve(),
  })
})

describeIslandBusContract('MQTT and a hub', true, async () => {
  const { port, close } = await hub()
  const cables = new Map<string, Cable>()
  const pull = ({ island }: { island: string }) => Promise.resolve(cables.get(island)?.pull())
  const all: Cable[] = []
  return {
    async open(island) {
      const cable = await cableTo(port)
      cables.set(island, cable)
      all.push(cable)
      return value(await openMqtt({ url: `ws://127.0.0.1:${cable.port}`, room: 'contract', island, pauses: [50, 100] }))
    },
    kill: pull,
    cut: pull,
    heal: () => Promise.resolve(cables.forEach((cable) => cable.plug())),
    pass: () => wait(5),
    async close() {
      for (const cable of all) await cable.close()
      await close()
    },
  }
})
