/** A cable to a server that can be pulled out and put back. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Cable {
  readonly port: number
  /** Connections break, and new ones are refused as soon as they are made. */
  pull(): void
  plug(): void
  close(): Promise<void>
}

export async function cableTo(port: number): Promise<Cable> {
  const ends = new Set<Socket>()
  let isPulled = false
  const server = createServer((near) => {
    if (isPulled) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end)
      end.on('error', () => undefined)
      end.on('close', () => {
        ends.delete(end)
        other.destroy()
      })
      end.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const pull = () => {
    isPulled = true
    for (const end of ends) end.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    pull,
    plug: () => void (isPulled = false),
    close: () =>
      new Promise((resolve) => {
        pull()
        server.close(() => resolve())
      }),
  }
}
