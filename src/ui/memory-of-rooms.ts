/** Which room each run was in, so that it can be offered again: the last few, in this browser alone. */
import * as v from 'valibot'
import type { RoomSpec } from '../engine/protocol.ts'

const KEY = 'evolarium:rooms'
const MOST = 32

const text = v.pipe(v.string(), v.maxLength(300))
const island = v.exactOptional(text)
const schema = v.array(
  v.tuple([
    text,
    v.variant('kind', [
      v.object({ kind: v.literal('broadcast'), room: text, island }),
      v.object({ kind: v.literal('mqtt'), room: text, address: text, island }),
    ]),
  ]),
)

export class RoomMemory {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage
  }

  of(run: string): RoomSpec | null {
    return this.#all().find(([id]) => id === run)?.[1] ?? null
  }

  /** Null forgets it. */
  put(run: string, spec: RoomSpec | null): void {
    const others = this.#all().filter(([id]) => id !== run)
    const all = spec === null ? others : [...others, [run, spec]]
    this.#storage.setItem(KEY, JSON.stringify(all.slice(-MOST)))
  }

  #all(): readonly (readonly [string, RoomSpec])[] {
    try {
      const read = v.safeParse(schema, JSON.parse(this.#storage.getItem(KEY) ?? '[]'))
      return read.success ? read.output : []
    } catch {
      return []
    }
  }
}
