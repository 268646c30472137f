/** A genome's text with where it comes from, for files and the clipboard. */
import type { EliteDetail, Snapshot } from '../engine/protocol.ts'
import { precise } from './format.ts'

export function storyOf(
  { text, objectives, generation, operatorLabel }: EliteDetail,
  { archive, run }: Pick<Snapshot, 'archive' | 'run'>,
  role = '',
): string {
  const scores = archive.objectives
    .map(({ label }, index) => `${label} ${precise(objectives[index] ?? NaN)}`)
    .join(', ')
  const { settings } = run
  const as = role === '' ? '' : `, ${role}`
  const story = `;author Evolarium\n;strategy Evolved in ${settings.preset}, seed ${settings.seed}, generation ${generation}, by "${operatorLabel}"${as}.\n;strategy ${scores}\n`
  return text.replace(/^(;name .*\n)/m, `$1${story}`)
}
