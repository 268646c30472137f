import { describe, expect, it, vi } from 'vitest'
import { fail, ok } from '../../../src/core/result.ts'
import type { ModelSpec } from '../../../src/llm/contracts.ts'
import { LlmHost } from '../../../src/llm/host.ts'
import { aborted, answer, never, nothing, PuppetModel, puppetHost, request, spec } from './models.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('loading', () => {
  it('[L30] answers at once the second time, and shares a load under way', async () => {
    const puppet = new PuppetModel()
    let go: () => void = nothing
    puppet.onLoad = async (progress) => {
      progress({ stage: 'prepare', text: 'half', done: 0.5 })
      await new Promise<void>((resolve) => (go = resolve))
      progress({ stage: 'prepare', text: 'all', done: 1 })
      return ok(undefined)
    }
    const host = puppetHost([puppet])
    const told: string[][] = [[], []]
    const loads = told.map((texts) => host.load(spec(), ({ text }) => texts.push(text)))
    await pause(5)
    go()
    const [first, second] = await Promise.all(loads)
    expect(first).toMatchObject({ ok: true, value: { version: 'puppet 1' } })
    expect(second).toEqual(first)
    expect(await host.load(spec(), nothing)).toEqual(first)
    expect(puppet.diary).toEqual(['load'])
    expect(told).toEqual([
      ['half', 'all'],
      ['half', 'all'],
    ])
  })

  it('[L30] replaces a model that is loaded otherwise than asked for now', async () => {
    const [one, two] = [new PuppetModel(), new PuppetModel()]
    const host = puppetHost([one, two])
    await host.load(spec('m', ['a']), nothing)
    expect(await host.load(spec('m', ['b']), nothing)).toMatchObject({ ok: true })
    expect(one.diary).toEqual(['load', 'unload'])
    expect(two.diary).toEqual(['load'])
  })

  it('[L30] knows files by name and size, since copies of them are not the same objects', async () => {
    const seen: ModelSpec[] = []
    const host = new LlmHost({
      wllama: () =>
        Promise.resolve((given) => {
          seen.push(given)
          return new PuppetModel()
        }),
    })
    const gguf = (bytes: number): ModelSpec => ({
      adapter: 'wllama',
      model: 'm',
      files: [new Blob([new Uint8Array(bytes)])],
    })
    for (const bytes of [3, 3, 4]) await host.load(gguf(bytes), nothing)
    expect(seen.length).toBe(2)
  })

  it('[L30] says what is missing where nothing runs such models', async () => {
    const result = await new LlmHost({}).load(spec('tiny'), nothing)
    expect(result).toMatchObject({ ok: false, fault: { kind: 'no-adapter' } })
    expect(JSON.stringify(result)).toContain('tiny')
  })

  it('[L30] keeps several models at once, each with its own queue', async () => {
    const [slow, fast] = [new PuppetModel(), new PuppetModel()]
    slow.onGenerate = async (_requests, _onText, signal) => {
      await aborted(signal)
      return ok([answer('slow', 'aborted')])
    }
    const host = puppetHost([slow, fast])
    await host.load(spec('slow'), nothing)
    await host.load(spec('fast'), nothing)
    const writing = host.generate('slow', [request()])
    expect(await host.generate('fast', [request()])).toMatchObject({ ok: true, value: [{ text: 'x' }] })
    host.abort('slow')
    expect(await writing).toMatchObject({ ok: true, value: [{ text: 'slow' }] })
  })
})

describe('a load that fails or is stopped', () => {
  it.each([
    ['a fault', () => Promise.resolve(fail('too-big', 'no room')), 'too-big'],
    ['an error', () => Promise.reject(new Error('boom')), 'load-failed'],
  ])('[L31] leaves nothing behind: %s', async (_name, onLoad, kind) => {
    const [bad, good] = [new PuppetModel(), new PuppetModel()]
    bad.onLoad = onLoad
    const host = puppetHost([bad, good])
    expect(await host.load(spec(), nothing)).toMatchObject({ ok: false, fault: { kind } })
    expect(host.stats('m')).toBeNull()
    expect(await host.generate('m', [request()])).toMatchObject({ ok: false, fault: { kind: 'not-loaded' } })
    expect(await host.load(spec(), nothing)).toMatchObject({ ok: true })
    expect(bad.diary).toEqual(['load', 'unload'])
  })

  it('[L31] a creator that throws is a fault', async () => {
    expect(await puppetHost([]).load(spec(), nothing)).toMatchObject({ ok: false, fault: { kind: 'load-failed' } })
  })

  it.each([
    ['stops when told', true],
    ['never stops', false],
  ])('[L31] cancelling answers at once, and a new load waits for the old: an adapter that %s', async (_name, obeys) => {
    const [one, two] = [new PuppetModel(), new PuppetModel()]
    one.onLoad = async (_progress, signal) => {
      await (obeys ? aborted(signal) : never())
      return fail('anything', 'stopped')
    }
    const host = puppetHost([one, two])
    const loading = host.load(spec(), nothing)
    await pause(1)
    host.cancelLoad('m')
    expect(await loading).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(await host.load(spec(), nothing)).toMatchObject({ ok: true })
    expect(one.diary).toEqual(['load', 'unload'])
    host.cancelLoad('m')
    expect(await host.generate('m', [request()])).toMatchObject({ ok: true })
  })

  it('[L31] a model whose load succeeds after it was cancelled is put away', async () => {
    const puppet = new PuppetModel()
    puppet.onLoad = async () => {
      await pause(10)
      return ok(undefined)
    }
    const host = puppetHost([puppet])
    const loading = host.load(spec(), nothing)
    await pause(1)
    host.cancelLoad('m')
    expect(await loading).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    await host.unload('m')
    expect(puppet.diary).toEqual(['load', 'unload'])
  })
})

describe('a queue', () => {
  it('[L32] runs one call at a time, first come first served', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = async (requests) => {
      await pause(2)
      return ok(requests.map(({ prompt }) => answer(prompt)))
    }
    const host = puppetHost([puppet])
    await host.load(spec(), nothing)
    const all = await Promise.all(['1', '2', '3'].map((prompt) => host.generate('m', [request({ prompt })])))
    expect(all.map((result) => (result.ok ? result.value[0]?.text : null))).toEqual(['1', '2', '3'])
    expect(puppet.diary.slice(1).join()).toBe('generate 1,generated,generate 2,generated,generate 3,generated')
    expect(await host.generate('m', [])).toEqual(ok([]))
  })

  it('[L32] abort ends the call in flight with what it has, and those that wait with nothing', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = async (requests, onText, signal) => {
      onText(0, 'so far')
      await aborted(signal)
      return ok(requests.map(() => answer('so far', 'aborted')))
    }
    const host = puppetHost([puppet])
    await host.load(spec(), nothing)
    const calls = [host.generate('m', [request()]), host.generate('m', [request(), request()])]
    await pause(1)
    host.abort('m')
    const [first, second] = await Promise.all(calls)
    expect(first).toMatchObject({ ok: true, value: [{ text: 'so far', finish: 'aborted' }] })
    expect(second).toMatchObject({ ok: true, value: [{ finish: 'aborted' }, { text: '', tokens: 0 }] })
    puppet.onGenerate = () => Promise.resolve(ok([answer('again')]))
    expect(await host.generate('m', [request()])).toMatchObject({ ok: true, value: [{ text: 'again' }] })
  })

  it('[L32] text is handed on in few pieces, all of it before the answer', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = async (_requests, onText) => {
      for (let i = 0; i < 100; i++) {
        onText(i % 2, String(i % 10))
        if (i % 10 === 0) await pause(1)
      }
      return ok([answer('')])
    }
    const host = puppetHost([puppet], { textMs: 5 })
    await host.load(spec(), nothing)
    const pieces: [number, string][] = []
    await host.generate('m', [request(), request()], (index, added) => {
      pieces.push([index, added])
      throw new Error('the listener is gone')
    })
    expect(pieces.length).toBeLessThan(40)
    const joined = (index: number) => pieces.flatMap(([at, added]) => (at === index ? [added] : [])).join('')
    expect([joined(0), joined(1)]).toEqual(['02468'.repeat(10), '13579'.repeat(10)])
  })
})

describe('silence and loss', () => {
  it('[L33] a model that writes nothing for too long is stopped; one that obeys stays', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = async (_requests, onText, signal) => {
      for (let i = 0; i < 4; i++) {
        onText(0, i < 2 ? 'x' : '') // Nothing added is a sign of life too.
        await pause(15)
      }
      await aborted(signal)
      return ok([answer('', 'aborted')])
    }
    const host = puppetHost([puppet], { silenceMs: 40 })
    await host.load(spec(), nothing)
    const began = performance.now()
    const calls = [host.generate('m', [request()]), host.generate('m', [request()])]
    expect(await calls[0]).toMatchObject({ ok: false, fault: { kind: 'silent' } })
    expect(performance.now() - began).toBeGreaterThan(80)
    puppet.onGenerate = () => Promise.resolve(ok([answer('x')]))
    expect(await calls[1]).toMatchObject({ ok: false, fault: { kind: 'silent' } })
    expect(await host.generate('m', [request()])).toMatchObject({ ok: true })
  })

  it('[L33] one that does not stop is given up, with those who wait', async () => {
    const [deaf, next] = [new PuppetModel(), new PuppetModel()]
    deaf.onGenerate = never
    deaf.onUnload = never
    const host = puppetHost([deaf, next], { silenceMs: 10, graceMs: 10 })
    await host.load(spec(), nothing)
    const calls = [host.generate('m', [request()]), host.generate('m', [request()])]
    expect(await calls[0]).toMatchObject({ ok: false, fault: { kind: 'silent' } })
    expect(await calls[1]).toMatchObject({ ok: false, fault: { kind: 'model-lost' } })
    expect(await host.load(spec(), nothing)).toMatchObject({ ok: true })
    expect(deaf.diary).toContain('unload')
    expect(await host.generate('m', [request()])).toMatchObject({ ok: true })
  })

  it.each([
    ['says so', () => Promise.resolve(fail('model-lost', 'The GPU is gone.'))],
    ['throws', () => Promise.reject(new Error('The GPU is gone.'))],
  ])('[L33] a model that is lost is not loaded any more: one that %s', async (_name, onGenerate) => {
    const [lost, next] = [new PuppetModel(), new PuppetModel()]
    lost.onGenerate = onGenerate
    const host = puppetHost([lost, next])
    await host.load(spec(), nothing)
    const both = await Promise.all([host.generate('m', [request()]), host.generate('m', [request()])])
    for (const result of both) {
      expect(result).toMatchObject({ ok: false, fault: { kind: 'model-lost' } })
      expect(JSON.stringify(result)).toContain('The GPU is gone.')
    }
    expect(host.stats('m')).toBeNull()
    await host.load(spec(), nothing)
    expect(await host.generate('m', [request()])).toMatchObject({ ok: true })
    expect(lost.diary.filter((line) => line === 'unload').length).toBe(1)
  })

  it('[L33] another fault costs the call and not the model', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = () => Promise.resolve(fail('too-long', 'too long'))
    const host = puppetHost([puppet])
    await host.load(spec(), nothing)
    expect(await host.generate('m', [request()])).toMatchObject({ ok: false, fault: { kind: 'too-long' } })
    expect(host.stats('m')).toEqual({ requests: 1, tokens: 2, promptTokens: 3, ms: 4 })
  })
})

describe('unloading', () => {
  it('[L34] is safe while a model is being loaded', async () => {
    const puppet = new PuppetModel()
    puppet.onLoad = async (_progress, signal) => {
      await aborted(signal)
      throw new Error('stopped')
    }
    const host = puppetHost([puppet])
    const loading = host.load(spec(), nothing)
    await pause(1)
    await Promise.all([host.unload('m'), host.unload('m')])
    expect(await loading).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(puppet.diary).toEqual(['load', 'unload'])
  })

  it('[L34] ends what is being written, and only then puts the model away', async () => {
    const puppet = new PuppetModel()
    puppet.onGenerate = async (_requests, _onText, signal) => {
      await aborted(signal)
      await pause(5)
      return ok([answer('half', 'aborted')])
    }
    const host = puppetHost([puppet])
    await host.load(spec(), nothing)
    const calls = [host.generate('m', [request()]), host.generate('m', [request()])]
    await Promise.all([host.unload('m'), host.unload('m')])
    expect(await calls[0]).toMatchObject({ ok: true, value: [{ text: 'half', finish: 'aborted' }] })
    expect(await calls[1]).toMatchObject({ ok: true, value: [{ text: '', finish: 'aborted' }] })
    expect(puppet.diary).toEqual(['load', 'generate p', 'generated', 'unload'])
    expect(await host.generate('m', [request()])).toMatchObject({ ok: false, fault: { kind: 'not-loaded' } })
  })

  it('[L34] neither hangs nor throws with a model that does', async () => {
    for (const onUnload of [never<void>, () => Promise.reject(new Error('boom'))]) {
      const puppet = new PuppetModel()
      puppet.onUnload = onUnload
      const host = puppetHost([puppet], { graceMs: 10 })
      await host.load(spec(), nothing)
      await host.unload('m')
      expect(host.stats('m')).toBeNull()
    }
    const host = puppetHost([])
    await host.unload('unknown')
    host.abort('unknown')
    host.cancelLoad('unknown')
  })

  it('[L34] a late word of a model that was given up reaches nobody', async () => {
    const puppet = new PuppetModel()
    let late: (index: number, added: string) => void = nothing
    puppet.onGenerate = (_requests, onText) => {
      late = onText
      return never()
    }
    const host = puppetHost([puppet], { graceMs: 5 })
    await host.load(spec(), nothing)
    const heard = vi.fn()
    const writing = host.generate('m', [request()], heard)
    await pause(1)
    host.abort('m')
    expect(await writing).toMatchObject({ ok: true, value: [{ finish: 'aborted' }] })
    late(0, 'late')
    expect(heard).not.toHaveBeenCalled()
  })
})
