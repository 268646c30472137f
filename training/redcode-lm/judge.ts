/**
 * Judges warriors that a Python script wrote, as the singular-values arena does: reads `{ "texts": tokens of each, "generation": n }` from
 * one file and writes points of each, as a share of the most there is, to another. Generation 0 meets the held-out opponents, and gets
 * the kinds and the token distance too.
 *
 *   npx tsx training/redcode-lm/judge.ts ask.json answer.json
 */
import { readFileSync, writeFileSync } from 'node:fs'
import arena from '../../src/arenas/singular-values/index.ts'
import { Jury } from '../../src/arenas/singular-values/warriors/jury.ts'
import { kindsAmong, tokenDistance } from '../../src/arenas/singular-values/warriors/scores.ts'
import type { Arena } from '../../src/core/contracts.ts'
import { loadJudge } from '../../src/cli/arenas.ts'

const never = { aborted: false }

async function main([ask = '', answer = '']: readonly string[]): Promise<void> {
  const options = { ...arena.presets.find(({ id }) => id === 'warriors')?.options }
  const judge = await loadJudge(arena as Arena, options)
  if (!judge.ok || judge.value === undefined) throw new Error('there is no judge')
  const { texts, generation } = JSON.parse(readFileSync(ask, 'utf8')) as { texts: number[][]; generation: number }
  const jury = new Jury(judge.value, 'panel')
  const batch = { seed: 1, count: texts.length, generation, isFresh: true }
  const verdicts = generation === 0 ? jury.held(texts, never) : jury.judge(texts, batch, never)
  const points = verdicts.map((verdict) => verdict.points)
  const won = verdicts.reduce((sum, verdict) => sum + verdict.won, 0) / verdicts.length
  writeFileSync(answer, JSON.stringify({ points, won, kinds: kindsAmong(verdicts), distance: tokenDistance(texts) }))
}

void main(process.argv.slice(2))
