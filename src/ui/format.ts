/** Numbers as people read them: three significant digits, units apart, the same width while they run. */

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** 786,432: every digit, where the number itself is the point. */
export const whole = (value: number): string => (Number.isFinite(value) ? grouped.format(value) : '-')

/** 1,234 / 12.3 k / 4.56 M. */
export function compact(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return '-'
  if (size >= 1e9) return `${(value / 1e9).toPrecision(3)} G`
  if (size >= 1e6) return `${(value / 1e6).toPrecision(3)} M`
  if (size >= 1e4) return `${(value / 1e3).toPrecision(3)} k`
  return grouped.format(value)
}

/** 0.123, 1.23, 12.3, 123. */
export function precise(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 999.5) return compact(value)
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}

/** Three significant digits of a share: 53.1 %, 4.25 %, 100 %. */
export const percent1 = (share: number): string =>
  Number.isFinite(share) ? `${share >= 0.9995 ? '100' : (share * 100).toPrecision(3)} %` : '-'

/** A value on its axis: shares of one in percent, all else as it is. */
export const onAxis = (
  value: number,
  axis: { readonly unit: string; readonly min: number; readonly max: number },
): string => (axis.unit === '' && axis.min === 0 && axis.max === 1 ? percent1(value) : precise(value))

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Thresholds are round numbers: 10 k, not 10.0 k; 0.36, not 0.360. */
const round = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 100
    ? compact(value).replace(/\.0+ /, ' ')
    : String(Number(value.toPrecision(3)))

/** The range that a bin stands for: `10 - 99`, `1,000 and up`. Bins end before the next threshold. */
export function binLabel(thresholds: readonly number[], bin: number, least: number): string {
  const from = bin === 0 ? least : (thresholds[bin - 1] ?? least)
  const to = thresholds[bin] ?? Infinity
  if (to === Infinity) return `${round(from)}+`
  if (bin === 0) return `<${round(to)}`
  return round(from)
}

/** 512 B, 4.10 KB, 1.13 GB: of a thousand, as browsers and disks count. */
export function bytes(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toPrecision(3)} GB`
  if (count >= 999_500) return `${(count / 1e6).toPrecision(3)} MB`
  if (count >= 1000) return `${(count / 1e3).toPrecision(3)} KB`
  return `${Math.round(count)} B`
}

/** 8 s, 3 min, 2 h: how long something still takes. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}

/** 0.4 ms, 12 ms, 3.4 s. */
export const milliseconds = (ms: number): string =>
  !Number.isFinite(ms) ? '-' : ms >= 1000 ? `${(ms / 1000).toPrecision(3)} s` : `${precise(ms)} ms`
