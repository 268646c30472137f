/** A model that answers from a list, over and over: for tests, demos, and pages that show what a model would do. */
import { ok } from '../../core/result.ts'
import type { CreateModel, Generated, SpecOf } from '../contracts.ts'
import { cutAt } from '../stopping.ts'
import { noStats, notBegun, tally } from '../tally.ts'

type ScriptedSpec = SpecOf<'scripted'>

/**
 * Answers follow one another in the order of the list, whatever is asked; asked in the same order they are the same. A word
 * and the space after it count as a token; `maxTokens` and `stop` are kept to as any model would.
 */
export const createScripted: CreateModel<ScriptedSpec> = ({ model, texts }) => {
  let next = 0
  let stats = noStats
  return {
    load: (onProgress) => {
      onProgress({ stage: 'prepare', text: `${model}: ${texts.length} answers`, done: 1 })
      return Promise.resolve(
        ok({
          id: model,
          label: model,
          version: 'scripted 1',
          capabilities: { grammar: false, schema: false, repeatable: true, batch: 8, context: 4096 },
        }),
      )
    },
    async generate(requests, onText, signal) {
      const began = performance.now()
      const answers: Generated[] = []
      for (const [index, { system, prompt, maxTokens, stop }] of requests.entries()) {
        const promptTokens = wordsOf(`${system} ${prompt}`).length
        if (signal.aborted) {
          answers.push(notBegun)
          continue
        }
        const whole = cutAt(texts[next++ % Math.max(1, texts.length)] ?? '', stop ?? [])
        const words = wordsOf(whole)
        let text = ''
        let tokens = 0
        while (tokens < words.length && tokens < maxTokens && !signal.aborted) {
          const word = words[tokens++] ?? ''
          text += word
          onText(index, word)
          // Lets an abort in, as a real model does between two tokens.
          await Promise.resolve()
        }
        const finish = signal.aborted ? 'aborted' : tokens < words.length ? 'length' : 'stop'
        answers.push({ text, tokens, promptTokens, ms: 0, finish })
      }
      const ms = performance.now() - began
      const share = ms / Math.max(1, requests.length)
      stats = tally(stats, answers, ms)
      return ok(answers.map((answer) => ({ ...answer, ms: share })))
    },
    stats: () => stats,
    unload: () => Promise.resolve(),
  }
}

const wordsOf = (text: string): readonly string[] => text.match(/\S+\s*|\s+/g) ?? []
