import { describe, expect, it } from 'vitest'
import { battlePlan, battlesOf, opponentsOf } from '../../../src/arenas/core-war/environment.ts'
import { warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import { WasmMars } from '../../../src/arenas/core-war/mars/wasm.ts'
import { binOf, measureOf, type MeasureKey } from '../../../src/arenas/core-war/measures.ts'
import { rulesOf, WORLDS } from '../../../src/arenas/core-war/options.ts'
import { measureValue } from '../../../src/arenas/core-war/scores.ts'
import { tallyOf } from '../../../src/arenas/core-war/tally.ts'
import { CELLS_SEED, cellOptions, kindsOf, PAIRS, readCells } from '../../fixtures/core-war/kinds.ts'

/** A kind that no search of ours has found a warrior of: see tests/fixtures/core-war/README.md. */
const NOT_FOUND: Readonly<Record<string, readonly string[]>> = {
  nano: ['covered-length 3,0'],
}

describe.each(WORLDS.map(({ id }) => id))('kinds of warrior in %s', (preset) => {
  const cells = readCells()[preset] ?? {}

  it('[E17] have a warrior each', () => {
    const wanted = PAIRS.flatMap((pair) => kindsOf(preset, pair)).sort()
    expect([...Object.keys(cells), ...(NOT_FOUND[preset] ?? [])].sort()).toEqual(wanted)
  })

  it('[E17] are what fighting makes of them', { timeout: 120_000 }, () => {
    const options = cellOptions(preset)
    const plan = battlePlan(options, CELLS_SEED)
    const opponents = opponentsOf(plan)
    const codec = warriorCodec(options)
    const machine = new WasmMars(rulesOf(options))
    const kindsByText = new Map<string, string[]>()
    for (const [kind, text] of Object.entries(cells)) kindsByText.set(text, [...(kindsByText.get(text) ?? []), kind])
    for (const [text, kinds] of kindsByText) {
      const parsed = codec.parse(text)
      if (!parsed.ok) throw new Error(parsed.fault.message)
      const tally = tallyOf(battlesOf(parsed.value, opponents, plan).map((setup) => machine.run(setup)))
      for (const kind of kinds) {
        const [pair = ''] = kind.split(' ')
        const bins = (pair.split('-') as MeasureKey[]).map((key) =>
          binOf(measureOf(key, options), measureValue(key, parsed.value, tally)),
        )
        expect(`${pair} ${bins.join(',')}`).toBe(kind)
      }
    }
  })
})
