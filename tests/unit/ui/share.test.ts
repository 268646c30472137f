import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCsv } from '../../../src/share/csv.ts'
import { settingsFromHash, settingsToHash, type LinkArena } from '../../../src/share/url.ts'
import { binLabel, compact, precise } from '../../../src/ui/format.ts'
import { inkOn, viridis } from '../../../src/ui/ramp.ts'
import { arena, settings } from '../../support/toy.ts'

const link: LinkArena = {
  id: arena.id, version: arena.version, options: arena.options, presets: arena.presets,
  operators: arena.operators(arena.presets[0]!.options), strategies: [{ id: 'map-elites', options: [] }, { id: 'random', options: [] }],
} // prettier-ignore

describe('links', () => {
  it('[P5] carry the settings there and back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 400 }), fc.constantFrom('nano', 'tiny', 'drq', '88'), (seed, population, preset) => {
      const mine = { ...settings({ seed, population, preset, operators: { tweak: 3 } }) }
      expect(settingsFromHash(settingsToHash(mine, link), [link])).toEqual({ ok: true, value: mine })
    }), { seed: 2 }) // prettier-ignore
  })

  it('[P5] that mean nothing are refused, never thrown over', () => {
    const good = settingsToHash(settings(), link)
    fc.assert(fc.property(fc.oneof(fc.string(), fc.nat(good.length).map((cut) => good.slice(0, cut)), fc.string().map((noise) => `#v1=${noise}`)), (hash) => {
      const read = settingsFromHash(hash, [link])
      if (hash !== good) expect(read.ok && read.value.seed !== 1).toBe(false)
    }), { seed: 3, numRuns: 2000 }) // prettier-ignore
    expect(settingsFromHash(`#v1=${'A'.repeat(9000)}`, [link]).ok).toBe(false)
    const evil = Buffer.from(
      '{"arena":"core-war","preset":"nano","__proto__":{"polluted":1},"options":{"__proto__":{"polluted":1}}}',
    ).toString('base64url')
    expect(settingsFromHash(`#v1=${evil}`, [link]).ok).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('tables and numbers', () => {
  it('[P6] a cell that a spreadsheet would run is quoted', () => {
    expect(toCsv(['a'], [['=1+1'], ['x,y'], ['say "so"'], [-3]])).toBe('a\r\n\'=1+1\r\n"x,y"\r\n"say ""so"""\r\n-3\r\n')
  })

  it('[P6] numbers are short and keep their meaning', () => {
    expect([compact(999), compact(12345), compact(4.56e6), precise(0.12345), precise(3), precise(219.4)]).toEqual([
      '999',
      '12.3 k',
      '4.56 M',
      '0.123',
      '3',
      '219',
    ])
    expect([0, 1, 2].map((bin) => binLabel([1, 10, Infinity], bin, 0))).toEqual(['<1', '1', '10+'])
    expect([0, 1, 2].map((bin) => binLabel([0.12, 0.2, Infinity], bin, 0))).toEqual(['<0.12', '0.12', '0.2+'])
    expect(binLabel([1, 10_000, Infinity], 2, 0)).toBe('10 k+')
  })

  it('[P7] text on the ramp has a contrast of at least 4.5', () => {
    const luminance = (colour: readonly number[]) => {
      const [r, g, b] = colour.map((c) =>
        c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
      ) as [number, number, number]
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    for (let share = 0; share <= 1; share += 0.01) {
      const background = luminance(viridis(share))
      const ink = inkOn(viridis(share)) === '#000' ? 0 : 1
      expect((Math.max(ink, background) + 0.05) / (Math.min(ink, background) + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
  })
})
