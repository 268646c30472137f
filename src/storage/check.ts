/** A checksum over plain values, so that a damaged row is noticed. Equal values, equal sum, whatever the key order. */
import { hashBytes } from '../core/hash.ts'
import type { Checked } from './schema.ts'

export const checked = <T>(value: T): Checked<T> => ({ value, sum: checksumOf(value) })

/** True when the row is as it was written; false for anything else that a damaged disk may hand out. */
export function isIntact<T>(row: Checked<T> | undefined): row is Checked<T> {
  try {
    return typeof row?.value === 'object' && row.value !== null && checksumOf(row.value) === row.sum
  } catch {
    return false
  }
}

export function checksumOf(value: unknown): string {
  return hashBytes(new TextEncoder().encode(canonical(value)))
}

function canonical(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `#${Array.from(value as unknown as ArrayLike<number>).join(',')}`
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (isPlain(value)) {
    const entries = Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1))
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`
  }
  // JSON would call these null.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  // Whatever else a row may turn into, such as a Date, is not what was written.
  return typeof value === 'object' && value !== null ? '?' : (JSON.stringify(value) ?? 'undefined')
}

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
