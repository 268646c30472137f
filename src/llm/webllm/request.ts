/** Our requests in WebLLM's words. */
import type { ChatCompletionRequestStreaming, ResponseFormat } from '@mlc-ai/web-llm'
import type { GenerateRequest } from '../contracts.ts'

/** What WebLLM puts before the answer of a model that would otherwise think aloud first; it counts as written. */
export const EMPTY_THOUGHT = '<think>\n\n</think>\n\n'
const THOUGHT_TOKENS = 4

/** Models that think unless they are told not to: every token counts. */
export const thinks = (id: string): boolean => /^Qwen3([.-]|$)/.test(id)

/**
 * WebLLM's generator multiplies: neighbouring seeds would begin with nearly the same number, hence with the same token. This
 * scatters them, one to one on 31 bits.
 */
export function scattered(seed: number): number {
  let x = seed & 0x7fffffff
  x ^= x >>> 15
  x = Math.imul(x, 0x2c1b3c6d) & 0x7fffffff
  x ^= x >>> 12
  x = Math.imul(x, 0x297a2d39) & 0x7fffffff
  return x ^ (x >>> 15)
}

/** A grammar is preferred to a schema: it says more. The same text twice is compiled once. */
function formatOf({ grammar, schema }: GenerateRequest): ResponseFormat | undefined {
  if (grammar !== undefined) return { type: 'grammar', grammar }
  if (schema !== undefined) return { type: 'json_object', schema }
  return undefined
}

export function chatRequest(id: string, request: GenerateRequest): ChatCompletionRequestStreaming {
  const { system, prompt, maxTokens, temperature, seed, stop } = request
  const format = formatOf(request)
  const quiet = thinks(id)
  return {
    model: id,
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: prompt },
    ],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: maxTokens + (quiet ? THOUGHT_TOKENS : 0),
    temperature,
    // The defaults that models bring along would cut and bend what the temperature asks for.
    top_p: 1,
    repetition_penalty: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    seed: scattered(seed),
    ...(format === undefined ? {} : { response_format: format }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    ...(quiet ? { extra_body: { enable_thinking: false } } : {}),
  }
}

/** The answer alone. */
export const withoutThought = (text: string): string =>
  text.startsWith(EMPTY_THOUGHT) ? text.slice(EMPTY_THOUGHT.length) : text
