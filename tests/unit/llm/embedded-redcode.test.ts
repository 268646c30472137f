import { describe, expect, it } from 'vitest'
import { warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import models from '../../../src/arenas/core-war/dialect.ts'
import { PRESETS } from '../../../src/arenas/core-war/options.ts'
import { nodeSources } from '../../../src/cli/node-models.ts'
import type { GenerateRequest } from '../../../src/llm/contracts.ts'
import { Embedded } from '../../../src/llm/embedded/model.ts'
import { Oracle } from '../../../src/llm/transformer/oracle.ts'
import { CpuWriter } from '../../../src/llm/transformer/writer.ts'

const never = new AbortController().signal
const world = PRESETS.find(({ id }) => id === 'nano')!.options
const codec = warriorCodec(world)
const minds = models.filter(({ fits }) => fits(world)).map(({ id }) => id)
const PARENT = 'spl.b #0, <-5\nmov.i 2, <-12\ndjn.f -2, <-20\nmov.i 1, 3\n'

const load = async (id: string, sources = nodeSources) => {
  const model = new Embedded({ adapter: 'embedded', arena: 'core-war', model: id, engine: 'cpu' }, sources)
  const loaded = await model.load(() => undefined, never)
  if (!loaded.ok) throw new Error(loaded.fault.message)
  return model
}
const requests = Array.from({ length: 45 }, (_, seed): GenerateRequest => {
  const prompt = ['write 5', `mutate 4\n${PARENT}`, `resample 3\n${PARENT}`][seed % 3]!
  return { system: '', prompt, seed, temperature: 1, maxTokens: 99 }
})
const textsOf = async (model: Embedded) => {
  const answers = await model.generate(requests, () => undefined, never)
  if (!answers.ok) throw new Error(answers.fault.message)
  return answers.value.map(({ text }) => text)
}

describe.each(minds)('a model of Redcode for nano: %s', (id) => {
  it('[T13] writes, mutates and resamples: at temperature 1 legal warriors, most of them different', async () => {
    const texts = await textsOf(await load(id))
    for (const text of texts) expect(codec.parse(text), text).toMatchObject({ ok: true })
    for (const kind of [0, 1, 2]) {
      const own = texts.filter((_, at) => at % 3 === kind)
      expect(new Set(own).size).toBeGreaterThan(own.length / 2)
    }
  })

  it('[T13] [T6] writes the same on the oracle', { timeout: 60_000 }, async () => {
    const slow = await load(id, { ...nodeSources, cpu: (weights) => ({ writer: new CpuWriter(new Oracle(weights, 16)), label: 'oracle', software: false }) }) // prettier-ignore
    expect(await textsOf(slow)).toEqual(await textsOf(await load(id)))
  })
})

describe('the models of Redcode for nano', () => {
  it('[T40] are different minds: from the same parent and seed hardly a child of one is a child of another', async () => {
    const all = await Promise.all(minds.map(async (id) => new Set(await textsOf(await load(id)))))
    expect(all.length).toBe(3)
    const [first] = all
    for (const other of all.slice(1)) {
      const shared = [...other].filter((text) => first?.has(text) === true)
      expect(shared.length).toBeLessThan(requests.length / 10)
    }
  })
})
