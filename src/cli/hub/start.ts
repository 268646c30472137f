/**
 * A hub: the built page and a broker, from one port. Whoever opens its address has both, and islands on other machines
 * or without a page need the same address alone.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { isIPv6, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws'
import { HUB_HEADER } from '../../bus/names.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { createBroker, type BrokerLimits } from './broker.ts'
import { answer, readFolder } from './files.ts'
import { PacketLengths } from './packets.ts'

/** Where the broker is; it speaks MQTT 3.1.1 in WebSockets. */
export const BROKER_PATH = '/mqtt'

export interface HubOptions {
  /** 0 for a free one. */
  readonly port: number
  /** `localhost` for this machine alone, `0.0.0.0` for everybody who reaches it. */
  readonly host: string
  /** Where the built page is. */
  readonly folder: string
  /** Certificate and key in PEM; without them the hub speaks plain http. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Other pages, such as `http://localhost:4173`, that may join; `*` for any. Programs without a page always may. */
  readonly origins?: readonly string[]
  readonly limits?: Partial<HubLimits>
}

export interface HubLimits extends BrokerLimits {
  /** Islands at the broker at once. */
  readonly islands: number
  /** Bytes of a packet. */
  readonly packetBytes: number
}

const LIMITS: HubLimits = { islands: 256, packetBytes: 1_153_434, mailboxes: 1024, mailboxBytes: 128 << 20 }

export interface Hub {
  /** Of the page, on this machine. */
  readonly url: string
  readonly port: number
  /** Of the page, for other machines; empty where they cannot reach it. */
  readonly addresses: readonly string[]
  /** Everybody is cut off. */
  close(): Promise<void>
}

export async function startHub(options: HubOptions): Promise<Result<Hub>> {
  const { port, host, folder, tls, origins = [] } = options
  const limits = { ...LIMITS, ...options.limits }
  const files = readFolder(folder)
  if (!files.ok) return files
  const server = serverOf(tls)
  if (!server.ok) return server
  const { value: http } = server
  const broker = await createBroker(limits)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.packetBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })

  http.on('request', (request, response) => {
    // By this the page knows that it may offer its own address as a hub.
    response.setHeader(HUB_HEADER, BROKER_PATH)
    answer(files.value, request, response)
  })
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== BROKER_PATH) return refuse(socket, '404 Not Found')
    if (!mayJoin(request, origins)) return refuse(socket, '403 Forbidden')
    if (sockets.clients.size >= limits.islands) return refuse(socket, '503 Service Unavailable')
    sockets.handleUpgrade(request, socket, head, (joined) => {
      watch(joined, limits.packetBytes)
      broker.handle(createWebSocketStream(joined), request)
    })
  })

  const listening = await new Promise<Result<number>>((resolve) => {
    http.once('error', (error: NodeJS.ErrnoException) => resolve(whyNoPort(error, host, port)))
    http.listen(port, host, () => resolve(ok((http.address() as AddressInfo).port)))
  })
  if (!listening.ok) {
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    return listening
  }
  const address = (name: string) =>
    `http${tls === undefined ? '' : 's'}://${isIPv6(name) ? `[${name}]` : name}:${listening.value}/`
  const isForAll = host === '0.0.0.0' || host === '::'
  return ok({
    url: address(isForAll ? 'localhost' : host),
    port: listening.value,
    addresses: isForAll ? neighbours().map(address) : [],
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
    },
  })
}

function serverOf(tls: HubOptions['tls']): Result<ReturnType<typeof createServer>> {
  if (tls === undefined) return ok(createServer())
  try {
    return ok(createSecureServer({ cert: tls.cert, key: tls.key }))
  } catch {
    return fail(
      'bad-certificate',
      'Certificate and key cannot be used: both have to be in PEM, and to belong together.',
    )
  }
}

/** A page of elsewhere could join in the name of whoever looks at it: browsers tell where a page is from, programs do not. */
function mayJoin({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** A frame may hold part of a packet, so its own limit is none for packets. */
function watch(socket: WebSocket, most: number): void {
  const lengths = new PacketLengths(most)
  socket.on('message', (data) => {
    const pieces = Array.isArray(data) ? data : [data]
    if (!pieces.every((piece) => lengths.accepts(new Uint8Array(piece)))) socket.terminate()
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

function whyNoPort({ code }: NodeJS.ErrnoException, host: string, port: number): Result<never> {
  const why =
    { EADDRINUSE: 'something else uses it; name another with --port', EACCES: 'it takes rights that you do not have; name one above 1023 with --port',
      ENOTFOUND: 'there is no such host; --host takes a name or an address of this machine', EADDRNOTAVAIL: 'this machine has no such address; see --host' }[code ?? ''] ?? code // prettier-ignore
  return fail('no-port', `Port ${port} of ${host} cannot be had: ${why}.`)
}

/** This machine's addresses in its networks. */
const neighbours = (): string[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one !== undefined && one.family === 'IPv4' && !one.internal ? [one.address] : []))
