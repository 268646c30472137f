/** A broker without any rule of ours, as strangers may run one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Aedes, type AedesOptions } from 'aedes'
import { createWebSocketStream, WebSocketServer } from 'ws'

export async function lawlessBroker(options: AedesOptions = {}): Promise<{ port: number; close(): Promise<void> }> {
  const broker = await Aedes.createBroker(options)
  const http = createServer()
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => void broker.handle(createWebSocketStream(socket)))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
}
