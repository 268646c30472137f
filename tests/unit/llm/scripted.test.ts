import { describe, expect, it } from 'vitest'
import { LlmHost } from '../../../src/llm/host.ts'
import { createScripted } from '../../../src/llm/scripted/index.ts'
import { nothing, request, spec } from './models.ts'

const host = () => new LlmHost({ scripted: () => Promise.resolve(createScripted) }, { textMs: 0 })

describe('the scripted model', () => {
  it('[L35] answers from its list, over and over, the same in every run', async () => {
    const run = async () => {
      const models = host()
      await models.load(spec('s', ['one two', 'three']), nothing)
      const heard: string[] = []
      const first = await models.generate('s', [request(), request()], (index, added) => heard.push(`${index}${added}`))
      const second = await models.generate('s', [request()])
      const texts = [first, second].flatMap((result) => (result.ok ? result.value.map(({ text }) => text) : ['fault']))
      return { texts, heard, stats: models.stats('s') }
    }
    const one = await run()
    expect(one.texts).toEqual(['one two', 'three', 'one two'])
    expect(one.heard).toEqual(['0one ', '0two', '1three'])
    expect(one.stats).toMatchObject({ requests: 3, tokens: 5, promptTokens: 6 })
    expect(await run()).toMatchObject({ texts: one.texts, heard: one.heard })
  })

  it('[L35] keeps to the most tokens and to stop words, and has nothing to say with an empty list', async () => {
    const models = host()
    await models.load(spec('s', ['a b c ; d']), nothing)
    const result = await models.generate('s', [request({ maxTokens: 2 }), request({ stop: ['', ' ;', '!'] })])
    expect(result).toMatchObject({
      ok: true,
      value: [
        { text: 'a b ', finish: 'length', tokens: 2 },
        { text: 'a b c', finish: 'stop' },
      ],
    })
    await models.load(spec('empty', []), nothing)
    expect(await models.generate('empty', [request()])).toMatchObject({ ok: true, value: [{ text: '', tokens: 0 }] })
  })

  it('[L35] stops when told', async () => {
    const models = host()
    await models.load(spec('s', ['a b c d']), nothing)
    const writing = models.generate('s', [request(), request()], () => models.abort('s'))
    expect(await writing).toMatchObject({
      ok: true,
      value: [
        { text: 'a ', finish: 'aborted' },
        { text: '', finish: 'aborted' },
      ],
    })
  })
})
