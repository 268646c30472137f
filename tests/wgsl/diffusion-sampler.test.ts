import { describe, expect, it } from 'vitest'
import { createGpuSampler, type SamplerOptions } from '../../src/arenas/diffusion-cache/kernel/sampler.ts'
import { sampleOne } from '../../src/arenas/diffusion-cache/model/reference.ts'
import { SLOTS, TOKENS, VALUES, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { COMPUTE, fullSchedule, genesOf, REUSE, type Schedule } from '../../src/arenas/diffusion-cache/schedule.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { branched, randomDit, randomRequest, randomSchedule, REAL, SMALL } from '../support/shapes-dit.ts'

const { gpu, problems } = gpuForTests()

async function sampler(weights: DitWeights, options: SamplerOptions = {}) {
  const made = await createGpuSampler(gpu(), nodeShaders, weights, options)
  if (!made.ok) throw new Error(made.fault.message)
  return {
    ...made.value,
    async pictures(...asked: Parameters<typeof made.value.sample>) {
      const done = await made.value.sample(...asked)
      if (!done.ok) throw new Error(done.fault.message)
      return done.value.pictures
    },
    sample: made.value.sample.bind(made.value),
  }
}

type Request = ReturnType<typeof randomRequest> & { readonly angles?: Float64Array }

/** The greatest difference of any number to the oracle's, and the share of numbers that are not clamped. */
function apart(weights: DitWeights, schedules: readonly Schedule[], request: Request, pictures: Float32Array) {
  const size = TOKENS * VALUES
  const { captions, noise, guidance, angles } = request
  const expected = schedules.flatMap((schedule) =>
    Array.from({ length: noise.length / size }, (_, at) => {
      const own = noise.subarray(at * size, (at + 1) * size)
      return [...sampleOne(weights, schedule, captions.subarray(at * SLOTS, (at + 1) * SLOTS), own, guidance, angles)]
    }).flat(),
  )
  expect(pictures.length).toBe(expected.length)
  const most = expected.reduce((far, value, i) => Math.max(far, Math.abs(value - pictures[i]!)), 0)
  const counts = new Map<number, number>()
  for (const value of expected) counts.set(value, (counts.get(value) ?? 0) + 1)
  return { most, free: [...counts.values()].filter((count) => count === 1).length / expected.length }
}

/**
 * Numbers of a picture lie between -0.24 and 1.86. The GPU adds in 32 bits and in its own order: about a millionth of what it adds.
 * A net that gives noise divides that by the cosine of the first angle, 0.05.
 */
const BOUNDS = { x0: 2e-5, noise: 1e-4 }
const shape = { steps: 5, blocks: 2 }
const some = (count: number, of = shape, seed = 1) =>
  Array.from({ length: count }, (_, at) => randomSchedule(of, [0.2, 0.5, 0.8][at % 3]!, rng(seed + at)))

describe('the sampler on the GPU', () => {
  it.each([
    ['a net that gives pictures, guided', SMALL, 3],
    ['a net that gives pictures, not guided', SMALL, 1],
    ['a net that gives noise, guided', { ...SMALL, output: 'noise' }, 2],
  ] as const)('[G20] [G21] lies near the oracle: everything computed, and random schedules: %s', async (_, net, guidance) => {
    const weights = randomDit(net, 3)
    const schedules = [fullSchedule(shape), ...some(6)]
    const request = randomRequest(2, guidance, 5)
    const { pictures } = await sampler(weights)
    const { most, free } = apart(weights, schedules, request, await pictures(schedules, request))
    expect(most).toBeLessThan(BOUNDS[net.output])
    expect(most).toBeGreaterThan(0)
    // What a net of chance takes for noise leads beyond what a picture can be.
    expect(free).toBeGreaterThan(net.output === 'x0' ? 0.5 : 0.05)
  }) // prettier-ignore

  it('[G20] lies near the oracle at the size that is shipped, through all its steps', async () => {
    const weights = randomDit(REAL, 4)
    const schedules = some(2, { steps: 12, blocks: 6 })
    const request = randomRequest(1, 3, 6)
    const { pictures } = await sampler(weights)
    const { most, free } = apart(weights, schedules, request, await pictures(schedules, request))
    expect(most).toBeLessThan(BOUNDS.x0)
    expect(free).toBeGreaterThan(0.5)
  })

  it('[G20] takes any falling angles: a sampler of fewer, larger steps', async () => {
    const weights = randomDit(SMALL, 3)
    const angles = Float64Array.of(1.52, 1.1, 0.3, 0)
    const request = { ...randomRequest(2, 3, 5), angles }
    const schedules = [fullSchedule({ steps: 3, blocks: 2 })]
    const { pictures } = await sampler(weights)
    const { most } = apart(weights, schedules, request, await pictures(schedules, request))
    expect(most).toBeLessThan(BOUNDS.x0)
  })

  it('[G21] what a first step says does not matter, nor a line without two points: the same to the last bit', async () => {
    const { pictures } = await sampler(randomDit(SMALL, 3))
    const request = randomRequest(2, 3, 5)
    const full = fullSchedule(shape)
    const lazy = { ...full, genes: full.genes.map((gene, at) => (at < 6 ? REUSE : gene)) }
    const line = { ...full, genes: full.genes.map((_, at) => (at < 6 ? COMPUTE : 2)) }
    const kept = { ...line, genes: line.genes.map((gene) => (gene === 2 ? REUSE : gene)) }
    const alone = await Promise.all([full, lazy, line, kept].map((one) => pictures([one], request)))
    expect(alone[1]).toEqual(alone[0])
    expect(alone[3]).toEqual(alone[2])
    expect(alone[2]).not.toEqual(alone[0])
  })

  it('[G22] neither slices, nor who else is sampled, nor how much fits at once shows: the same to the last bit', async () => {
    const weights = randomDit(SMALL, 8)
    const random = rng(4)
    const schedules = some(4)
    while (schedules.length < 9) schedules.push(branched(random.pick(schedules), random.int(genesOf(shape)), random))
    schedules.push(schedules[2]!)
    const request = randomRequest(3, 3, 7)
    const whole = await (await sampler(weights)).pictures(schedules, request)
    const size = whole.length / schedules.length

    const dispatches: number[] = []
    const short = await sampler(weights, { chunker: { first: 1, most: 8 }, onDispatch: (count) => dispatches.push(count) })
    expect(await short.pictures(schedules, request)).toEqual(whole)
    expect(dispatches.length).toBeGreaterThan(10)

    const { pictures } = await sampler(weights)
    for (const at of [0, 5, 9]) expect(await pictures([schedules[at]!], request)).toEqual(whole.slice(at * size, (at + 1) * size))
    const reversed = await pictures(schedules.toReversed(), request)
    schedules.forEach((_, at) => expect(reversed.slice((9 - at) * size, (10 - at) * size)).toEqual(whole.slice(at * size, (at + 1) * size)))

    // Room for two pictures of all, then for one picture of some schedules only.
    for (const mostBytes of [1.2e6, 2e5]) expect(await (await sampler(weights, { mostBytes })).pictures(schedules, request)).toEqual(whole)
  }) // prettier-ignore

  it('[G24] reads back once a batch, when the pictures are done', async () => {
    const { pictures } = await sampler(randomDit(SMALL, 8))
    const { device } = gpu()
    const create = device.createBuffer.bind(device)
    let read = 0
    device.createBuffer = (descriptor) => {
      if ((descriptor.usage & GPUBufferUsage.MAP_READ) !== 0) read++
      return create(descriptor)
    }
    try {
      await pictures(some(5), randomRequest(3, 3, 1))
    } finally {
      device.createBuffer = create
    }
    expect(read).toBe(1)
  })

  it('[G25] a cancelled request ends between dispatches, and the next one is as if it had not been', async () => {
    const controller = new AbortController()
    const weights = randomDit(SMALL, 9)
    let groups = 0
    const stopping = await sampler(weights, {
      chunker: { first: 1, most: 50 },
      onDispatch: () => {
        groups++
        controller.abort()
      },
    })
    const request = randomRequest(3, 3, 2)
    const cancelled = await stopping.sample(some(3), request, { signal: controller.signal })
    expect(cancelled).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(groups).toBe(1)
    expect(await stopping.pictures(some(3), request)).toEqual(await (await sampler(weights)).pictures(some(3), request))
  })

  it('[G25] a lost graphics card is a fault, then and from then on', async () => {
    const own = await createNodeGpu()
    if (!own.ok) throw new Error(own.fault.message)
    const onDispatch = () => own.value.device.destroy()
    const made = await createGpuSampler(own.value, nodeShaders, randomDit(SMALL, 9), { chunker: { first: 1, most: 50 }, onDispatch }) // prettier-ignore
    if (!made.ok) throw new Error(made.fault.message)
    for (const seed of [1, 2])
      expect(await made.value.sample(some(2), randomRequest(2, 3, seed))).toMatchObject({ ok: false, fault: { kind: 'gpu-lost' } }) // prettier-ignore
  })

  it('[G25] requests at once come to what they come to one after another', async () => {
    const { pictures } = await sampler(randomDit(SMALL, 9))
    const requests = [1, 2, 3].map((seed) => randomRequest(seed, 3, seed))
    const together = await Promise.all(requests.map((request) => pictures(some(2), request)))
    for (const [at, request] of requests.entries()) expect(await pictures(some(2), request)).toEqual(together[at])
  })

  it('[G26] says what is wrong with a request', async () => {
    const { sample } = await sampler(randomDit(SMALL, 9))
    const good = randomRequest(2, 3, 2)
    const full = fullSchedule(shape)
    const wrong: [string, Schedule[], Request][] = [
      ['blocks', [fullSchedule({ steps: 5, blocks: 3 })], good],
      ['as many steps as the first', [full, fullSchedule({ steps: 4, blocks: 2 })], good],
      ['genes', [{ ...full, genes: full.genes.slice(1) }], good],
      ['none of 0, 1 and 2', [{ ...full, genes: full.genes.map(() => 7) }], good],
      ['multiple', [full], { ...good, noise: good.noise.slice(1) }],
      ['not a number', [full], { ...good, noise: good.noise.map((value, at) => (at === 77 ? NaN : value)) }],
      ['words of captions', [full], { ...good, captions: good.captions.slice(7) }],
      ['none of the 17', [full], { ...good, captions: good.captions.map(() => 17) }],
      ['Guidance', [full], { ...good, guidance: Infinity }],
      ['angles', [full], { ...good, angles: Float64Array.of(1, 0) }],
      ['falling', [full], { ...good, angles: Float64Array.of(1, 0.5, 0.6, 0.2, 0.1, 0) }],
    ]
    for (const [words, schedules, request] of wrong) {
      const answer = await sample(schedules, request)
      expect(answer.ok, words).toBe(false)
      if (!answer.ok) expect(answer.fault).toMatchObject({ kind: 'bad-request', message: expect.stringContaining(words) })
    }
    expect(await sample([], good)).toMatchObject({ ok: true, value: { pictures: new Float32Array() } })
    expect(await createGpuSampler(gpu(), nodeShaders, randomDit({ ...SMALL, width: 24 }, 1))).toMatchObject({ ok: false, fault: { kind: 'no-fit' } })
    expect(await createGpuSampler(gpu(), nodeShaders, randomDit({ ...SMALL, width: 144, blocks: 1 }, 1))).toMatchObject({ ok: false, fault: { kind: 'no-fit' } })
  }) // prettier-ignore

  it('[G27] says so where not even one picture fits, and tells times of each schedule alone where asked', async () => {
    const none = await sampler(randomDit(SMALL, 9), { mostBytes: 1000 })
    expect(await none.sample(some(3), randomRequest(1, 3, 1))).toMatchObject({ ok: false, fault: { kind: 'gpu-memory' } })
    const { sample } = await sampler(randomDit(SMALL, 9))
    const timed = await sample(some(3), randomRequest(1, 3, 1), { times: true })
    expect(timed.ok && timed.value.times?.length).toBe(3)
    expect(timed.ok && timed.value.times?.every((ms) => ms > 0)).toBe(true)
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
