/** The experiment of this visit. It goes on while its sheet is closed, and what is done stays when it is stopped. */
import { startExperiment } from '../engine/supervisor.ts'
import type { ExperimentNews, ExperimentRequest } from '../experiments/dei/live.ts'
import type { Outcome } from '../experiments/dei/run.ts'

/** Before that the time left would be a guess. */
const LEAST_MS = 3000

class Experiment {
  state = $state<'idle' | 'running' | 'stopped' | 'done' | 'failed'>('idle')
  /** What went wrong, or empty. */
  trouble = $state('')
  request = $state.raw<ExperimentRequest | null>(null)
  minds = $state.raw<readonly { readonly id: string; readonly label: string }[]>([])
  total = $state(0)
  news = $state.raw<ExperimentNews | null>(null)
  outcomes = $state.raw<readonly Outcome[]>([])
  /** Null as long as it would be a guess. */
  secondsLeft = $state<number | null>(null)
  readonly isRunning = $derived(this.state === 'running')
  #stop: (() => void) | null = null

  async start(request: ExperimentRequest): Promise<void> {
    this.stop()
    const began = performance.now()
    this.request = request
    this.minds = []
    this.news = null
    this.outcomes = []
    this.secondsLeft = null
    this.trouble = ''
    this.state = 'running'
    const { over, stop } = startExperiment(request, {
      begun: (minds, ensembles) => {
        this.minds = minds
        this.total = ensembles
      },
      news: (news) => {
        this.news = news
        const spent = performance.now() - began
        this.secondsLeft =
          spent < LEAST_MS || news.share === 0 ? null : ((1 - news.share) / news.share) * (spent / 1000)
      },
      done: (outcome) => void (this.outcomes = [...this.outcomes, outcome]),
    })
    this.#stop = stop
    const result = await over
    if (this.#stop !== stop) return
    this.#stop = null
    this.state = result.ok ? 'done' : 'failed'
    this.trouble = result.ok ? '' : result.fault.message
  }

  stop(): void {
    const stop = this.#stop
    if (stop === null) return
    this.#stop = null
    this.state = 'stopped'
    stop()
  }
}

export const experiment = new Experiment()
