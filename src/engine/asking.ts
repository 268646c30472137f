/** How an order is put to a model: the arena's prompt with everything the run knows, or a line in the model's own dialect. */
import type { Judged } from '../core/arrivals.ts'
import type { Situation } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import type { Birth, RunState } from '../core/journal.ts'
import type { LoadedModel } from '../llm/contracts.ts'
import { requestFor } from '../operators/llm/request.ts'
import type { Order } from './orders.ts'
import type { Asked } from './scribe.ts'

/** Reports that are kept: working one out fights battles. */
const MOST_REPORTS = 256
/** Earlier edits that are told. */
const MOST_EDITS = 6

export class Asking {
  readonly #make: Make
  readonly #state: () => RunState
  readonly #reports = new Map<number, string>()

  constructor(make: Make, state: () => RunState) {
    this.#make = make
    this.#state = state
  }

  /** `refused` is what the last attempt came to, where that can be mended. */
  request(order: Order, loaded: LoadedModel, attempt: number, seed: number, refused: Judged | null): Asked {
    const { prompts: kit, mix, codec } = this.#make
    if (kit === null) throw new Error(`${this.#make.arena.id} has no prompts`)
    const fix = refused !== null && loaded.capabilities.native === undefined
    const texts = order.parents.map((parent) => codec.print(codec.decode(parent.words), `parent ${parent.id}`))
    const request = requestFor(kit, {
      kind: fix ? 'fix' : order.kind,
      context: mix.context,
      situation: () => this.#situation(order.parents, texts, fix ? refused : null),
      parents: texts,
      capabilities: loaded.capabilities,
      // A model that gave something known is to stray a little further.
      temperature: Math.min(2, mix.temperature + 0.15 * attempt),
      quality: mix.quality,
      seed,
    })
    return {
      request,
      fix,
      keepsPrompt: loaded.capabilities.native === undefined,
      ...(loaded.capabilities.native === undefined && texts[0] !== undefined ? { base: texts[0] } : {}),
    }
  }

  #situation(parents: readonly Birth[], texts: readonly string[], refused: Judged | null): Situation {
    const { elites } = this.#state()
    const informed = this.#make.mix.context === 'informed'
    return {
      parents: parents.map((parent, index) => ({
        text: texts[index] ?? '',
        objectives: parent.objectives,
        measures: parent.measures,
        report: informed ? this.#report(parent) : '',
      })),
      edits: informed ? editsOf(elites) : [],
      ...(refused === null ? {} : { refused: { text: refused.completion.text, reason: refused.reason } }),
      best: elites.reduce((best, { objectives }) => Math.max(best, objectives[0] ?? 0), 0),
    }
  }

  #report(parent: Birth): string {
    const { arena, codec, environment, settings } = this.#make
    if (arena.report === undefined) return ''
    const known = this.#reports.get(parent.id)
    if (known !== undefined) return known
    const report = arena.report(codec.decode(parent.words), environment, settings.options)
    if (this.#reports.size >= MOST_REPORTS) this.#reports.clear()
    this.#reports.set(parent.id, report)
    return report
  }
}

/** What the latest changes did, of those whose parent still lives: how far the child is from it. */
function editsOf(elites: readonly Birth[]): Situation['edits'] {
  const byId = new Map(elites.map((elite) => [elite.id, elite]))
  return [...elites]
    .sort((x, y) => y.id - x.id)
    .flatMap((child) => {
      const parent = byId.get(child.parents[0] ?? 0)
      if (parent === undefined) return []
      return [{ label: child.operator, gain: (child.objectives[0] ?? 0) - (parent.objectives[0] ?? 0) }]
    })
    .slice(0, MOST_EDITS)
}
