/** What people ask a model: sums that they type, pictures by number, or a few held-out examples. */
import { fail, ok, type Result } from '../../core/result.ts'
import { heldExamples } from './examples.ts'
import type { Examples } from './model/shape.ts'
import { KINDS, textOf, tokensOf, ANSWERS, PLACES, VOCABULARY } from './model/sums.ts'
import type { Model } from './model/weights.ts'

/** Asked where nobody types anything. */
const FEW = 8
const CLOTHES = [
  'T-shirt',
  'trousers',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'boot',
] as const

export interface Question {
  readonly text: string
  /** Grey bytes. */
  readonly picture: Uint8Array | null
  readonly right: string
}

export interface Questions {
  readonly examples: Examples
  readonly shown: readonly Question[]
}

/** An answer's tokens or class as people read it. */
export const answerText = (model: Model, answer: ArrayLike<number>): string =>
  model.kind === 'fashion'
    ? (CLOTHES[answer[0] ?? 0] ?? '?')
    : Array.from(answer, (token) => VOCABULARY[token] ?? '?').join('')

/** Fault: `not-a-question`, with what would be one. */
export function questionsOf(model: Model, typed: string): Result<Questions> {
  const examples = typed === '' ? ok(heldExamples(model, FEW)) : typedExample(model, typed)
  const first = typed === '' ? 1 : Number(typed)
  if (!examples.ok) return examples
  const { count, inputs, targets } = examples.value
  const [places, answers] = [inputs.length / count, targets.length / count]
  const shown = Array.from({ length: count }, (_, example): Question => {
    const own = inputs.subarray(example * places, (example + 1) * places)
    const right = answerText(model, targets.subarray(example * answers, (example + 1) * answers))
    return model.kind === 'fashion'
      ? { text: `No. ${first + example}`, picture: Uint8Array.from(own, (pixel) => 255 * pixel), right }
      : {
          text: Array.from(own.subarray(0, PLACES + 1 - ANSWERS), (token) => VOCABULARY[token] ?? '?').join(''),
          picture: null,
          right,
        }
  })
  return ok({ examples: examples.value, shown })
}

/** Two numbers of up to two digits with anything between them that is no digit: people type the sign that they know. */
const SUM = /^\s*(\d{1,2})\s*[^\d\s]\s*(\d{1,2})\s*=?\s*$/

function typedExample(model: Model, typed: string): Result<Examples> {
  if (model.kind === 'sums') {
    const { sign, has } = KINDS[model.asked]
    const found = SUM.exec(typed)
    const [a, b] = [Number(found?.[1]), Number(found?.[2])]
    if (found === null || !has(a, b))
      return fail('not-a-question', `"${typed.slice(0, 20)}" is none of the sums that this model was trained for: two numbers from 0 to 99, such as 84${sign}27 (it writes the sign as ${sign}).`) // prettier-ignore
    const text = tokensOf(textOf(model.asked, a, b))
    return ok({ count: 1, inputs: text.slice(0, PLACES), targets: text.slice(PLACES + 1 - ANSWERS) })
  }
  const number = Number(typed)
  const { count, places, pixels, labels } = model.held
  if (!/^\d{1,6}$/.test(typed) || number < 1 || number > count)
    return fail('not-a-question', `"${typed.slice(0, 20)}" is no picture's number: there are ${count}, from 1 on.`)
  const at = number - 1
  return ok({
    count: 1,
    inputs: Float32Array.from(pixels.subarray(at * places, (at + 1) * places), (pixel) => pixel / 255),
    targets: Int32Array.of(labels[at] ?? 0),
  })
}
