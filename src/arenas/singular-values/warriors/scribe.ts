/** Writes warriors with a member's model: a text for each seed, each drawn by its seed alone. */
import type { Judge } from '../../../core/contracts.ts'
import type { Cancellation } from '../../../core/result.ts'
import { Oracle } from '../../../llm/transformer/oracle.ts'
import { misfit } from '../../../llm/transformer/sequence.ts'
import { hasSimd, WasmNetwork } from '../../../llm/transformer/wasm.ts'
import type { Weights } from '../../../llm/transformer/weights.ts'
import { writeAtOnce } from '../../../llm/transformer/desk.ts'

/** The tokens of one answer, with its end. */
export type Tokens = readonly number[]

/** Texts in hand at once. */
const SLOTS = 16

export class Scribe {
  readonly #judge: Judge
  readonly #plan
  #network: WasmNetwork | null = null

  /** Throws where model and language do not belong together: both are ours. */
  constructor({ shape }: Weights, judge: Judge) {
    const { arena, options, dialect } = judge
    const prompt = arena.prompts?.(options).native?.('new', [], 0)
    const plan = prompt === undefined ? null : dialect.plan(prompt)
    const problem =
      plan === null || !plan.ok
        ? 'it cannot be asked'
        : shape.vocabulary !== dialect.vocabulary || shape.context < dialect.context
          ? 'the model speaks another language'
          : misfit(plan.value, dialect)
    if (plan === null || !plan.ok || problem !== null) throw new Error(`${arena.id} cannot be written for: ${problem ?? ''}`) // prettier-ignore
    this.#judge = judge
    this.#plan = plan.value
  }

  write(weights: Weights, seeds: readonly number[], temperature: number, cancel: Cancellation): readonly Tokens[] {
    const { dialect } = this.#judge
    const writings = seeds.map((seed) => ({ plan: this.#plan, temperature, seed, most: this.#plan.most }))
    return writeAtOnce(this.#with(weights), dialect, writings, cancel).map(({ answer }) => answer)
  }

  #with(weights: Weights): WasmNetwork | Oracle {
    if (!hasSimd()) return new Oracle(weights, SLOTS)
    if (this.#network === null) this.#network = new WasmNetwork(weights, SLOTS)
    else this.#network.fit(weights)
    return this.#network
  }
}
