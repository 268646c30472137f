import { describe, expect, it } from 'vitest'
import { createGpuNet } from '../../src/arenas/singular-values/kernel/net.ts'
import { genomeLength } from '../../src/arenas/singular-values/model/decompose.ts'
import { atPrecision } from '../../src/arenas/singular-values/model/quantise.ts'
import type { Examples } from '../../src/arenas/singular-values/model/shape.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import { gpuNet } from '../support/gpu-nets.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomAdapters, randomExamples, randomFashion, randomGenomes, randomSums, SMALL_SUMS } from '../support/random-nets.ts' // prettier-ignore

const { gpu, problems } = gpuForTests()
const network = randomSums(SMALL_SUMS, 1)
const adapters = randomAdapters(network)
const length = genomeLength(adapters)
const members = (genomes: Float32Array, ...which: readonly number[]) =>
  Float32Array.from(which.flatMap((at) => [...genomes.subarray(at * length, (at + 1) * length)]))

/** Bytes of each buffer that is read back meanwhile. */
async function readBack(action: () => Promise<void>): Promise<readonly number[]> {
  const { device } = gpu()
  const create = device.createBuffer.bind(device)
  const read: number[] = []
  device.createBuffer = (descriptor) => {
    if ((descriptor.usage & GPUBufferUsage.MAP_READ) !== 0) read.push(descriptor.size)
    return create(descriptor)
  }
  try {
    await action()
  } finally {
    device.createBuffer = create
  }
  return read
}

describe('a batch of members on the GPU', () => {
  it.each(['f32', 'int4'] as const)('[W5] at %s neither slices, nor who else is asked, nor how much fits at once shows: the same to the last bit', async (precision) => {
    const rounded = atPrecision(network, precision)
    const genomes = randomGenomes(adapters, 9, 2)
    const examples = randomExamples(network, 7, 3)
    const net = await gpuNet(gpu(), rounded, adapters)
    const whole = await net.logits(genomes, examples)
    const size = whole.length / 9
    const own = (member: number) => whole.slice(member * size, (member + 1) * size)

    const dispatches: number[] = []
    const short = await gpuNet(gpu(), rounded, adapters, { chunker: { first: 1, most: 1 }, onDispatch: (count) => dispatches.push(count) })
    expect(await short.logits(genomes, examples)).toEqual(whole)
    // None of more than 65,536 multiply-accumulates.
    expect(dispatches.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100)
    // How many go off together depends on how fast the machine is, but never all at once.
    expect(dispatches.length).toBeGreaterThan(1)

    for (const member of [0, 4, 8]) expect(await net.logits(members(genomes, member), examples)).toEqual(own(member))
    expect(await net.logits(members(genomes, 8, 3, 8, 0), examples)).toEqual(Float32Array.of(...own(8), ...own(3), ...own(8), ...own(0)))

    // Room for five members; then for some examples of one only.
    for (const mostBytes of [3e5, 5e4]) {
      const narrow = await gpuNet(gpu(), rounded, adapters, { mostBytes })
      const reads = await readBack(async () => {
        expect(await narrow.logits(genomes, examples)).toEqual(whole)
      })
      // A batch is read back once, however fast the machine is.
      if (mostBytes === 3e5) expect(reads.length).toBe(2)
      else expect(reads.length).toBeGreaterThan(9)
      narrow.net.dispose()
    }

    // Fewer and more examples, one after another in the same memory.
    const few = { count: 2, inputs: examples.inputs.slice(0, 2 * 6), targets: examples.targets.slice(0, 2 * 3) }
    const found = await net.logits(members(genomes, 1, 2), few)
    expect(found).toEqual(Float32Array.of(...own(1).subarray(0, 90), ...own(2).subarray(0, 90)))
    expect(await net.logits(genomes, examples)).toEqual(whole)
  }) // prettier-ignore

  it('[W5] pictures: the same to the last bit in groups and alone', async () => {
    const base = randomFashion(10, 49, 1)
    const own = randomAdapters(base)
    const genomes = randomGenomes(own, 7, 2)
    const examples = randomExamples(base, 13, 3)
    const net = await gpuNet(gpu(), base, own)
    const whole = await net.logits(genomes, examples)
    const narrow = await gpuNet(gpu(), base, own, { mostBytes: 4096 })
    expect(await narrow.logits(genomes, examples)).toEqual(whole)
    expect(await net.logits(genomes.slice(10, 20), examples)).toEqual(whole.slice(130, 260))
  })

  it('[W8] reads back once a batch, a byte an answer', async () => {
    const net = await gpuNet(gpu(), network, adapters)
    const read = await readBack(async () => {
      expect((await net.answers(randomGenomes(adapters, 5, 1), randomExamples(network, 3, 2))).length).toBe(45)
    })
    expect(read).toEqual([48])
  })

  it('[W7] a cancelled request ends between dispatches, and the next one is as if it had not been', async () => {
    const controller = new AbortController()
    let groups = 0
    const stopping = await gpuNet(gpu(), network, adapters, {
      chunker: { first: 1, most: 1 },
      onDispatch: () => {
        groups++
        controller.abort()
      },
    })
    const [genomes, examples] = [randomGenomes(adapters, 6, 1), randomExamples(network, 8, 2)]
    const cancelled = await stopping.net.answers(genomes, examples, { signal: controller.signal })
    expect(cancelled).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(groups).toBe(1)
    expect(await stopping.answers(genomes, examples)).toEqual(await (await gpuNet(gpu(), network, adapters)).answers(genomes, examples)) // prettier-ignore
  })

  it('[W7] requests at once come to what they come to one after another, whatever becomes of what they were given', async () => {
    const net = await gpuNet(gpu(), network, adapters)
    const asked = [1, 2, 3].map((seed) => [randomGenomes(adapters, seed, seed), randomExamples(network, seed + 1, seed)] as const) // prettier-ignore
    const alone: Float32Array[] = []
    for (const [genomes, examples] of asked) alone.push(await net.logits(genomes, examples))
    const together = asked.map(([genomes, examples]) => net.logits(genomes, examples))
    for (const [genomes, examples] of asked) {
      genomes.fill(9)
      examples.inputs.fill(1)
    }
    expect(await Promise.all(together)).toEqual(alone)
  })

  it('[W7] a lost graphics card is a fault, then and from then on', async () => {
    const own = await createNodeGpu()
    if (!own.ok) throw new Error(own.fault.message)
    const base = randomFashion(4, 20, 1)
    const { net } = await gpuNet(own.value, base, randomAdapters(base), {
      onDispatch: () => own.value.device.destroy(),
    })
    for (const seed of [1, 2])
      expect(await net.answers(new Float32Array(8), randomExamples(base, 2, seed))).toMatchObject({ ok: false, fault: { kind: 'gpu-lost' } }) // prettier-ignore
  })

  it('[W7] says what is wrong with a request', async () => {
    const { net } = await gpuNet(gpu(), network, adapters)
    const good = randomExamples(network, 2, 2)
    const genomes = randomGenomes(adapters, 2, 1)
    const wrong: [string, Float32Array, Examples][] = [
      ['no multiple', genomes.slice(1), good],
      ['not a number', genomes.map((value, at) => (at === 3 ? NaN : value)), good],
      ['as many as the others', genomes, { ...good, inputs: good.inputs.slice(1) }],
      ['as many as the others', genomes, { ...good, targets: good.targets.slice(1) }],
      ['1 to 7 tokens', genomes, randomExamples(network, 2, 2, 8)],
      ['take 1 to 2', genomes, randomExamples(network, 2, 2, 2, 3)],
      ['none of the 15', genomes, { ...good, inputs: good.inputs.map(() => 15) }],
      ['none of the 15', genomes, { ...good, inputs: Float32Array.from(good.inputs, () => 0.5) }],
      ['examples', genomes, { ...good, count: -1 }],
    ]
    for (const [words, some, examples] of wrong) {
      const answer = await net.answers(some, examples)
      expect(answer.ok, words).toBe(false)
      if (!answer.ok) expect(answer.fault).toMatchObject({ kind: 'bad-request', message: expect.stringContaining(words) })
    }
    const base = randomFashion(10, 49, 1)
    const pictures = await gpuNet(gpu(), base, randomAdapters(base))
    const shown = randomExamples(base, 2, 1)
    for (const [words, examples] of [
      ['49 pixels', { ...shown, inputs: shown.inputs.slice(2) }],
      ['not a number', { ...shown, inputs: Float32Array.from(shown.inputs, () => Infinity) }],
    ] as const)
      expect(await pictures.net.answers(new Float32Array(10), examples)).toMatchObject({ ok: false, fault: { kind: 'bad-request', message: expect.stringContaining(words) } })
    const none = { count: 0, inputs: new Int32Array(), targets: new Int32Array() }
    expect(await net.answers(genomes, none)).toMatchObject({ ok: true, value: new Uint8Array() })
    expect(await net.answers(new Float32Array(), good)).toMatchObject({ ok: true, value: new Uint8Array() })
  }) // prettier-ignore

  it('[W7] says what does not fit: networks that the shaders do not take, and batches beyond the memory', async () => {
    const unfit = async (...args: readonly [typeof network | ReturnType<typeof randomFashion>, typeof adapters]) =>
      expect(await createGpuNet(gpu(), nodeShaders, ...args)).toMatchObject({ ok: false, fault: { kind: 'no-fit' } })
    await unfit(randomSums({ ...SMALL_SUMS, width: 80, heads: 2, layers: 1 }, 1), [])
    await unfit(randomSums({ ...SMALL_SUMS, width: 36, heads: 2, layers: 1 }, 1), [])
    await unfit(network, [{ ...adapters[0]!, name: 'layers.9.attention.query' }])
    await unfit(randomFashion(10, 49, 1), randomAdapters(randomFashion(10, 50, 1)))
    const { net } = await gpuNet(gpu(), network, adapters, { mostBytes: 1000 })
    expect(await net.answers(randomGenomes(adapters, 2, 1), randomExamples(network, 4, 1))).toMatchObject({ ok: false, fault: { kind: 'gpu-memory' } })
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
