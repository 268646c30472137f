/** WebLLM's list of models as the picker shows it: chat models, each with what it costs and whether it runs here. */
import type { ModelRecord } from '@mlc-ai/web-llm'
import type { CatalogueEntry, Machine } from '../shelf.ts'
import { noF16 } from './faults.ts'

/** What we would choose for writing code of a few lines: a judgement, from public studies of small models. */
const TIERS: Readonly<Record<string, CatalogueEntry['tier']>> = {
  'Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC': 'default',
  'SmolLM2-360M-Instruct-q4f16_1-MLC': 'tiny',
  'Qwen2.5-Coder-1.5B-Instruct-q4f16_1-MLC': 'quality',
}

/** Billions of parameters where the name rounds them or has none. */
const PARAMETERS: readonly (readonly [RegExp, number])[] = [
  [/^phi-1_5/, 1.42],
  [/^phi-2/, 2.78],
  [/^Phi-[34]/, 3.82],
  [/^Llama-3\.2-1B/, 1.24],
  [/^gemma-2-2b/, 2.61],
  [/^gemma-2b/, 2.51],
  [/^gemma-4-E2B/, 5.1],
  [/^Qwen2(\.5)?-.*7B/, 7.62],
]
/** Bits a parameter: the packed number and its share of the scales. */
const BITS: readonly (readonly [RegExp, number])[] = [
  [/^q0f16/, 16],
  [/^q0f32/, 32],
  [/^q3f16/, 3.5],
  [/^q4f16/, 4.5],
  [/^q4f32/, 5],
]

interface Name {
  readonly label: string
  readonly packing: string
}

/** `Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC` taken apart. */
function nameOf(id: string): Name {
  const [, label = id, packing = ''] = /^(.*)-(q\d+f\d+(?:_\d+)?)-MLC/.exec(id) ?? []
  return { label, packing }
}

/** Billions of parameters, 0 when the name does not tell. */
export function parametersOf(id: string): number {
  const known = PARAMETERS.find(([pattern]) => pattern.test(id))
  if (known !== undefined) return known[1]
  const [, number = '0', unit = 'B'] = /-(\d+(?:[._]\d+)?)([BM])(?:-|$)/i.exec(id) ?? []
  return Number(number.replace('_', '.')) / (unit.toUpperCase() === 'M' ? 1000 : 1)
}

export const estimatedMB = (id: string): number => {
  const bits = BITS.find(([pattern]) => pattern.test(nameOf(id).packing))?.[1] ?? 16
  return Math.round((parametersOf(id) * 1000 * bits) / 8)
}

/** The records' own lists of features are not complete: the name tells. */
export const needsF16 = (id: string): boolean => id.includes('f16')

const twinOf = (id: string): string => (needsF16(id) ? id.replace('f16', 'f32') : id.replace('f32', 'f16'))

const familyOf = (label: string): string => label.replace(/-(\d+(?:[._]\d+)?|E\d+)[BbMm](-.*)?$/, '')

/** Sorted by memory. Where 16-bit numbers are missing, each model that has a twin without them is shown as that twin. */
export function catalogue(records: readonly ModelRecord[], machine: Machine): CatalogueEntry[] {
  // Models of text alone; entries for a shorter context are no other models, because the context is ours to choose.
  const chat = records.filter(({ model_id, model_type }) => !model_type && model_id.endsWith('-MLC'))
  const ids = new Set(chat.map(({ model_id }) => model_id))
  const entries = chat.map((record): CatalogueEntry => {
    const { model_id: id } = record
    const { label, packing } = nameOf(id)
    const twin = ids.has(twinOf(id)) ? twinOf(id) : null
    const memoryMB = record.vram_required_MB ?? 0
    const entry = {
      model: id,
      label,
      family: familyOf(label),
      packing,
      estimatedDownloadMB: estimatedMB(id),
      memoryMB: Math.round(memoryMB),
      context: record.overrides?.context_window_size ?? 4096,
      needsF16: needsF16(id),
      twin,
      tier: TIERS[machine.f16 ? id : needsF16(id) ? '' : twinOf(id)] ?? null,
    }
    return { ...entry, why: whyNot(record, entry, machine) }
  })
  const shown = machine.f16 ? entries : entries.filter(({ needsF16, twin }) => !needsF16 || twin === null)
  return shown.sort((a, b) => a.memoryMB - b.memoryMB || (a.model < b.model ? -1 : 1))
}

function whyNot(
  { buffer_size_required_bytes: buffer = 0 }: ModelRecord,
  { label, needsF16, twin, memoryMB }: Omit<CatalogueEntry, 'why'>,
  machine: Machine,
): string | null {
  if (machine.why !== null) return machine.why
  if (needsF16 && !machine.f16) return noF16(label, twin).message
  if (buffer > machine.buffer)
    return `${label} needs a buffer of ${Math.round(buffer / 1e6)} MB, and this graphics card offers ${Math.round(machine.buffer / 1e6)} MB. Choose a smaller model.`
  if (machine.memory !== null && memoryMB > machine.memory)
    return `${label} takes about ${memoryMB} MB of memory, and this browser closes pages that take more than about ${machine.memory} MB. Choose a smaller model.`
  return null
}
