import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scheduleCodec } from '../../../src/arenas/diffusion-cache/genome.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { canonical, COMPUTE, EXTRAPOLATE, fullSchedule, genesOf, REUSE, usesOf, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts' // prettier-ignore
import { anySchedule, worldOf } from '../../support/diffusion.ts'

const { blocks } = MODEL
const codecFor = (steps: number, lines = true) => scheduleCodec(worldOf({ steps, lines }))
const anySteps = fc.integer({ min: 4, max: 20 }).chain((steps) => anySchedule(steps))
const faultOf = (text: string, steps = 4, lines = true) => {
  const read = codecFor(steps, lines).parse(text)
  return read.ok ? 'no fault' : read.fault.message
}
const rows = (...letters: string[]) => letters.map((row, step) => `${step} ${row.repeat(blocks)}`).join('\n')

describe('schedules as words and as text', () => {
  it('[J1] come back from words and from text, whatever their genes and their name', () => {
    fc.assert(
      fc.property(anySteps, fc.string(), (schedule, name) => {
        const codec = codecFor(schedule.steps)
        const words = codec.encode(schedule)
        expect(words.length).toBe(codec.stride)
        expect(codec.encode(codec.decode(words))).toEqual(words)
        const read = codec.parse(codec.print(codec.decode(words), name))
        expect(read).toEqual({ ok: true, value: codec.decode(words) })
      }),
    )
    const most = codecFor(20)
    const full = fullSchedule({ steps: 20, blocks })
    expect(most.decode(most.encode(full))).toEqual(full)
    expect(most.parse(most.print(full, 'everything, in twenty steps'))).toEqual({ ok: true, value: full })
  })

  it('[J1] is as people read it: a line a step, three letters a block', () => {
    const genes = new Uint8Array(genesOf({ steps: 4, blocks })).fill(REUSE)
    genes.fill(COMPUTE, 0, 2 * blocks * 3)
    genes.fill(EXTRAPOLATE, 3 * blocks * 3)
    const text = codecFor(4).print({ steps: 4, blocks, genes }, 'Two lines\nCCC')
    const row = (letter: string) => Array.from({ length: blocks }, () => letter.repeat(3)).join(' ')
    expect(text).toBe(`; Two lines CCC\n00 ${row('C')}\n01 ${row('C')}\n02 ${row('.')}\n03 ${row('/')}\n`)
    const typed = `\ufeff`.slice(1) + rows('ccc', 'c c|c', '...', '///').replaceAll('\n', ' ; said aside\r\n\r\n')
    expect(codecFor(4).parse(typed)).toEqual({ ok: true, value: { steps: 4, blocks, genes } })
  })

  it('[J2] have equal words exactly where they do the same', () => {
    fc.assert(
      fc.property(anySchedule(5), fc.array(fc.nat(5 * blocks * 3 - 1), { maxLength: 6 }), (one, places) => {
        const other: Schedule = { ...one, genes: one.genes.slice() }
        for (const at of places) other.genes[at] = (other.genes[at]! + 1) % 3
        const codec = codecFor(5)
        const same = JSON.stringify(usesOf(one)) === JSON.stringify(usesOf(other))
        expect(codec.encode(one).join() === codec.encode(other).join()).toBe(same)
        expect(usesOf(canonical(one))).toEqual(usesOf(one))
        expect(canonical(canonical(one))).toEqual(canonical(one))
      }),
    )
  })

  it('[J3] are refused as words that the codec would not write', () => {
    const [codec, strict] = [codecFor(4), codecFor(4, false)]
    const full = codec.encode(fullSchedule({ steps: 4, blocks }))
    expect(codec.check?.(full)).toBeNull()
    const changed = (at: number, word: (old: number) => number) => full.map((old, i) => (i === at ? word(old) : old))
    expect(codec.check?.(changed(2, (old) => old | 3))).toMatch(/none of the three kinds/)
    expect(codec.check?.(changed(0, () => 0))).toMatch(/shortest form/)
    // 72 genes leave 24 genes' room in the last word, which says nothing.
    expect(codec.check?.(changed(4, (old) => old | (1 << 30)))).toMatch(/shortest form/)
    const lined = fullSchedule({ steps: 4, blocks })
    lined.genes[3 * blocks * 3] = EXTRAPOLATE
    expect(codec.check?.(codec.encode(lined))).toBeNull()
    expect(strict.check?.(codec.encode(lined))).toMatch(/follows lines/)
    fc.assert(
      fc.property(fc.uint32Array({ minLength: codec.stride, maxLength: codec.stride }), (words) => {
        const said = codec.check?.(words)
        expect(said === null).toBe(codec.encode(codec.decode(words)).join() === words.join())
      }),
    )
  })

  it('[J4] are refused as text with a sentence: which line, what is wrong, and what to do', () => {
    expect(faultOf(rows('CCC', 'CCC', '...'))).toMatch(/3 lines of genes.*has 4 steps: write a line for each/)
    expect(faultOf(`; FORA\n\n${rows('CCC', 'CXC', '...', '...')}`)).toMatch(/^Line 4: "X" is no gene: write C/)
    expect(faultOf(rows('CCC', 'CC', '...', '...'))).toMatch(/^Line 2 has 12 genes; it needs 18/)
    expect(faultOf(rows('CCC', 'CCC', '///', '...'), 4, false)).toMatch(/follows lines.*switch on.*or write a dot/)
    expect(faultOf('')).toMatch(/0 lines/)
    expect(faultOf('C'.repeat(1e6))).toMatch(/1000000 characters/)
    expect(faultOf(rows('CCC', '💥CC', '...', '...'))).toMatch(/^Line 2: "💥"/)
  })

  it('[J4] get an answer whatever they are, and in a world without lines follow none', () => {
    const line = fc.stringMatching(/^[C./c0-9 |;x]{0,30}$/)
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.array(line, { maxLength: 8 }).map((all) => all.join('\n'))) // prettier-ignore
    fc.assert(
      fc.property(text, (any) => {
        const read = codecFor(4, false).parse(any)
        expect(read.ok || /\.$/.test(read.fault.message)).toBe(true)
      }),
    )
    fc.assert(
      fc.property(anySchedule(6), (schedule) => {
        const strict = codecFor(6, false)
        const read = strict.parse(codecFor(6).print(canonical(schedule), 'x'))
        expect(read.ok).toBe(!canonical(schedule).genes.includes(EXTRAPOLATE))
        if (read.ok) expect(strict.check?.(strict.encode(read.value))).toBeNull()
      }),
    )
  })
})
