/** The curves that the evolved front is seen against: schedules that people made, and plain samplers with fewer steps. */
import { startPictures } from './pictures.ts'
import { ok } from '../../../core/result.ts'
import type { ArenaViews } from '../../../ui/views.ts'
import type { Baseline } from '../pictures.ts'
import { scheduleOf } from './elite.ts'

const GLYPHS: Readonly<Record<Baseline['id'], string>> = { fora: '▲', tgate: '◆', fewer: '■', grid: '✕' }

export const references: NonNullable<ArenaViews['references']> = (options, seed) => {
  const pictures = startPictures(options)
  const opened = pictures.open()
  return {
    async curves(texts) {
      const model = await opened
      if (!model.ok) return model
      const front = texts.flatMap((text) => scheduleOf(text) ?? [])
      const baselines = await pictures.baselines({ options, seed, front })
      if (!baselines.ok) return baselines
      return ok(
        baselines.value.map(({ id, label, points }) => ({
          id,
          label,
          glyph: GLYPHS[id],
          points: points.map(({ cost, error }) => ({ cost, error })),
        })),
      )
    },
    dispose: () => pictures.dispose(),
  }
}
