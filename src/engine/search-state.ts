/** Whether a search's state from elsewhere can be gone on with: a strategy trusts its own, and nobody else's. */
import type { Make } from '../core/generation.ts'

/** The same keys, kinds and lengths as a fresh one's, and a distribution that can be sampled from. */
export function isSearchState(make: Make, state: unknown): boolean {
  if (make.search === null) return true
  if (!isLike(state, make.strategy.init(make.tactics, make.search.space))) return false
  const { mean, sigma, axes } = make.search.rules.spread(state)
  return sigma > 0 && [sigma, ...mean, ...axes].every(Number.isFinite) && axes.every((axis) => axis >= 0)
}

/** A number may be there where none is yet. */
function isLike(value: unknown, fresh: unknown): boolean {
  if (fresh === null) return value === null || Number.isFinite(value)
  if (typeof fresh === 'number') return Number.isFinite(value)
  if (Array.isArray(fresh))
    return Array.isArray(value) && value.length === fresh.length && fresh.every((part, at) => isLike(value[at], part))
  if (typeof fresh === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const keys = Object.keys(fresh)
    return (
      Object.keys(value).length === keys.length &&
      keys.every((key) => Object.hasOwn(value, key) && isLike((value as Record<string, unknown>)[key], (fresh as Record<string, unknown>)[key])) // prettier-ignore
    )
  }
  return typeof value === typeof fresh
}
