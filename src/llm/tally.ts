/** Counting what a model wrote, for its {@link ModelStats}. */
import type { Generated, ModelStats } from './contracts.ts'

export const noStats: ModelStats = { requests: 0, tokens: 0, promptTokens: 0, ms: 0 }

/** The totals with these answers, which took so long together. */
export const tally = (stats: ModelStats, answers: readonly Generated[], ms: number): ModelStats => ({
  requests: stats.requests + answers.length,
  tokens: answers.reduce((sum, { tokens }) => sum + tokens, stats.tokens),
  promptTokens: answers.reduce((sum, { promptTokens }) => sum + promptTokens, stats.promptTokens),
  ms: stats.ms + ms,
})

/** What was not even begun. */
export const notBegun: Generated = { text: '', tokens: 0, promptTokens: 0, ms: 0, finish: 'aborted' }
