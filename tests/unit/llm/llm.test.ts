import { describe, expect, it } from 'vitest'
import { localLlm, routedLlm, type Llm } from '../../../src/llm/llm.ts'
import { nothing, PuppetModel, puppetHost, request, spec } from './models.ts'

const place = (...puppets: PuppetModel[]): Llm => localLlm(puppetHost(puppets))

describe('places that run models', () => {
  it('[L38] a model is loaded, written by and unloaded in its own place', async () => {
    const [here, there] = [new PuppetModel(), new PuppetModel()]
    const [near, far] = [place(here), place(there)]
    const llm = routedLlm([near, far], ({ model }) => (model === 'near' ? near : model === 'far' ? far : null))
    expect(await llm.load(spec('far'), nothing)).toMatchObject({ ok: true })
    expect(await llm.generate('far', [request()])).toMatchObject({ ok: true })
    expect(await llm.stats('far')).toMatchObject({ requests: 1 })
    expect(here.diary).toEqual([])
    expect(await llm.load(spec('nowhere'), nothing)).toMatchObject({ ok: false, fault: { kind: 'no-adapter' } })
    expect(await llm.generate('near', [request()])).toMatchObject({ ok: false, fault: { kind: 'not-loaded' } })
    expect(await llm.stats('near')).toBeNull()
    for (const model of ['near', 'nowhere']) {
      llm.abort(model)
      llm.cancelLoad(model)
      await llm.unload(model)
    }
    llm.abort('far')
    await llm.unload('far')
    expect(there.diary.at(-1)).toBe('unload')
    expect(await llm.listModels('nonsense://')).toMatchObject({ ok: false, fault: { kind: 'bad-address' } })
  })

  it('[L38] one that moves is unloaded where it was, and disposing lets go of all', async () => {
    const [here, there] = [new PuppetModel(), new PuppetModel()]
    const [near, far] = [place(here), place(there)]
    let chosen = near
    const llm = routedLlm([near, far], () => chosen)
    await llm.load(spec('m'), nothing)
    chosen = far
    await llm.load(spec('m'), nothing)
    expect(here.diary).toEqual(['load', 'unload'])
    expect(there.diary).toEqual(['load'])
    llm.dispose()
    await expect.poll(() => there.diary).toEqual(['load', 'unload'])
  })
})
