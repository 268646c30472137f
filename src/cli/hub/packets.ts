/**
 * Follows the packets in a stream of MQTT by their lengths, so that one that is too large can be cut off when it is
 * announced, and not when all of it was collected. A packet is a byte, a length in 1 to 4 bytes of 7 bits each, and so
 * many bytes (MQTT 3.1.1, section 2.2).
 */
export class PacketLengths {
  readonly #most: number
  /** Bytes of the packet's body that are still to come. */
  #body = 0
  /** Bytes of its head that were read. */
  #head = 0
  #length = 0

  /** `most`: bytes of a body. */
  constructor(most: number) {
    this.#most = most
  }

  /** False once a packet is too large, or its length cannot be one. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0
    while (at < bytes.length) {
      if (this.#body > 0) {
        const passed = Math.min(this.#body, bytes.length - at)
        this.#body -= passed
        at += passed
        continue
      }
      const byte = bytes[at++] ?? 0
      if (this.#head++ === 0) continue
      this.#length += (byte & 0x7f) * 2 ** (7 * (this.#head - 2))
      if (this.#length > this.#most || this.#head > 5) return false
      if (byte < 0x80) {
        this.#body = this.#length
        this.#length = this.#head = 0
      }
    }
    return true
  }
}
