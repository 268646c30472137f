/** Ways of sampling judged on one set of captions and noise, each once. */
import type { Way } from '../../arenas/diffusion-cache/baselines.ts'
import { measured } from '../../arenas/diffusion-cache/evaluate.ts'
import { anglesOf } from '../../arenas/diffusion-cache/model/sampler.ts'
import type { DitWeights } from '../../arenas/diffusion-cache/model/shape.ts'
import { WasmSampler, type SamplePlan } from '../../arenas/diffusion-cache/model/wasm.ts'
import { fullSchedule, type Schedule } from '../../arenas/diffusion-cache/schedule.ts'
import { distanceToRenders, type FeatureNet } from '../../arenas/diffusion-cache/scenes/features.ts'

/** How something is sampled: a schedule, and where its steps begin where that is not in equal parts. */
export type Sampling = Pick<Way, 'schedule' | 'angles'>

export interface Judgement {
  /** Mean squared difference to the picture that all steps give, picture by picture. */
  readonly errors: readonly number[]
  /** Means over pictures: the share of what was asked for, and the distance to a clean drawing of it. */
  readonly agreement: number
  readonly distance: number
  /** Of the features to renders; 0 where no features were asked for. */
  readonly frechet: number
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

export class Judge {
  readonly #sampler: WasmSampler
  /** For steps of other lengths: a sampler keeps the first step of the plan it was asked for last. */
  readonly #other: WasmSampler
  readonly #net: FeatureNet | null
  readonly #plan: SamplePlan & { readonly captions: Int32Array }
  readonly #known = new Map<string, Judgement>()
  readonly #all: Schedule
  #whole: Float32Array | null = null

  /** `steps`: the sampler that nothing is left out of. */
  constructor(
    { weights, net }: { readonly weights: DitWeights; readonly net: FeatureNet | null },
    steps: number,
    plan: SamplePlan & { readonly captions: Int32Array },
  ) {
    this.#sampler = new WasmSampler(weights)
    this.#other = new WasmSampler(weights)
    this.#net = net
    this.#plan = plan
    this.#all = fullSchedule({ steps, blocks: weights.shape.blocks })
  }

  of({ schedule, angles }: Sampling): Judgement {
    const key = `${schedule.steps} ${schedule.genes.join('')} ${angles?.join() ?? ''}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#whole ??= this.#sampler.sample(this.#all, this.#plan)
    const pictures =
      angles === undefined && schedule.steps === this.#all.steps
        ? this.#sampler.sample(schedule, this.#plan)
        : this.#other.sample(schedule, { ...this.#plan, angles: angles ?? anglesOf(schedule.steps) })
    const { rgb, errors, agreements, distances } = measured(this.#plan.captions, pictures, this.#whole)
    const judgement: Judgement = {
      errors,
      agreement: meanOf(agreements),
      distance: meanOf(distances),
      frechet: this.#net === null ? 0 : distanceToRenders(this.#net, rgb),
    }
    this.#known.set(key, judgement)
    return judgement
  }

  /** The one that nothing is left out of. */
  whole(): Judgement {
    return this.of({ schedule: this.#all })
  }
}
