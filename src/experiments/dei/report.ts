/** What the experiment came to, as rows with intervals and as text. */
import { meanWithInterval, type Interval } from '../../core/intervals.ts'
import { CONDITION_LABELS, CONDITIONS, type Condition } from './plan.ts'
import type { Outcome } from './run.ts'

export interface Row {
  readonly condition: Condition
  /** A mind's id, `all` for the row of a whole condition. */
  readonly variant: string
  readonly seeds: number
  readonly qdScore: Interval
  /** Of the islands, each for itself. */
  readonly islandQdScore: Interval
  readonly coverage: Interval
  /** Null where nobody receives anything. */
  readonly eta: Interval | null
  readonly peak: Interval
  readonly calls: number
  readonly evaluations: number
  /** Milliseconds of an ensemble. */
  readonly ms: number
}

/** Conditions that there are outcomes of, each as the mean over its variants of every seed, and then every variant of it. */
export function rowsOf(outcomes: readonly Outcome[]): readonly Row[] {
  return CONDITIONS.flatMap((condition) => {
    const of = outcomes.filter((outcome) => outcome.condition === condition)
    if (of.length === 0) return []
    const variants = [...new Set(of.map(({ variant }) => variant))]
    const whole = rowOf(condition, 'all', of)
    return variants.length < 2 ? [whole] : [whole, ...variants.map((variant) => rowOf(condition, variant, of.filter((one) => one.variant === variant)))] // prettier-ignore
  })
}

/** A seed counts once, whatever number of variants it has: they share their world. */
function rowOf(condition: Condition, variant: string, outcomes: readonly Outcome[]): Row {
  const seeds = [...new Set(outcomes.map(({ seed }) => seed))]
  const bySeed = (of: (outcome: Outcome) => number | null) =>
    seeds.flatMap((seed) => {
      const values = outcomes.filter((outcome) => outcome.seed === seed).flatMap((outcome) => of(outcome) ?? [])
      return values.length === 0 ? [] : [mean(values)]
    })
  const interval = (of: (outcome: Outcome) => number) => meanWithInterval(bySeed(of), `${condition} ${variant}`)
  const etas = bySeed(({ eta }) => eta)
  return {
    condition,
    variant,
    seeds: seeds.length,
    qdScore: interval(({ qdScore }) => qdScore),
    islandQdScore: interval(({ islandQdScore }) => islandQdScore),
    coverage: interval(({ coverage }) => coverage),
    eta: etas.length === 0 ? null : meanWithInterval(etas, `eta ${condition} ${variant}`),
    peak: interval(({ peak }) => peak),
    calls: mean(outcomes.map(({ cost }) => cost.calls)),
    evaluations: mean(outcomes.map(({ cost }) => cost.evaluations)),
    ms: mean(outcomes.map(({ cost }) => cost.ms)),
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Heterogeneous less another condition, seed by seed, where a seed has both. */
export interface Contrast {
  readonly against: Exclude<Condition, 'heterogeneous'>
  readonly qdScore: Interval
  readonly coverage: Interval
  readonly peak: Interval
}

export function contrastsOf(outcomes: readonly Outcome[]): readonly Contrast[] {
  const seeds = [...new Set(outcomes.map(({ seed }) => seed))]
  const contrasts = (['solo', 'homogeneous'] as const).map((against) => {
    const difference = (of: (outcome: Outcome) => number) =>
      meanWithInterval(
        seeds.flatMap((seed) => {
          const [mine, theirs] = (['heterogeneous', against] as const).map((condition) => outcomes.filter((one) => one.seed === seed && one.condition === condition).map(of)) // prettier-ignore
          return mine === undefined || theirs === undefined || mine.length * theirs.length === 0 ? [] : [mean(mine) - mean(theirs)] // prettier-ignore
        }),
        `difference ${against}`,
      )
    return {
      against,
      qdScore: difference(({ qdScore }) => qdScore),
      coverage: difference(({ coverage }) => coverage),
      peak: difference(({ peak }) => peak),
    }
  })
  return contrasts.filter(({ qdScore }) => Number.isFinite(qdScore.mean))
}

const HEADS = ['condition', 'merged QD-Score', 'one island', 'coverage', 'niche novelty η', 'peak generality', 'calls', 'judged', 'seconds'] // prettier-ignore

/** Markdown: the table, then what different minds bring. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = rowsOf(outcomes).map((row) => [
    row.variant === 'all' ? `**${CONDITION_LABELS[row.condition]}**` : `of ${row.variant}`,
    shown(row.qdScore, 2),
    shown(row.islandQdScore, 2),
    shown(row.coverage, 1, 100, ' %'),
    row.eta === null ? '-' : shown(row.eta, 2),
    shown(row.peak, 1, 100, ' %'),
    String(Math.round(row.calls)),
    String(Math.round(row.evaluations)),
    (row.ms / 1000).toFixed(1),
  ])
  const lines = [HEADS, HEADS.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`)
  const gains = contrastsOf(outcomes).map(
    ({ against, qdScore, coverage, peak }) =>
      `Different minds less ${against}, seed by seed: QD-Score ${signed(qdScore, 2)}, coverage ${signed(coverage, 1, 100)} points of a hundred, peak generality ${signed(peak, 1, 100)} points.`,
  )
  const seeds = new Set(outcomes.map(({ seed }) => seed)).size
  return `${lines.join('\n')}\n\nMeans of ${seeds} ${seeds === 1 ? 'seed, which says nothing about chance' : 'seeds, with bootstrap intervals of 95 %'}.\n${gains.join('\n')}\n`
} // prettier-ignore

/** `1.23 (1.00 to 1.50)`. */
export function shown({ mean: value, low, high }: Interval, digits: number, scale = 1, unit = ''): string {
  const text = (number: number) => (scale * number).toFixed(digits)
  return low === high ? `${text(value)}${unit}` : `${text(value)}${unit} (${text(low)} to ${text(high)})`
}

export function signed(interval: Interval, digits: number, scale = 1): string {
  const text = shown(interval, digits, scale)
  return interval.mean >= 0 ? `+${text}` : text
}
