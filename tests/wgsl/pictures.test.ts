import { describe, expect, it } from 'vitest'
import { drawCaptions } from '../../src/arenas/diffusion-cache/environment.ts'
import { createGpuSampler } from '../../src/arenas/diffusion-cache/kernel/sampler.ts'
import { sampleOne } from '../../src/arenas/diffusion-cache/model/reference.ts'
import { PICTURE, SLOTS } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { MODEL } from '../../src/arenas/diffusion-cache/options.ts'
import type {
  PictureRequest,
  PictureResult,
  PicturesApi,
  PictureStep,
} from '../../src/arenas/diffusion-cache/pictures.ts'
import { createPictures } from '../../src/arenas/diffusion-cache/sampling.ts'
import { fora } from '../../src/arenas/diffusion-cache/seeds.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import { rng } from '../../src/core/rng.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { AcquireGpu } from '../../src/engine/workshop.ts'
import { diffusionFiles } from '../support/diffusion.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomDit, randomRequest, randomSchedule, SMALL } from '../support/shapes-dit.ts'

const { gpu, problems } = gpuForTests()
const known = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
const request: PictureRequest = { schedule: fora({ steps: 3, blocks: MODEL.blocks }, 2), captions: drawCaptions('seen', 2, 1), seed: 1, guidance: 3 } // prettier-ignore

async function painted(api: PicturesApi, asked = request): Promise<{ result: PictureResult; steps: PictureStep[] }> {
  const steps: PictureStep[] = []
  const result = known(await api.sample(asked, (step) => steps.push(step)))
  return { result, steps: steps.slice(-asked.schedule.steps) }
}
const furthest = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected, (value, i) => Math.abs(value - found[i]!)).reduce((most, one) => Math.max(most, one), 0)

describe('pictures for the page, on the graphics card', () => {
  it.each(['x0', 'noise'] as const)('[G33] what they look like after each step lies near the oracle\'s, the last is the picture: %s', async (output) => {
    const weights = randomDit({ ...SMALL, output }, 3)
    const sampler = known(await createGpuSampler(gpu(), nodeShaders, weights))
    const schedule = randomSchedule({ steps: 5, blocks: 2 }, 0.5, rng(2))
    const asked = randomRequest(2, 3, 5)
    const { frames } = known(await sampler.film(schedule, asked))
    const expected = Array.from({ length: 5 }, (): number[] => [])
    for (let picture = 0; picture < 2; picture++)
      sampleOne(weights, schedule, asked.captions.subarray(picture * SLOTS, (picture + 1) * SLOTS), asked.noise.subarray(picture * PICTURE, (picture + 1) * PICTURE), 3, undefined, (step, guess) => expected[step]!.push(...guess))
    expect(frames.length).toBe(5)
    frames.forEach((frame, step) => expect(furthest(frame, expected[step]!)).toBeLessThan(output === 'x0' ? 1e-4 : 5e-4))
    expect(frames.at(-1)).toEqual(known(await sampler.sample([schedule], asked)).pictures)
    expect(frames[0]).not.toEqual(frames[1])
    // Those of one picture at a time are the same.
    const few = known(await createGpuSampler(gpu(), nodeShaders, weights, { mostBytes: 2e5 }))
    expect(known(await few.film(schedule, asked)).frames).toEqual(frames)
  }) // prettier-ignore

  it('[J26] are those of WebAssembly but for rounding, step by step, and it is told who painted', async () => {
    const acquire: AcquireGpu = () => Promise.resolve(ok({ gpu: gpu(), shaders: nodeShaders }))
    const card = await painted(known(createPictures(diffusionFiles, acquire)))
    const wasm = await painted(known(createPictures(diffusionFiles)))
    expect(card.result.by).toContain(gpu().label)
    expect(card.result.note).toBe('')
    expect(wasm.result).toMatchObject({ by: 'WebAssembly on the CPU', note: '' })
    expect(card.steps.map(({ step }) => step)).toEqual([0, 1, 2])
    // A byte may be rounded the other way.
    card.steps.forEach(({ pixels }, step) => expect(furthest(pixels, wasm.steps[step]!.pixels)).toBeLessThanOrEqual(1))
    expect(card.steps.at(-1)?.pixels).toEqual(card.result.pixels)
    card.result.errors.forEach((error, at) => expect(Math.abs(error / wasm.result.errors[at]! - 1)).toBeLessThan(1e-3))
    expect(card.result.agreements).toEqual(wasm.result.agreements)
  })

  it('[J26] are made by WebAssembly where there is no card, or where it is lost in the middle: the same pictures, and why', async () => {
    const few = { ...request, captions: request.captions.slice(0, SLOTS) }
    const expected = await painted(known(createPictures(diffusionFiles)), few)
    const none = await painted(known(createPictures(diffusionFiles, () => Promise.resolve(fail('no-adapter', 'There is none.')))), few) // prettier-ignore
    expect(none.result).toMatchObject({ by: 'WebAssembly on the CPU', note: 'There is none.' })
    expect(none.result.pixels).toEqual(expected.result.pixels)
    const own = known(await createNodeGpu())
    const api = known(createPictures(diffusionFiles, () => Promise.resolve(ok({ gpu: own, shaders: nodeShaders }))))
    expect((await painted(api, { ...few, schedule: fora({ steps: 1, blocks: MODEL.blocks }, 2) })).result.by).toContain(own.label) // prettier-ignore
    // Lost while it is at work.
    const submit = own.device.queue.submit.bind(own.device.queue)
    own.device.queue.submit = (commands) => {
      submit(commands)
      own.device.destroy()
    }
    const lost = await painted(api, few)
    expect(lost.result.by).toBe('WebAssembly on the CPU')
    expect(lost.result.note).toMatch(/gave up \(.*lost.*\), so the CPU paints\.$/)
    expect(lost.result.pixels).toEqual(expected.result.pixels)
    expect(lost.result.errors).toEqual(expected.result.errors)
  })

  it('[J18] [J26] a newer request ends the older one on the card too', async () => {
    const acquire: AcquireGpu = () => Promise.resolve(ok({ gpu: gpu(), shaders: nodeShaders }))
    const api = known(createPictures(diffusionFiles, acquire))
    const few = { ...request, schedule: fora({ steps: 1, blocks: MODEL.blocks }, 2), captions: request.captions.slice(0, SLOTS) } // prettier-ignore
    const [older, newer] = await Promise.all([api.sample(request, () => undefined), api.sample(few, () => undefined)])
    expect(older).toMatchObject({ ok: false, fault: { kind: 'superseded' } })
    expect(newer.ok && newer.value.by).toContain(gpu().label)
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
