import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { battlePlan, battlesOf, opponentsOf } from '../../../src/arenas/core-war/environment.ts'
import { decodeWarrior, encodeWarrior, warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import { binOf, MEASURE_KEYS, measureOf, measuresOf } from '../../../src/arenas/core-war/measures.ts'
import { warriorOperators } from '../../../src/arenas/core-war/operators.ts'
import { PRESETS, presetOfTag, rulesOf, WORLDS } from '../../../src/arenas/core-war/options.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { loadFile } from '../../../src/arenas/core-war/redcode/listing.ts'
import { survivalFitness } from '../../../src/arenas/core-war/scores.ts'
import { rng } from '../../../src/core/rng.ts'

const preset = (id: string) => PRESETS.find((one) => one.id === id)!.options

describe('survival fitness', () => {
  /** As Digital Red Queen writes it: cycle by cycle. */
  function byCycle(diedAt: readonly number[], who: number, cycles: number): number {
    let score = 0
    for (let cycle = 0; cycle < cycles; cycle++) {
      const alive = diedAt.map((at) => at === -1 || cycle < at - 1)
      const count = alive.filter(Boolean).length
      if (count === 0) break
      if (alive[who]) score += 1 / count / cycles
    }
    return score * diedAt.length
  }

  it("[E9] is Digital Red Queen's sum over cycles", () => {
    const death = fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 60 }))
    fc.assert(fc.property(fc.array(death, { minLength: 1, maxLength: 8 }), (diedAt) => {
      diedAt.forEach((_, who) => expect(survivalFitness(diedAt, who, 60)).toBeCloseTo(byCycle(diedAt, who, 60), 10))
    }), { seed: 1, numRuns: 500 }) // prettier-ignore
  })

  it('[E9] runs from 0 over a fair share of 1 to the number of warriors', () => {
    expect(survivalFitness([-1, -1, -1, -1], 2, 100)).toBeCloseTo(1)
    expect(survivalFitness([-1, 1, 1, 1], 0, 100)).toBeCloseTo(4)
    expect(survivalFitness([1, -1], 0, 100)).toBe(0)
  })
})

describe('behaviour axes', () => {
  it("[E10] have Digital Red Queen's bins at 8,000 cells", () => {
    const edges = (key: (typeof MEASURE_KEYS)[number]) => measureOf(key, preset('drq')).thresholds
    expect(edges('spawned')).toEqual([1, 10, 100, 1000, 10000, Infinity])
    expect(edges('covered')).toEqual([10, 100, 500, 1000, 4000, Infinity])
    expect(edges('opcodes')).toEqual([4, 6, 8, 10, 14, Infinity])
    expect(edges('length')).toEqual([5, 12, 20, 35, 60, Infinity])
  })

  it.each(WORLDS.map(({ id }) => id))('[E10] have bins in %s that rise and that a warrior can reach', (id) => {
    for (const key of MEASURE_KEYS) {
      const measure = measureOf(key, preset(id))
      expect([...measure.thresholds]).toEqual([...new Set(measure.thresholds)].sort((x, y) => x - y))
      const most = {
        spawned: Number(preset(id)['maxCycles']) / 4,
        covered: Number(preset(id)['coreSize']) - 1,
        opcodes: Math.min(17, measure.max),
        length: measure.max,
      }[key]
      expect(binOf(measure, most)).toBe(measure.thresholds.length - 1)
      expect(binOf(measure, measure.min)).toBe(0)
    }
  })

  it('[E10] more opcodes than lines cannot be, and is not counted as a kind', () => {
    const { axes, reachable } = measuresOf({ ...preset('nano'), axes: 'opcodes-length' })
    expect(reachable(axes[0].thresholds.length - 1, 0)).toBe(false)
    expect(reachable(0, 0)).toBe(true)
    expect(reachable(axes[0].thresholds.length - 1, axes[1].thresholds.length - 1)).toBe(true)
  })
})

describe.each(WORLDS.map(({ id }) => id))('warriors of %s', (id) => {
  const options = preset(id)
  const codec = warriorCodec(options)
  const operators = warriorOperators(options)
  const settings = {
    ...STANDARD_94,
    coreSize: Number(options['coreSize']),
    maxLength: Number(options['maxLength']),
    minDistance: Number(options['maxLength']),
    icws88: options['icws88'] === true,
    readLimit: Number(options['coreSize']),
    writeLimit: Number(options['coreSize']),
  }

  it('[E11] every operator makes legal warriors, and each at least now and then', () => {
    const random = rng(3)
    let pool = Array.from({ length: 8 }, () => operators[0]!.propose([], random)!)
    const made = new Set<string>()
    for (let round = 0; round < 600; round++) {
      const operator = random.pick(operators)
      const child = operator.propose(
        Array.from({ length: operator.arity }, () => random.pick(pool)),
        random,
      )
      if (child === null) continue
      made.add(operator.id)
      expect(child.instructions.length).toBeGreaterThan(0)
      expect(child.instructions.length).toBeLessThanOrEqual(settings.maxLength)
      expect(child.start).toBeLessThan(child.instructions.length)
      // What it makes the assembler accepts under these rules, and reads back the same.
      const text = loadFile(child, settings.coreSize)
      if (!settings.icws88) expect(assemble(`;assert 1\n${text}`, settings).program).toEqual(child)
      expect(decodeWarrior(encodeWarrior(child, codec.stride))).toEqual(child)
      pool = [...pool.slice(1), child]
    }
    expect(made.size).toBe(operators.length)
  })

  it('[E11] print and parse to the same genome', () => {
    const random = rng(9)
    for (let round = 0; round < 50; round++) {
      const program = operators[0]!.propose([], random)!
      const parsed = codec.parse(codec.print(program, 'Name'))
      expect(parsed).toEqual({ ok: true, value: program })
    }
    expect(codec.parse('mvo 1, 2').ok).toBe(false)
    // The tag brings it back to a world with the same rules.
    const tag = /^;redcode-(\S*)/.exec(codec.print(operators[0]!.propose([], random)!, 'Name'))?.[1] ?? ''
    const world = presetOfTag(tag)
    expect(world === null ? null : rulesOf({ ...preset(world), fitness: 'points' })).toEqual(
      rulesOf({ ...options, fitness: 'points' }),
    )
  })

  it('[E12] the plan is a function of options and seed, and keeps the distance', () => {
    const plan = battlePlan(options, 5)
    expect(battlePlan(options, 5)).toEqual(plan)
    expect(battlePlan(options, 6).positions).not.toEqual(plan.positions)
    const battles = battlesOf(opponentsOf(plan)[0]!, opponentsOf(plan), plan)
    expect(battles.length).toBe(
      plan.format === 'duels' ? plan.opponents.count * plan.positions.length : plan.positions.length,
    )
    for (const { warriors } of battles) {
      const places = warriors.map(({ position }) => position).sort((x, y) => x - y)
      places.forEach((place, index) =>
        expect((places[index + 1] ?? settings.coreSize + places[0]!) - place).toBeGreaterThanOrEqual(
          Number(options['minDistance']),
        ),
      )
    }
  })

  it('[E13] the panel has enough warriors of this world, all different', () => {
    const panel = panelOf(options)
    expect(panel.length).toBeGreaterThanOrEqual(Math.min(4, Number(options['opponents'])))
    expect(new Set(panel.map(({ program }) => loadFile(program, settings.coreSize))).size).toBe(panel.length)
    for (const { program } of panel) expect(program.instructions.length).toBeLessThanOrEqual(settings.maxLength)
  })
})
