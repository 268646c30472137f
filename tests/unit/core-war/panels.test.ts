import { describe, expect, it } from 'vitest'
import { warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import { PRESETS } from '../../../src/arenas/core-war/options.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { panelsOf } from '../../../src/arenas/core-war/panels.ts'
import { hashWords } from '../../../src/core/hash.ts'
import type { Options } from '../../../src/core/options.ts'

const membersOf = (id: 'held-out' | 'ladder', options: Options) => panelsOf(options).find((panel) => panel.id === id)!.members // prettier-ignore

describe('the held-out panel', () => {
  it.each(PRESETS.map(({ id, options }) => [id, options] as const))('[D24] has nobody that runs of %s begin with, and none twice', (_id, options) => {
    const { encode } = warriorCodec(options)
    const firsts = panelOf(options).slice(0, Number(options['opponents'])).map(({ program }) => hashWords(encode(program)))
    const hashes = membersOf('held-out', options).map(({ genome }) => hashWords(encode(genome)))
    expect(hashes.length).toBeGreaterThan(0)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const hash of hashes) expect(firsts).not.toContain(hash)
  }) // prettier-ignore

  it.each(PRESETS.map(({ id, options }) => [id, options] as const))('[D24] all panels of %s are of warriors of this world', (_id, options) => {
    const codec = warriorCodec(options)
    for (const { members } of panelsOf(options))
      for (const { genome, name } of members) {
        expect(codec.check!(codec.encode(genome)), name).toBeNull()
        expect(codec.decode(codec.encode(genome))).toEqual({ ...genome })
        expect(codec.parse(codec.print(genome, name)).ok, name).toBe(true)
      }
  }) // prettier-ignore

  it.each(['nano', 'tiny', 'queen-nano', 'queen-tiny'])('[D24] has sixty-four in the world of %s', (id) => {
    expect(membersOf('held-out', PRESETS.find((preset) => preset.id === id)!.options).length).toBe(64)
  })
})
