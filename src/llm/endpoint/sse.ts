/** Server-sent events, from bytes: lines cut anywhere, characters cut in the middle, any kind of line end. */

/** No honest line is so long. */
const MOST_LINE = 1_000_000

export class EventReader {
  readonly #decoder = new TextDecoder()
  #line = ''
  #data: string[] = []

  /** The data of the events that are complete now. Null when a line never ends. */
  read(bytes: Uint8Array): string[] | null {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** The data of an event that was not closed. */
  end(): string[] {
    return this.#take(`${this.#decoder.decode()}\n\n`) ?? []
  }

  #take(text: string): string[] | null {
    const events: string[] = []
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop() ?? ''
    if (this.#line.length > MOST_LINE) return null
    for (const whole of lines) {
      const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
      if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5))
      else if (line === '' && this.#data.length > 0) {
        events.push(this.#data.join('\n'))
        this.#data = []
      }
    }
    return events
  }
}
