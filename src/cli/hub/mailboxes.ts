/** Which topics hold a message, so that there are never too many: the oldest of islands that are gone make room. */
import { readTopic } from '../../bus/names.ts'

export class Mailboxes {
  readonly #most: number
  readonly #mostBytes: number
  readonly #isHere: (island: string) => boolean
  /** Their bytes; the one that changed last is the last. */
  readonly #bytes = new Map<string, number>()
  #sum = 0

  constructor(most: number, mostBytes: number, isHere: (island: string) => boolean) {
    this.#most = most
    this.#mostBytes = mostBytes
    this.#isHere = isHere
  }

  /** Whether its message may be kept, and which topics have to be cleared. Empty ones are no mailboxes. */
  put(topic: string, bytes: number): { readonly isKept: boolean; readonly cleared: readonly string[] } {
    const wasThere = this.#drop(topic)
    const cleared: string[] = []
    for (const old of [...this.#bytes.keys()]) {
      if (bytes === 0 || this.#hasRoom(bytes)) break
      if (this.#isHere(readTopic(old)?.island ?? '')) continue
      this.#drop(old)
      cleared.push(old)
    }
    const isKept = bytes > 0 && this.#hasRoom(bytes)
    if (isKept) {
      this.#bytes.set(topic, bytes)
      this.#sum += bytes
    } else if (wasThere) cleared.push(topic)
    return { isKept, cleared }
  }

  #hasRoom(bytes: number): boolean {
    return this.#bytes.size < this.#most && this.#sum + bytes <= this.#mostBytes
  }

  #drop(topic: string): boolean {
    this.#sum -= this.#bytes.get(topic) ?? 0
    return this.#bytes.delete(topic)
  }
}
