/** Reading one answer as it comes, whatever the server makes of it. */
import { ok, type Result } from '../../core/result.ts'
import type { Generated, GenerateRequest } from '../contracts.ts'
import { within } from '../patience.ts'
import { Stopping } from '../stopping.ts'
import { parseChunk } from './chunks.ts'
import { cutFault, nonsenseFault, stalledFault, statusFault, type Asked } from './faults.ts'
import { EventReader } from './sse.ts'

/** A server that goes on after so many characters a token does not keep to the limit it was given. */
const MOST_CHARACTERS = 64
/** Longest answer that comes in one piece. */
const MOST_WHOLE = 1_000_000

/** What has been read of an answer. */
class Answer {
  readonly text: Stopping
  readonly #asked: Asked
  readonly #onText: (added: string) => void
  readonly #most: number
  fault: Result<never> | null = null
  finish: 'stop' | 'length' | null = null
  #closed = false
  #chunks = 0
  #pieces = 0
  #tokens: number | null = null
  #promptTokens = 0

  constructor({ stop = [], maxTokens }: GenerateRequest, asked: Asked, onText: (added: string) => void) {
    this.text = new Stopping(stop, onText)
    this.#most = maxTokens * MOST_CHARACTERS
    this.#asked = asked
    this.#onText = onText
  }

  get over(): boolean {
    return this.#closed || this.fault !== null || this.text.stopped || this.text.text.length > this.#most
  }

  /** One that means nothing is passed over: the next may. */
  take(data: string): void {
    if (this.over) return
    if (data.trim() === '[DONE]') {
      this.#closed = true
      return
    }
    const chunk = parseChunk(data)
    if (chunk === null) return
    this.#chunks++
    if (chunk.error !== null) this.fault = statusFault(500, chunk.error, this.#asked)
    this.finish = chunk.finish ?? this.finish
    this.#tokens = chunk.tokens ?? this.#tokens
    this.#promptTokens = chunk.promptTokens ?? this.#promptTokens
    if (chunk.text !== '') this.#pieces++
    this.text.add(chunk.text)
    this.#onText('') // A sign of life, also where a model thinks in silence.
  }

  done(aborted: boolean): Result<Generated> {
    if (!aborted && this.fault !== null) return this.fault
    if (!aborted && this.#chunks === 0) return nonsenseFault(this.#asked)
    const endless = this.text.text.length > this.#most
    this.text.end()
    return ok({
      text: this.text.text,
      tokens: this.#tokens ?? this.#pieces,
      promptTokens: this.#promptTokens,
      ms: 0,
      finish: aborted ? 'aborted' : endless ? 'length' : (this.finish ?? 'stop'),
    })
  }
}

/** `signal` is the one that the response was fetched with: its abort ends the reading. Never rejects. */
export async function readAnswer(
  response: Response,
  request: GenerateRequest,
  asked: Asked,
  stallMs: number,
  onText: (added: string) => void,
  signal: AbortSignal,
): Promise<Result<Generated>> {
  const answer = new Answer(request, asked, onText)
  const reader = response.body?.getReader()
  const isStream = (response.headers.get('content-type') ?? '').includes('event-stream')
  const events = new EventReader()
  const decoder = new TextDecoder()
  let whole = ''
  while (reader !== undefined && !answer.over && !signal.aborted) {
    const cut = () => 'cut' as const
    const read = await within(reader.read().catch(cut), stallMs)
    if (read === null) answer.fault = stalledFault(asked, stallMs)
    else if (read === 'cut') answer.fault = cutFault(asked)
    else if (read.done) {
      for (const data of isStream ? events.end() : [whole + decoder.decode()]) answer.take(data)
      break
    } else if (isStream) {
      const complete = events.read(read.value)
      if (complete === null) answer.fault = nonsenseFault(asked)
      else for (const data of complete) answer.take(data)
    } else whole = (whole + decoder.decode(read.value, { stream: true })).slice(0, MOST_WHOLE)
  }
  void reader?.cancel().catch(() => undefined)
  return answer.done(signal.aborted)
}
