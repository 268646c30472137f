import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decompose, randomLike } from '../../../src/arenas/singular-values/model/decompose.ts'
import { firstPictures } from '../../../src/arenas/singular-values/model/pictures.ts'
import { answersOf, logits } from '../../../src/arenas/singular-values/model/reference.ts'
import { WasmNet } from '../../../src/arenas/singular-values/model/wasm.ts'
import { readFashion } from '../../../src/arenas/singular-values/model/weights.ts'
import { readTensors } from '../../../src/share/safetensors.ts'

const bytes = new Uint8Array(readFileSync('public/models/essa-fashion.safetensors'))
const read = readFashion(bytes)
const file = readTensors(bytes)
if (!read.ok || !file.ok) throw new Error('the classifier that ships cannot be read')
const { network, trainings, train, held } = read.value
/** Accuracies on the held-out pictures, as NumPy counted them where the model was made. */
const noted = JSON.parse(file.value.metadata.get('held') ?? '') as Readonly<Record<string, number>>

const accuracy = (answers: ArrayLike<number>, targets: ArrayLike<number>): number =>
  Array.from(answers).filter((answer, at) => answer === targets[at]).length / answers.length

describe('the classifier that ships', () => {
  const examples = firstPictures(held, held.count)

  it.each(trainings.map((training) => [training.warmth, training] as const))('[U15] answers as it did where it was made: %s', (warmth, { changes }) => {
    const adapters = decompose(changes, 'product', 1)
    const none = new Float32Array(10)
    const own = answersOf(logits(network, adapters, none, examples), 10)
    expect(accuracy(own, examples.targets)).toBeCloseTo(noted[warmth]!, 3)
    const fast = new WasmNet(network, adapters).answers(none, examples)
    // Single precision may tell two logits apart the other way round.
    expect(fast.filter((answer, at) => answer !== own[at]).length).toBeLessThan(3)
  }) // prettier-ignore

  it('[U15] knows nothing of the new classes without its changes, nor with random ones', () => {
    const random = decompose(randomLike(trainings[0]!.changes, 7), 'product', 1)
    for (const adapters of [[], random])
      expect(accuracy(new WasmNet(network, adapters).answers(new Float32Array(10), examples), examples.targets)).toBeCloseTo(noted['none']!, 2) // prettier-ignore
  })

  it('[U15] brings 400 pictures to learn from and 2,000 to be judged on, of classes 6 to 9 in about equal parts', () => {
    const counts = (labels: Uint8Array) => [6, 7, 8, 9].map((label) => labels.filter((one) => one === label).length)
    expect(counts(held.labels).every((count) => count > 490 && count < 510)).toBe(true)
    expect(counts(train.labels).every((count) => count > 90 && count < 110)).toBe(true)
    expect([train.count, held.count, train.places]).toEqual([400, 2000, 196])
  })
})
