/** How an order is put to a model: the arena's prompt with everything the run knows, or a line in the model's own dialect. */
import type { Judged } from '../core/arrivals.ts'
import type { Completion } from '../core/completion.ts'
import type { Situation } from '../core/contracts.ts'
import { environmentOf, type Make } from '../core/generation.ts'
import type { Birth, RunState } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import type { LoadedModel } from '../llm/contracts.ts'
import { recentEdits } from '../operators/llm/edits.ts'
import { requestOf } from '../operators/llm/request.ts'
import { labelOfArm } from './arm-view.ts'
import type { Asked, Call } from './scribe.ts'

/** Reports that are kept: working one out fights battles. */
const MOST_REPORTS = 256
/** Characters of an answer without any source that are shown again. */
const MOST_REFUSED = 600

export class Asking {
  readonly #make: Make
  readonly #state: () => RunState
  readonly #reports = new Map<number, string>()

  constructor(make: Make, state: () => RunState) {
    this.#make = make
    this.#state = state
  }

  /** A fault says why it cannot be asked. */
  request({ order, attempt, seed, refused, brief }: Call, loaded: LoadedModel): Result<Asked> {
    const { prompts: kit, mix, codec, arena } = this.#make
    if (kit === null) throw new Error(`${arena.id} has no prompts`)
    const { capabilities } = loaded
    const isNative = capabilities.native !== undefined
    const fix = refused !== null && !isNative
    const texts = order.parents.map((parent) => codec.print(codec.decode(parent.words), `parent ${parent.id}`))
    const asked = requestOf({
      arena: arena.id,
      kit,
      kind: fix ? 'fix' : order.kind,
      manner: brief ? 'blind' : mix.context,
      situation: this.#situation(order.parents, texts, isNative, fix ? refused : null),
      abilities: capabilities,
      quality: mix.quality,
      // A model that gave something known is to stray a little further.
      temperature: Math.min(2, mix.temperature + 0.15 * attempt),
      seed,
    })
    if (!asked.ok) return asked
    return ok({
      request: asked.value.request,
      fix,
      canBeBrief: asked.value.manner === 'informed',
      keepsPrompt: !isNative,
      ...(isNative || texts[0] === undefined ? {} : { base: texts[0] }),
    })
  }

  #situation(
    parents: readonly Birth[],
    texts: readonly string[],
    isNative: boolean,
    refused: Judged | null,
  ): Situation {
    const { elites } = this.#state()
    const informed = this.#make.mix.context === 'informed' && !isNative
    return {
      parents: parents.map((parent, index) => ({
        text: texts[index] ?? '',
        objectives: parent.objectives,
        measures: parent.measures,
        report: informed ? this.#report(parent) : '',
      })),
      edits: informed ? this.#edits(elites) : [],
      ...(refused === null ? {} : { refused: { text: this.#source(refused.completion), reason: refused.reason } }),
      best: elites.reduce((best, { objectives }) => Math.max(best, objectives[0] ?? 0), 0),
    }
  }

  #report(parent: Birth): string {
    const { arena, codec, settings } = this.#make
    if (arena.report === undefined) return ''
    const known = this.#reports.get(parent.id)
    if (known !== undefined) return known
    const report = arena.report(codec.decode(parent.words), environmentOf(this.#make, this.#state()), settings.options)
    if (this.#reports.size >= MOST_REPORTS) this.#reports.clear()
    this.#reports.set(parent.id, report)
    return report
  }

  /** What was tried lately, by children that still live. */
  #edits(elites: readonly Birth[]): Situation['edits'] {
    const { operators } = this.#make
    return recentEdits({
      births: [...elites].sort((x, y) => x.id - y.id),
      label: (id) => operators.find((operator) => operator.id === id)?.label ?? labelOfArm(id),
    })
  }

  /** What was read of a refused answer, or its beginning where nothing was. */
  #source({ text, base }: Completion): string {
    const read = this.#make.prompts?.extract(text, base === undefined ? [] : [base]) ?? ''
    return read.trim() === '' ? text.slice(0, MOST_REFUSED) : read
  }
}
