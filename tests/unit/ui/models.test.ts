import { describe, expect, it } from 'vitest'
import type { ModelTally } from '../../../src/core/journal.ts'
import type { ModelSpec } from '../../../src/llm/contracts.ts'
import type { CatalogueEntry } from '../../../src/llm/shelf.ts'
import { LoadMeter } from '../../../src/ui/eta.ts'
import { foreign } from '../../../src/ui/foreign.ts'
import { bytes, duration } from '../../../src/ui/format.ts'
import { InPlay } from '../../../src/ui/in-play.ts'
import { modelsOf, TALLY_ROWS, totalOf } from '../../../src/ui/tallies.ts'
import { withoutTwins } from '../../../src/ui/twins.ts'

class Kept {
  readonly all = new Map<string, string>()
  getItem = (key: string) => this.all.get(key) ?? null
  setItem = (key: string, value: string) => void this.all.set(key, value)
  removeItem = (key: string) => void this.all.delete(key)
}
const ours: ModelSpec = { adapter: 'embedded', arena: 'core-war', model: 'redcode-nano', engine: 'cpu' }
const listed: ModelSpec = { adapter: 'webllm', model: 'Tiny:1' }
const server: ModelSpec = { adapter: 'endpoint', model: 'm', url: 'http://localhost', key: 'sk-secret' }

describe('models in play', () => {
  it('[P23] belong to their run; names outlive the visit, keys and files do not', () => {
    const kept = new Kept()
    const inPlay = new InPlay(kept)
    for (const spec of [ours, listed, server]) inPlay.put('a', spec)
    inPlay.put('a', listed)
    expect(inPlay.specs('a')).toEqual([ours, server, listed])
    expect(inPlay.specs('b')).toEqual([])
    expect([...kept.all.values()].join()).not.toContain('secret')
    const later = new InPlay(kept)
    expect(later.specs('a')).toEqual([])
    expect(later.remembered('a', 'core-war')).toEqual([{ ...ours, engine: 'auto' }, listed])
    expect(later.remembered('b', 'core-war')).toEqual([])
    expect(later.parted('a')).toEqual([{ model: 'm', needs: 'server' }])
    expect(later.parted('b')).toEqual([])
    inPlay.put('a', { adapter: 'wllama', model: 'mine: a.gguf', files: [new Blob()] })
    inPlay.put('a', { ...listed, model: 'far', url: 'https://example.org/far' })
    for (const model of ['redcode-nano', 'Tiny:1', 'm']) inPlay.take('a', model)
    expect(new InPlay(kept).remembered('a', 'core-war')).toEqual([])
    expect(new InPlay(kept).parted('a')).toEqual([
      { model: 'mine: a.gguf', needs: 'file' },
      { model: 'far', needs: 'address' },
    ])
    expect([...kept.all.values()].join()).not.toContain('example')
    for (const model of ['mine: a.gguf', 'far']) inPlay.take('a', model)
    expect([...kept.all.keys()]).toEqual([])
  })

  it('[P23] nonsense in the browser’s memory is nothing in play', () => {
    for (const text of ['{', '7', '{"run":1,"models":[]}', '{"run":"a","models":["", ":", "x:y", 5, "embedded:"]}']) {
      const kept = new Kept()
      kept.setItem('evolarium:models', text)
      expect(new InPlay(kept).remembered('a', 'core-war')).toEqual([])
    }
  })
})

describe('what models send', () => {
  it('[P22] is shown without signs that hide or turn text, and never too long', () => {
    expect(foreign('<b>MOV</b>\u202e\u0007\u200b\tx\n\ud800', 100)).toBe('<b>MOV</b>···\tx\n·')
    expect(foreign('x'.repeat(1000), 10)).toBe(`…${'x'.repeat(10)}`)
  })
})

describe('a load', () => {
  it('[P26] tells its speed and the time left, once enough was seen, anew for each stage', () => {
    const meter = new LoadMeter()
    const at = (seconds: number, done: number, stage: 'download' | 'prepare' = 'download') =>
      meter.note({ stage, text: '', done, bytes: done * 1e9, total: 1e9 }, seconds * 1000)
    expect(at(0, 0)).toEqual({ bytesPerSecond: null, secondsLeft: null })
    expect(at(1, 0.1)).toEqual({ bytesPerSecond: null, secondsLeft: null })
    expect(at(2, 0.2).bytesPerSecond).toBeCloseTo(1e8)
    expect(at(4, 0.4).secondsLeft).toBeCloseTo(6)
    // Slower of late: what is long past does not count.
    for (let second = 5; second <= 20; second++) at(second, 0.4 + (second - 4) * 0.01)
    expect(at(21, 0.57).secondsLeft).toBeCloseTo(43)
    expect(at(22, 0, 'prepare').secondsLeft).toBe(null)
    expect([bytes(512), bytes(312.5e6), bytes(1.06e9), duration(43), duration(600), duration(9000)]).toEqual([
      '512 B', '313 MB', '1.06 GB', '43 s', '10 min', '3 h',
    ]) // prettier-ignore
  })
})

describe('what came of a model', () => {
  const tally: ModelTally = {
    model: 'm', kind: 'mutate', completions: 200, tokens: 4000, ms: 1000, novel: 100, repaired: 5, refused: 50,
    duplicate: 40, lazy: 10, opened: 2, improved: 6,
  } // prettier-ignore

  it('[P27] is told per completion, token and millisecond, for each kind and in all', () => {
    const read = (of: Parameters<(typeof TALLY_ROWS)[number]['show']>[0]) =>
      Object.fromEntries(TALLY_ROWS.map(({ label, show }) => [label, show(of)]))
    expect(read(tally)).toMatchObject({ Written: '200', Legal: '75.0 %', 'Per 1 k tokens': '2', 'ms a child': '10' })
    const other: ModelTally = { ...tally, kind: 'new', refused: 150, novel: 0, opened: 0, improved: 0 }
    const all = totalOf([tally, other])
    expect(read(all)).toMatchObject({ Written: '400', Legal: '50.0 %', 'Per 1 k tokens': '1', 'ms a child': '20' })
    expect(read(totalOf([]))).toMatchObject({ Written: '0', Legal: '-', 'Per 1 k tokens': '-', 'ms a child': '-' })
    expect(modelsOf([tally, { ...tally, kind: 'new' }, { ...tally, model: 'n' }])).toEqual(['m', 'n'])
    for (const { help } of TALLY_ROWS) expect(help).not.toBe('')
  })
})

describe('the list of models', () => {
  it('[P26] has one of each pair of twins', () => {
    const entry = (model: string, needsF16: boolean, twin: string | null) =>
      ({ model, needsF16, twin }) as CatalogueEntry
    const [half, full, alone] = [entry('a16', true, 'a32'), entry('a32', false, 'a16'), entry('b', false, null)]
    expect(withoutTwins([half, full, alone])).toEqual([half, alone])
    expect(withoutTwins([full, alone])).toEqual([full, alone])
  })
})
