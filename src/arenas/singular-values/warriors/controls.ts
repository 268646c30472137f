/**
 * What a search that makes a writer better has to be seen beside: the same adapter at lower temperatures, which costs nothing; a random
 * adapter; the rival with gradients. Each with how far it has narrowed.
 */
import type { Judge } from '../../../core/contracts.ts'
import type { Files } from '../../../core/files.ts'
import type { Options } from '../../../core/options.ts'
import { zeroOf, type Offsets } from '../genome.ts'
import type { Control } from './control.ts'
import { Press } from './evaluate.ts'
import { expertOf } from './expert.ts'
import { kindsAmong, MOST_POINTS, tokenDistance } from './scores.ts'

/** Of the control, from what models do by themselves to what is as good as always the same. */
const TEMPERATURES = [1, 0.7, 0.5, 0.3, 0.15] as const
const never = { aborted: false }

/** All on texts of the same noise; `seeds` are those of held-out texts, `file` is the model's. */
export function controlsOf(
  genome: Offsets,
  seeds: readonly number[],
  { options, files, judge, file }: { readonly options: Options; readonly files: Files; readonly judge: Judge; readonly file: Uint8Array },
): readonly Control[] {
  const zero = zeroOf(options)
  const measured = (kind: Control['kind'], label: string, press: Press, of: Offsets): Control => {
    const texts = press.write(of, seeds, never)
    const verdicts = press.jury.held(texts, never)
    const points = verdicts.reduce((sum, verdict) => sum + MOST_POINTS * verdict.points, 0) / verdicts.length
    const distinct = new Set(texts.map((tokens) => tokens.join())).size / texts.length
    return { kind, label, points, distance: tokenDistance(texts), kinds: kindsAmong(verdicts), distinct }
  }
  return [
    measured('now', 'Now', new Press(options, files, judge), genome),
    ...TEMPERATURES.map((temperature) => measured('temperature', `As trained, at ${temperature}`, new Press(options, files, judge, temperature), zero)),
    measured('random', 'A random adapter', new Press({ ...options, warmth: 'none' }, files, judge), zero),
    ...expertOf(file).map(({ round, points, distance, kinds, distinct }): Control => ({
      kind: 'gradient',
      label: round === 0 ? 'Gradients (recorded): before' : `Gradients (recorded): round ${round}`,
      points, distance, kinds, distinct,
    })),
  ]
} // prettier-ignore
