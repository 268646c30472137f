/**
 * Prompts of our own models: a first line such as `write 4`, `mutate 5` or `resample 5 12345`, then the parent's source.
 * The first number is the quality to aim at, 1..5, or 0 for none in particular; the second, of `resample` alone, chooses which
 * fields are redrawn. Without it the seed of the request does.
 */
import type { PromptKind } from '../../../core/completion.ts'
import { fail, ok, type Result } from '../../../core/result.ts'

export type Order = 'write' | 'mutate' | 'resample'

export interface NativePrompt {
  readonly order: Order
  /** 0 for none in particular. */
  readonly quality: number
  /** Where the prompt says one. */
  readonly seed: number | undefined
  /** Redcode, empty for `write`. */
  readonly source: string
}

/** Kinds of prompt that our models know. */
export const NATIVE_KINDS: readonly PromptKind[] = ['new', 'mutate', 'resample']

/**
 * The prompt for a kind: what `PromptKit.native` answers. Crossing over is not in these models, so the first parent is
 * mutated; and there is nothing to mend in what a grammar writes, so `fix` writes anew.
 */
export function nativePrompt(kind: PromptKind, parents: readonly string[], quality: number, seed?: number): string {
  const parent = parents[0]
  if (parent === undefined || kind === 'new' || kind === 'fix') return `write ${quality}`
  if (kind !== 'resample') return `mutate ${quality}\n${parent}`
  return `resample ${quality}${seed === undefined ? '' : ` ${seed}`}\n${parent}`
}

const FIRST_LINE = /^(write|mutate|resample) ([0-5])(?: (\d{1,10}))?$/

export function readPrompt(prompt: string): Result<NativePrompt> {
  const cut = prompt.indexOf('\n')
  const head = (cut === -1 ? prompt : prompt.slice(0, cut)).trim()
  const source = cut === -1 ? '' : prompt.slice(cut + 1)
  const [, order, quality, seed] = FIRST_LINE.exec(head) ?? []
  if (order === undefined) {
    return fail(
      'not-a-prompt',
      `"${head.slice(0, 40)}" is no order to this model: the first line is write, mutate or resample and a quality from 0 to 5, as in "mutate 5".`,
    )
  }
  if (order !== 'write' && source.trim() === '')
    return fail('no-parent', `"${head}" needs the parent's source on the lines that follow.`)
  return ok({
    order: order as Order,
    quality: Number(quality),
    seed: seed === undefined ? undefined : Number(seed),
    source,
  })
}
