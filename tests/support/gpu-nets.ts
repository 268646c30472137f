/** Networks on the GPU, beside the oracle. */
import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { createGpuNet, type AskOptions, type NetOptions } from '../../src/arenas/singular-values/kernel/net.ts'
import { decompose, genomeLength } from '../../src/arenas/singular-values/model/decompose.ts'
import { outputsOf, type Network } from '../../src/arenas/singular-values/model/network.ts'
import { answersOf, logits } from '../../src/arenas/singular-values/model/reference.ts'
import { drawPictures } from '../../src/arenas/singular-values/model/pictures.ts'
import { drawSums } from '../../src/arenas/singular-values/model/sums.ts'
import { readModel } from '../../src/arenas/singular-values/model/weights.ts'
import type { Adapter, Examples } from '../../src/arenas/singular-values/model/shape.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import type { Gpu } from '../../src/gpu/device.ts'

/** Throws what went wrong. */
export async function gpuNet(gpu: Gpu, network: Network, adapters: readonly Adapter[], options: NetOptions = {}) {
  const made = await createGpuNet(gpu, nodeShaders, network, adapters, options)
  if (!made.ok) throw new Error(made.fault.message)
  const net = made.value
  return {
    net,
    async logits(genomes: Float32Array, examples: Examples, asked: AskOptions = {}) {
      const found = await net.logits(genomes, examples, asked)
      if (!found.ok) throw new Error(found.fault.message)
      return found.value
    },
    async answers(genomes: Float32Array, examples: Examples) {
      const found = await net.answers(genomes, examples)
      if (!found.ok) throw new Error(found.fault.message)
      return found.value
    },
  }
}

/** Both engines' numbers for the same members, and how far they lie apart; checks answers wherever the oracle's margin is beyond that. */
export async function compared(gpu: Gpu, network: Network, adapters: readonly Adapter[], genomes: Float32Array, examples: Examples, options: NetOptions = {}) {
  const made = await gpuNet(gpu, network, adapters, options)
  const found = await made.logits(genomes, examples)
  const answers = await made.answers(genomes, examples)
  made.net.dispose()
  const length = genomeLength(adapters)
  const members = Array.from({ length: genomes.length / length }, (_, at) => genomes.subarray(at * length, (at + 1) * length))
  const expected = Float64Array.from(members.flatMap((genome) => [...logits(network, adapters, genome, examples)]))
  expect(found.length).toBe(expected.length)
  const outputs = outputsOf(network)
  const rows = expected.length / outputs
  // By answer.
  const apart = Array.from({ length: rows }, (_, row) => {
    let most = 0
    for (let i = row * outputs; i < (row + 1) * outputs; i++) most = Math.max(most, Math.abs(expected[i]! - found[i]!))
    return most
  })
  const known = answersOf(expected, outputs)
  let sure = 0
  for (let row = 0; row < rows; row++) {
    const own = expected.subarray(row * outputs, (row + 1) * outputs)
    const [best = 0, second = 0] = [...own].sort((x, y) => y - x)
    if (best - second <= 2 * apart[row]!) continue
    sure++
    expect(answers[row]).toBe(known[row])
  }
  // They are those of its own numbers in any case.
  expect([...answers]).toEqual([...answersOf(found, outputs)])
  return { apart, sure: sure / rows, size: Math.max(...expected.map(Math.abs)), kinds: new Set(answers).size }
} // prettier-ignore

/** A model that ships, with its least trained adapter and so many examples. */
export async function shipped(file: 'essa-sums' | 'essa-fashion', count: number) {
  const read = readModel(await readFile(new URL(`../../public/models/${file}.safetensors`, import.meta.url)))
  if (!read.ok) throw new Error(read.fault.message)
  const model = read.value
  const { changes } = model.trainings.find(({ warmth }) => warmth === 'short')!
  return {
    network: model.network as Network,
    adapters: decompose(changes, 'factors', 1),
    examples: model.kind === 'sums' ? drawSums('subtract', 'train', count, 1) : drawPictures(model.train, 8 * count, 1),
  }
}
