/** The experiment as the page watches it, in the arena of numbers. */
import { describe, expect, it } from 'vitest'
import type { Arena } from '../../../src/core/contracts.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { watchExperiment, type ExperimentNews, type LiveHost } from '../../../src/experiments/dei/live.ts'
import { ensemblesOf, planOf } from '../../../src/experiments/dei/plan.ts'
import { loopbackPost } from '../../../src/experiments/dei/post.ts'
import { contrastsOf, rowsOf } from '../../../src/experiments/dei/report.ts'
import { runExperiment, type Outcome } from '../../../src/experiments/dei/run.ts'
import { numbers, queen } from '../../support/red-queen.ts'

const minds = [
  { id: 'guesser', label: 'Guesser', help: '', operators: { any: 1 } },
  { id: 'stepper', label: 'Stepper', help: '', operators: { any: 1, step: 9 } },
]
const arena: Arena = { ...numbers, minds: () => minds }
const size = { seeds: [1, 2], rounds: 2, children: 40 }
const preset = arena.presets[0]!
const models = () => {
  throw new Error('nobody asks')
}
const never = new AbortController().signal

async function watched(change: { readonly world?: string; readonly signal?: AbortSignal; readonly onDone?: () => void } = {}) {
  const [news, outcomes]: [ExperimentNews[], Outcome[]] = [[], []]
  let clock = 0
  let told: readonly string[] = []
  const host: LiveHost = {
    arena, strategy: queen, evaluator: (options) => inlineEvaluator(arena, options), embedded: [], models, now: () => (clock += 100),
  } // prettier-ignore
  const result = await watchExperiment(
    { ...size, arena: arena.id, preset: change.world ?? preset.id, minds: 'classical' },
    host,
    {
      begun: (list) => void (told = list.map(({ id }) => id)),
      news: (one) => void news.push(one),
      done(outcome) {
        outcomes.push(outcome)
        change.onDone?.()
      },
    },
    change.signal ?? never,
  )
  return { result, news, outcomes, told }
} // prettier-ignore

describe('the experiment, watched', () => {
  it('[P49] comes to what it comes to unwatched, and tells how far it is with pictures of all islands', async () => {
    const { result, news, outcomes, told } = await watched()
    expect(result.ok).toBe(true)
    expect(told).toEqual(['guesser', 'stepper'])
    const plan = planOf(size, arena, preset, minds)
    const plain = await runExperiment(
      plan,
      { arena, strategy: queen, evaluator: inlineEvaluator(arena, preset.options), models, post: loopbackPost, watch: () => Promise.resolve(), done: () => undefined },
      never,
    ) // prettier-ignore
    const timeless = (list: readonly Outcome[]) => list.map(({ cost, ...rest }) => ({ ...rest, calls: cost.calls }))
    expect(plain.ok && timeless(plain.value)).toEqual(timeless(outcomes))
    expect(outcomes).toHaveLength(2 * ensemblesOf(plan, arena, 1).length)
    const shares = news.map(({ share }) => share)
    expect(shares).toEqual([...shares].sort((x, y) => x - y))
    expect(shares.at(-1)).toBe(1)
    for (const { picture, isJudged, ensemble } of news) {
      expect(picture.islands).toHaveLength(ensemble.condition === 'solo' ? 1 : 2)
      const scores = picture.islands.map((one) => one.scores)
      for (const [cell, owner] of picture.merged.owners.entries()) {
        const best = Math.max(...scores.map((one) => (Number.isNaN(one[cell]) ? -1 : one[cell]!)))
        expect(owner === -1 ? -1 : scores[owner]![cell]).toBe(best)
      }
      if (!isJudged) continue
      const same = outcomes.find((one) => one.seed === ensemble.seed && one.condition === ensemble.condition && one.variant === ensemble.variant) // prettier-ignore
      expect(picture.merged.qdScore).toBe(same?.qdScore)
    }
  })

  it('[P47] stopped in the middle it has told what was done, and a table of that has no holes', async () => {
    const abort = new AbortController()
    let ended = 0
    const { result, outcomes } = await watched({ signal: abort.signal, onDone: () => ++ended === 3 && abort.abort() })
    expect(result.ok).toBe(false)
    expect(outcomes).toHaveLength(3)
    expect(rowsOf(outcomes).map(({ condition }) => condition)).not.toContain('heterogeneous')
    for (const { qdScore, seeds } of rowsOf(outcomes)) expect([Number.isFinite(qdScore.mean), seeds]).toEqual([true, 1])
    expect(contrastsOf(outcomes)).toEqual([])
  })

  it('[P49] a world that is not there is told in a sentence', async () => {
    const { result } = await watched({ world: 'atlantis' })
    expect(result).toMatchObject({ ok: false, fault: { message: expect.stringMatching(/atlantis.*\.$/) } })
  })
})
