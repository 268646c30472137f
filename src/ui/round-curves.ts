/** The curves over rounds: what each shows of a champion, and where it lies between 0 and 1. */
import type { ChampionView, PanelResult, RoundsView } from '../engine/protocol-rounds.ts'
import { percent, precise } from './format.ts'

export interface RoundSeries {
  readonly key: 'share' | 'points' | 'ladder'
  readonly label: string
  readonly help: string
  /** Told apart by mark and dashes too. */
  readonly glyph: string
  readonly dash: string
  /** Null where nothing is told. */
  height(champion: ChampionView, guarded: boolean): number | null
  show(champion: ChampionView, guarded: boolean): string
}

export const resultOf = ({ panels }: ChampionView, panel: PanelResult['panel']): PanelResult | null =>
  panels.find((one) => one.panel === panel && one.members > 0) ?? null

/** Points are out of three hundred a hundred games. */
const MOST_POINTS = 300

export const ROUND_SERIES: readonly RoundSeries[] = [
  {
    key: 'share',
    label: 'Strangers beaten or tied',
    help: 'Share of the held-out panel that the champion beats or ties with. Nobody is evolved against this panel.',
    glyph: '●',
    dash: '',
    height: (champion, guarded) => (guarded ? champion.guarded : (resultOf(champion, 'held-out')?.share ?? null)),
    show(champion, guarded) {
      const height = this.height(champion, guarded)
      return height === null ? '-' : `${guarded ? 'about ' : ''}${percent(height)}`
    },
  },
  {
    key: 'points',
    label: 'Points',
    help: 'Against the held-out panel: 3 for a win, 1 for a tie, per 100 games. 300 is always winning, 100 always tying.',
    glyph: '■',
    dash: '7 3',
    height(champion, guarded) {
      const result = guarded ? null : resultOf(champion, 'held-out')
      return result === null ? null : result.points / MOST_POINTS
    },
    show(champion, guarded) {
      const result = guarded ? null : resultOf(champion, 'held-out')
      return result === null ? '-' : precise(Math.round(result.points))
    },
  },
  {
    key: 'ladder',
    label: 'Ladder',
    help: 'Rungs of the calibration ladder, known warriors from weak to strong, up to the first that it does not beat.',
    glyph: '▲',
    dash: '2 3',
    height: (champion) => (champion.ladder === '' ? null : champion.rungs / champion.ladder.length),
    show: (champion) => (champion.ladder === '' ? '-' : `${champion.rungs} of ${champion.ladder.length}`),
  },
]

/** All of a champion's numbers in a sentence. */
export function sentenceOf(champion: ChampionView, guarded: boolean): string {
  const told = ROUND_SERIES.map((series) => [series.label, series.show(champion, guarded)] as const)
    .filter(([, shown]) => shown !== '-')
    .map(([label, shown]) => `${label.toLowerCase()} ${shown}`)
  return `Round ${champion.round + 1}: ${champion.name}${told.length === 0 ? '' : `, ${told.join(', ')}`}`
}

/** Columns of the plot: all rounds that are planned, or what there is and room for more. */
export const columnsOf = ({ planned, opened }: RoundsView): number => Math.max(planned, opened, planned === 0 ? 10 : 1)

/** How far the run is, in a line. */
export function progressOf({ planned, opened, children, spent, phase }: RoundsView): string {
  const number = (value: number) => value.toLocaleString('en')
  const of = planned === 0 ? '' : ` of ${number(planned)}`
  if (opened === 0) return `Round 1${of} is about to begin`
  if (phase === 'over') return opened === 1 ? 'The only round is over' : `All ${number(opened)} rounds are over`
  return `Round ${number(opened)}${of}, ${number(spent)} of ${number(children)} children`
}

/** Rounds as rows for a spreadsheet: a header and one row a champion. While the panel is guarded only guarded answers go out. */
export function roundRows(
  { champions }: Pick<RoundsView, 'champions'>,
  objectives: readonly { readonly key: string }[],
  guarded: boolean,
): { readonly header: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] } {
  const panels = ['held-out', 'ladder', 'champions'] as const
  const shown = panels.filter((panel) => !guarded || panel !== 'held-out')
  const header = [
    'round', 'champion', 'id', 'made_by', 'island', ...objectives.map(({ key }) => key),
    ...(guarded ? ['held-out_share_thresholdout'] : []),
    ...shown.flatMap((panel) => ['won', 'tied', 'lost', 'points_per_100', 'share'].map((key) => `${panel}_${key}`)),
    ...(guarded ? [] : ['phenotype_change']), 'versus_earlier',
  ] // prettier-ignore
  const rows = champions.map((champion) => [
    champion.round + 1, champion.name, champion.id, champion.operatorLabel, champion.from ?? '', ...champion.objectives,
    ...(guarded ? [champion.guarded ?? ''] : []),
    ...shown.flatMap((panel): readonly (string | number)[] => {
      const result = resultOf(champion, panel)
      return result === null ? ['', '', '', '', ''] : [result.won, result.tied, result.lost, result.points, result.share]
    }),
    ...(guarded ? [] : [champion.moved ?? '']), champion.versus,
  ]) // prettier-ignore
  return { header, rows }
}

/** The round, from 0, that a generation belongs to; null before the rounds that are told of. */
export function roundIn(
  { opened, openings }: Pick<RoundsView, 'opened' | 'openings'>,
  generation: number,
): number | null {
  const at = openings.findLastIndex((opening) => opening <= generation)
  return at === -1 ? null : at + opened - openings.length
}
