/** One answer of a loaded model, streamed. */
import type { MLCEngineInterface } from '@mlc-ai/web-llm'
import type { Generated, GenerateRequest } from '../contracts.ts'
import { chatRequest, EMPTY_THOUGHT, thinks, withoutThought } from './request.ts'

/** Text is handed on so often at most. */
const TEXT_MS = 50

export const NOTHING_WRITTEN: Generated = { text: '', tokens: 0, promptTokens: 0, ms: 0, finish: 'aborted' }

export async function write(
  engine: MLCEngineInterface,
  id: string,
  request: GenerateRequest,
  onText: (added: string) => void,
  signal: AbortSignal,
): Promise<Generated> {
  const began = performance.now()
  const chunks = await engine.chat.completions.create(chatRequest(id, request))
  let finish: Generated['finish'] = 'stop'
  let tokens = 0
  let promptTokens = 0
  let waiting = ''
  let told = began
  let hidden = thinks(id) ? EMPTY_THOUGHT.length : 0
  const tell = () => {
    if (waiting !== '') onText(waiting)
    waiting = ''
    told = performance.now()
  }
  for await (const { choices, usage } of chunks) {
    // The engine forgets an interruption that came before it began.
    if (signal.aborted) void engine.interruptGenerate()
    const [choice] = choices
    const added = choice?.delta.content ?? ''
    waiting += added.slice(hidden)
    hidden = Math.max(0, hidden - added.length)
    if (performance.now() - told >= TEXT_MS) tell()
    const reason = choice?.finish_reason ?? null
    if (reason !== null) finish = reason === 'length' ? 'length' : reason === 'abort' ? 'aborted' : 'stop'
    if (usage !== undefined) {
      tokens = usage.completion_tokens
      promptTokens = usage.prompt_tokens
    }
  }
  tell()
  // What was streamed may end with the beginning of a stop text; this does not.
  const text = withoutThought(await engine.getMessage(id))
  return { text, tokens, promptTokens, ms: performance.now() - began, finish }
}
