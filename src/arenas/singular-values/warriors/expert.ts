/** The rival with gradients, as its training script noted it in the model's file (training/redcode-lm/expert.py). */
import { readTensors } from '../../../share/safetensors.ts'

export interface ExpertRow {
  /** 0 is before the first. */
  readonly round: number
  readonly points: number
  readonly won: number
  readonly distance: number
  readonly kinds: number
  readonly distinct: number
}

/** Empty where nothing, or nothing that can be read, was noted. */
export function expertOf(file: Uint8Array): readonly ExpertRow[] {
  const tensors = readTensors(file)
  const rows = parsed(tensors.ok ? (tensors.value.metadata.get('expert') ?? '') : '')
  if (!Array.isArray(rows)) return []
  return rows.slice(0, 100).flatMap((row: unknown) => {
    if (!Array.isArray(row) || row.length !== 6 || !row.every((value) => Number.isFinite(value))) return []
    const [round = 0, points = 0, won = 0, distance = 0, kinds = 0, distinct = 0] = row as readonly number[]
    return [{ round, points, won, distance, kinds, distinct }]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
