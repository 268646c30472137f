/** The setting `step` at which the search sees what it does (src/core/effect.ts). */
import { EFFECT } from '../../core/effect.ts'

/** Bounds of the setting `step`. */
export const STEPS = { least: 0.05, most: 8 } as const

const HALVINGS = 7

export interface Reach {
  readonly step: number
  /** Share of answers that differ there. */
  readonly effect: number
}

/** `effectOf` a step grows with it, by and large. The step whose effect is nearest to the aim, to about a tenth of it. */
export function calibrated(effectOf: (step: number) => number): Reach {
  let [low, high] = [Math.log(STEPS.least), Math.log(STEPS.most)]
  let best: Reach | null = null
  for (let halving = 0; halving < HALVINGS; halving++) {
    const step = Number(Math.exp((low + high) / 2).toPrecision(2))
    const effect = effectOf(step)
    if (best === null || Math.abs(effect - EFFECT.aim) < Math.abs(best.effect - EFFECT.aim)) best = { step, effect }
    if (effect < EFFECT.aim) low = Math.log(step)
    else high = Math.log(step)
  }
  return best ?? { step: 1, effect: NaN }
}
