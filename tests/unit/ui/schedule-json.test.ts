import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COMPUTE,
  costOf,
  EXTRAPOLATE,
  fullSchedule,
  geneAt,
  genesOf,
  REUSE,
} from '../../../src/arenas/diffusion-cache/schedule.ts'
import {
  LONGEST_SCHEDULE,
  readSchedule,
  resample,
  writeEcadSchedule,
  writeSchedule,
} from '../../../src/share/schedule-json.ts'

const SHAPE = { steps: 12, blocks: 6 }
const shapes = fc.record({ steps: fc.integer({ min: 1, max: 24 }), blocks: fc.integer({ min: 1, max: 12 }) })
const schedules = shapes.chain((shape) =>
  fc
    .array(fc.integer({ min: 0, max: 2 }), { minLength: genesOf(shape), maxLength: genesOf(shape) })
    .map((genes) => ({ ...shape, genes: Uint8Array.from(genes) })),
)

const messageOf = (text: string) => {
  const read = readSchedule(text, SHAPE)
  return read.ok ? '' : read.fault.message
}
const ecad = (schedule: unknown) => JSON.stringify({ cache_schedule: { schedule } })
const block = { attn1: true, attn2: true, ff: true }

describe('schedules as JSON', () => {
  it('[P56] our own form is read back as it was written', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const read = readSchedule(writeSchedule(schedule, ' An\u202e elite\n12 '), schedule)
        expect(read.ok && read.value).toEqual({ schedule, name: 'An elite 12', from: 'evolarium', note: '' })
      }),
    )
  })

  it("[P56] ECAD's form is read back, lines as reuse", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const read = readSchedule(writeEcadSchedule(schedule, 'x'), schedule)
        const genes = schedule.genes.map((gene) => (gene === EXTRAPOLATE ? REUSE : gene))
        expect(read.ok && read.value).toEqual({ schedule: { ...schedule, genes }, name: 'x', from: 'ecad', note: '' })
      }),
    )
  })

  it("[P56] a file of PixArt's shape is fitted and says so; what is full stays full", () => {
    const shape = { steps: 20, blocks: 28 }
    const read = readSchedule(writeEcadSchedule(fullSchedule(shape), 'default'), SHAPE)
    if (!read.ok) throw new Error(read.fault.message)
    expect(costOf(read.value.schedule, [1, 1, 1])).toBe(1)
    expect(read.value.note).toContain('20 steps and 28 blocks; this model has 12 and 6')
  })

  it('[P56] fitting keeps the first and the last step, and the shape itself', () => {
    fc.assert(
      fc.property(schedules, shapes, (schedule, shape) => {
        expect(resample(schedule, schedule)).toEqual(schedule)
        const other = resample(schedule, shape)
        expect(other.genes.length).toBe(genesOf(shape))
        expect(other.genes[0]).toBe(schedule.genes[0])
        if (shape.steps > 1 && shape.blocks > 1)
          expect(other.genes[geneAt(shape, shape.steps - 1, shape.blocks - 1, 2)]).toBe(
            schedule.genes[geneAt(schedule, schedule.steps - 1, schedule.blocks - 1, 2)],
          )
      }),
    )
  })

  it('[P57] says what is wrong with a file, and which part of it', () => {
    expect(messageOf('nonsense')).toContain('no JSON')
    expect(messageOf('x'.repeat(LONGEST_SCHEDULE + 1))).toContain('too large')
    expect(messageOf('{}')).toContain('holds no schedule')
    expect(messageOf('null')).toContain('holds no schedule')
    expect(messageOf('{"format":"evolarium-schedule","version":2}')).toContain('newer version')
    expect(messageOf('{"format":"evolarium-schedule","version":1,"schedule":["CC"]}')).toContain('three signs')
    expect(messageOf('{"format":"evolarium-schedule","version":1,"schedule":["CCC","CCX"]}')).toContain('"X" in step 1')
    expect(messageOf('{"format":"evolarium-schedule","version":1,"schedule":["CCC","CCCCCC"]}')).toContain('6 signs')
    expect(messageOf(ecad({}))).toContain('no steps')
    expect(messageOf(ecad({ '000': {} }))).toContain('no blocks')
    expect(messageOf(ecad({ '000': { '0': block }, '002': { '0': block } }))).toContain('step 1')
    expect(messageOf(ecad({ '000': { '0': { ...block, ff: 'yes' } } }))).toContain('ff in step 0, block 0')
    expect(messageOf(ecad({ '000': { '0': { full_attn: true } } }))).toContain('PixArt')
    expect(messageOf(ecad(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, {}]))))).toContain('1,000')
  })

  it('[P57] throws on nothing, and what it reads has the asked shape', () => {
    const keys = fc.constantFrom('0', '000', '001', '1', 'attn1', 'attn2', 'ff', '__proto__', 'constructor', 'schedule')
    const tree = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.boolean(), fc.string(), fc.double(), fc.constant(null)),
      node: fc.oneof(
        { maxDepth: 5, depthSize: 'small' },
        tie('leaf'),
        fc.dictionary(keys, tie('node')),
        fc.array(tie('node'), { maxLength: 4 }),
      ),
    })).node
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      tree.map((schedule) => ecad(schedule)),
      tree.map((schedule) => JSON.stringify({ format: 'evolarium-schedule', version: 1, schedule })),
      // Cut off and dented files that once were good.
      fc.tuple(schedules, fc.nat(), fc.string({ maxLength: 3 })).map(([schedule, at, dent]) => {
        const text = writeEcadSchedule(schedule, '')
        return text.slice(0, at % text.length) + dent + text.slice((at % text.length) + dent.length)
      }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const read = readSchedule(text, SHAPE)
        if (!read.ok) expect(read.fault.message).toMatch(/^This file .+\.$/s)
        else {
          expect(read.value.schedule.genes.length).toBe(genesOf(SHAPE))
          expect(read.value.schedule.genes.every((gene) => gene <= EXTRAPOLATE && gene >= REUSE)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
    expect(COMPUTE).toBe(1)
  })

  it('[P57] a file nested a million deep is refused', () => {
    expect(messageOf('['.repeat(1_000_000))).toMatch(/^This file/)
    expect(messageOf(`${'{"cache_schedule":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatch(/^This file/)
  })
})
