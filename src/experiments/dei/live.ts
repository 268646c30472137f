/** The experiment as it is watched: which ensemble is at work, its islands' archives and all of them as one, and how far it is. */
import { join, mergedOf, type Merged } from '../../archives/merged.ts'
import type { GridShape } from '../../archives/grid.ts'
import type { Arena, Evaluator, Strategy } from '../../core/contracts.ts'
import { hashWords } from '../../core/hash.ts'
import { eliteName } from '../../core/names.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { statsOn } from '../../engine/frozen.ts'
import type { PictureView } from '../../engine/protocol.ts'
import { pictureView } from '../../engine/room.ts'
import type { EmbeddedModels } from '../../llm/dialect.ts'
import type { Llm } from '../../llm/llm.ts'
import { callsOf } from './measure.ts'
import { mindsOf, type MindKind } from './minds.ts'
import { ensemblesOf, planOf, type Ensemble, type Plan, type Size } from './plan.ts'
import { loopbackPost } from './post.ts'
import { runExperiment, type Outcome, type Scene } from './run.ts'

export interface ExperimentRequest extends Size {
  readonly arena: string
  readonly preset: string
  readonly minds: MindKind
}

export interface ExperimentNews {
  readonly ensemble: Pick<Ensemble, 'condition' | 'variant' | 'seed'>
  /** Ensembles done. */
  readonly done: number
  /** How far the whole is, 0..1, by children. */
  readonly share: number
  readonly shape: GridShape
  readonly picture: PictureView
  /** On the frozen panel, at the end; before that each island's scores are against its own opponents. */
  readonly isJudged: boolean
}

export interface ExperimentWatch {
  begun(minds: readonly { readonly id: string; readonly label: string }[], ensembles: number): void | Promise<void>
  /** A few times a second; waited for. */
  news(news: ExperimentNews): void | Promise<void>
  done(outcome: Outcome): void | Promise<void>
}

export interface LiveHost {
  readonly arena: Arena
  readonly strategy: Strategy<unknown>
  readonly evaluator: (options: Plan['options']) => Evaluator
  readonly embedded: EmbeddedModels
  readonly models: () => Llm
  readonly now: () => number
}

const NEWS_MS = 250

export async function watchExperiment(
  request: ExperimentRequest,
  host: LiveHost,
  watch: ExperimentWatch,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { arena } = host
  const preset = arena.presets.find(({ id }) => id === request.preset)
  if (preset === undefined) return fail('no-preset', `${arena.label} has no world "${request.preset}".`)
  const minds = mindsOf(request.minds, arena, preset.options, host.embedded)
  if (!minds.ok) return minds
  const plan = planOf(request, arena, preset, minds.value)
  const total = plan.seeds.reduce((sum, seed) => sum + ensemblesOf(plan, arena, seed).length, 0)
  await watch.begun(minds.value.map(({ id, label }) => ({ id, label })), total) // prettier-ignore
  let done = 0
  let told = -Infinity
  let scene: Scene | null = null
  const evaluator = host.evaluator(preset.options)
  const result = await runExperiment(
    plan,
    {
      arena,
      strategy: host.strategy,
      evaluator,
      models: host.models,
      post: loopbackPost,
      async watch(now) {
        scene = now
        if (host.now() - told < NEWS_MS) return
        told = host.now()
        const archives = now.islands.map(({ plan: { id }, state }) => archiveOf(id, state.elites))
        await watch.news(newsOf(now, { archives, done, share: (done + shareOf(now)) / total, isJudged: false }))
      },
      done(outcome, { islands }) {
        done++
        if (scene !== null)
          void watch.news(newsOf(scene, { archives: islands, done, share: done / total, isJudged: true }))
        void watch.done(outcome)
      },
    },
    signal,
  )
  evaluator.dispose()
  return result.ok ? ok(undefined) : result
}

/** Children made of those that there will be. */
const shareOf = ({ islands }: Scene): number => {
  const most = islands.reduce((sum, { plan }) => sum + Number(plan.settings.tactics?.['rounds']) * Number(plan.settings.tactics?.['iterations']), 0) // prettier-ignore
  return Math.min(1, islands.reduce((sum, { state }) => sum + callsOf(state), 0) / Math.max(1, most))
}

type Elites = Scene['islands'][number]['state']['elites']

const archiveOf = (island: string, elites: Elites): Merged =>
  mergedOf(
    elites.map((elite) => ({
      cell: elite.cell, objective: elite.objectives[0] ?? 0, words: elite.words, hash: hashWords(elite.words), island, name: eliteName(elite),
    })),
  ) // prettier-ignore

function newsOf(
  { ensemble: { condition, variant, seed }, islands, shape }: Scene,
  { archives, ...told }: Pick<ExperimentNews, 'done' | 'share' | 'isJudged'> & { readonly archives: readonly Merged[] },
): ExperimentNews {
  const merged = join(...archives)
  const picture = pictureView({ shape }, {
    islands: islands.map(({ plan, state }, at) => {
      const archive = archives[at] ?? {}
      return { island: plan.id, round: Math.max(0, (state.rounds?.openings.length ?? 1) - 1), archive, ...statsOn(shape, archive) }
    }),
    merged, ...statsOn(shape, merged), hash: '',
  }) // prettier-ignore
  return { ensemble: { condition, variant, seed }, shape, picture, ...told }
}
