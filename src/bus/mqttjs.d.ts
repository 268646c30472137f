/** As much of mqtt.js as we use: its own types bring Node's with them, which have no place in a worker. */
declare module 'mqtt' {
  export interface ConnectOptions {
    readonly clientId: string
    readonly clean: boolean
    readonly protocolVersion: 4
    /** Seconds. */
    readonly keepalive: number
    readonly connectTimeout: number
    /** Milliseconds; 0 for a client that tries once. */
    readonly reconnectPeriod: number
    readonly queueQoSZero: boolean
    readonly resubscribe: boolean
    /** Its other timers are workers made of text. */
    readonly timerVariant: 'native'
    readonly will: {
      readonly topic: string
      readonly payload: string
      readonly qos: 0
      readonly retain: boolean
    }
    /** In Node: who vouches for the broker's certificate, in PEM. */
    readonly ca?: string
  }
  export interface MqttClient {
    on(event: 'connect' | 'close', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(
      event: 'message',
      listener: (topic: string, payload: Uint8Array, packet: { readonly retain: boolean }) => void,
    ): this
    removeAllListeners(): this
    subscribe(topics: string[], options: { readonly qos: 0 }, done: (error: Error | null) => void): this
    publish(topic: string, payload: string | Uint8Array, options: { readonly qos: 0; readonly retain: boolean }): this
    end(force: boolean, done?: () => void): this
  }
  /** Its build for browsers has a default export alone. */
  const mqtt: { connect(url: string, options: ConnectOptions): MqttClient }
  export default mqtt
}
