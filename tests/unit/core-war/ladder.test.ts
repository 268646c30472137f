import { describe, expect, it } from 'vitest'
import { playerOf } from '../../../src/arenas/core-war/coevolution.ts'
import { warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import { ladderOf } from '../../../src/arenas/core-war/ladder.ts'
import { WasmMars } from '../../../src/arenas/core-war/mars/wasm.ts'
import { FIELDS, PRESETS, rulesOf } from '../../../src/arenas/core-war/options.ts'
import { panelsOf } from '../../../src/arenas/core-war/panels.ts'
import type { Options } from '../../../src/core/options.ts'
import { hashWords } from '../../../src/core/hash.ts'
import { deriveSeed, rng } from '../../../src/core/rng.ts'
import { pointsOf, rungsOf } from '../../../src/core/standing.ts'

const optionsOf = (id: string) => PRESETS.find((preset) => preset.id === id)!.options
const heldOutOf = (options: Options) => panelsOf(options).find(({ id }) => id === 'held-out')!.members

describe('the ladder', () => {
  it.each([
    ['nano', ['Imp', 'Dwarf', 'Paper', 'Stone', 'Clear', 'Back Clear']],
    ['tiny', ['Imp', 'Dwarf', 'Stone and Imps', 'Paper', 'Clear', 'Scanner']],
    ['94nop', ['Imp', 'Dwarf', 'Stone and Imps', 'Paper', 'Clear', 'Scanner']],
    ['88', ['Imp', 'Dwarf', 'Stone and Imps', 'Clear', 'Scanner']],
  ])('[D29] of %s: each beats all below it, and has more points against the held-out', (id, names) => {
    const options = optionsOf(id)
    const play = playerOf(options)
    const rungs = ladderOf(options)
    expect(rungs.map(({ name }) => name)).toEqual(names)
    const points = rungs.map(({ genome }) => pointsOf(heldOutOf(options).map((member) => play(genome, member.genome))))
    rungs.forEach((rung, above) => {
      const climbed = rungsOf(rungs.map(({ genome }) => play(rung.genome, genome)))
      expect(climbed, rung.name).toBe(above)
      if (above > 0) expect(points[above], rung.name).toBeGreaterThan(points[above - 1]!)
    })
  })

  it.each(['nano', 'tiny', '94nop', '88'])('[D29] of %s: nor does it hang on the few places of an exam', (id) => {
    const options = optionsOf(id)
    const { coreSize, minDistance, ...rules } = rulesOf(options)
    const machine = new WasmMars({ ...rules, coreSize })
    const spots = coreSize + 1 - 2 * minDistance
    // Drawn, not evenly spaced: strides of bombers would beat time with them.
    const random = rng(deriveSeed('ladder', id))
    const distances = Array.from({ length: 100 }, () => minDistance + random.int(spots))
    const rungs = ladderOf(options)
    rungs.slice(1).forEach(({ name, genome }, below) => {
      const games = distances.flatMap((position) =>
        [0, 1].map((first) => ({
          warriors: [{ program: genome, position: 0 }, { program: rungs[below]!.genome, position }], first,
        })),
      )
      machine.prepare(games)
      const winners = games.map((game) => machine.winner(game))
      const won = winners.filter((winner) => winner === 0).length
      expect(won, name).toBeGreaterThan(winners.filter((winner) => winner === 1).length)
    })
  }) // prettier-ignore

  it('[D30] has warriors of the world, each different, whatever the world is like', () => {
    const options = Object.fromEntries(FIELDS.map(({ key, default: value }) => [key, value]))
    for (const coreSize of [80, 200, 801, 8000, 55440])
      for (const maxLength of [1, 3, 4, 5, 6, 11, 12, 20, 100])
        for (const icws88 of [false, true]) {
          const here = { ...options, coreSize, maxLength, icws88, minDistance: Math.max(5, maxLength) }
          const codec = warriorCodec(here)
          const rungs = ladderOf(here)
          const words = rungs.map(({ genome }) => codec.encode(genome))
          expect(rungs[0]!.name).toBe('Imp')
          expect(new Set(words.map(hashWords)).size).toBe(rungs.length)
          for (const row of words) expect(codec.check!(row)).toBeNull()
          if (maxLength >= 20) expect(rungs.length).toBe(icws88 ? 5 : 6)
          if (maxLength === 5 && !icws88) expect(rungs.length).toBe(6)
        }
  })

  it.each(PRESETS.map(({ id }) => id))('[D30] nobody of the written rungs is held out in %s', (id) => {
    const { encode } = warriorCodec(optionsOf(id))
    const heldOut = heldOutOf(optionsOf(id)).map(({ genome }) => hashWords(encode(genome)))
    const rungs = ladderOf(optionsOf(id))
    expect(rungs.length).toBeGreaterThanOrEqual(5)
    expect(rungs.every(({ genome }) => genome.instructions.length <= rulesOf(optionsOf(id)).maxLength)).toBe(true)
    for (const { genome } of rungs.slice(2)) expect(heldOut).not.toContain(hashWords(encode(genome)))
  })
})
