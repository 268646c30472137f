/** What the training script noted beside the weights: how a gradient method does on the same singular values. */
import { readTensors } from '../../share/safetensors.ts'
import type { World } from './options.ts'

type Curve = readonly (readonly [step: number, right: number])[]

/** Rank that the sums model's curves were recorded for. */
const RECORDED_RANK = 4
const MOST_POINTS = 1000

/** Held-out share of right answers by step; empty where nothing was recorded for this world. */
export function gradientOf(file: Uint8Array, { task, warmth, rank, svd, alpha, precision, directions }: World): Curve {
  if (directions > 0 || alpha < 1 || precision !== 'f32') return []
  if (task === 'sums' && (rank !== RECORDED_RANK || svd !== 'factors')) return []
  const tensors = readTensors(file)
  const curves = tensors.ok ? parsed(tensors.value.metadata.get('curves') ?? '') : null
  const curve = typeof curves === 'object' && curves !== null && Object.hasOwn(curves, warmth) ? (curves as Record<string, unknown>)[warmth] : null // prettier-ignore
  return Array.isArray(curve) ? curve.slice(0, MOST_POINTS).flatMap(pointOf) : []
}

function pointOf(point: unknown): Curve {
  const [step, right] = Array.isArray(point) ? (point as readonly unknown[]) : []
  const isPoint = typeof step === 'number' && typeof right === 'number' && step >= 0 && right >= 0 && right <= 1
  return isPoint ? [[step, right]] : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
