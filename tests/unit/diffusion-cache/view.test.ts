import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonical,
  COMPUTE,
  EXTRAPOLATE,
  fullSchedule,
  geneAt,
  genesOf,
  REUSE,
  type Schedule,
} from '../../../src/arenas/diffusion-cache/schedule.ts'
import {
  editsBetween,
  geneOf,
  isSame,
  placeAfter,
  withCycled,
  withStepToggled,
} from '../../../src/arenas/diffusion-cache/view/board.ts'
import { scheduleOf } from '../../../src/arenas/diffusion-cache/view/elite.ts'
import { filmAfter, frameAt, NO_FILM, withStep } from '../../../src/arenas/diffusion-cache/view/film.ts'
import {
  backToElite,
  begin,
  canUndo,
  edit,
  follow,
  isEdited,
  load,
  topOf,
  undo,
  type Shown,
} from '../../../src/arenas/diffusion-cache/view/history.ts'
import { PICTURES, showCaptions } from '../../../src/arenas/diffusion-cache/view/showing.ts'
import { isCaption, captionAt } from '../../../src/arenas/diffusion-cache/scenes/words.ts'
import { lineOf } from '../../../src/arenas/diffusion-cache/lines.ts'

const SHAPE = { steps: 12, blocks: 6 }
const schedules: fc.Arbitrary<Schedule> = fc
  .array(fc.integer({ min: 0, max: 2 }), { minLength: genesOf(SHAPE), maxLength: genesOf(SHAPE) })
  .map((genes) => ({ ...SHAPE, genes: Uint8Array.from(genes) }))
const places = fc.record({ step: fc.nat(11), block: fc.nat(5), component: fc.nat(2) })
const elite = (name: string, schedule: Schedule = fullSchedule(SHAPE)): Shown => ({ schedule, name, origin: 'elite' })

describe('editing a schedule by hand', () => {
  it('[P55] a cell goes through computing, reusing and extrapolating, and no other changes', () => {
    fc.assert(
      fc.property(schedules, places, (schedule, { step, block, component }) => {
        const cycle = (now: Schedule) => withCycled(now, step, block, component)
        const once = cycle(schedule)
        expect(editsBetween(schedule, once)).toBe(1)
        expect(once.genes[geneAt(SHAPE, step, block, component)]).not.toBe(geneOf(schedule, step, block, component))
        expect(isSame(cycle(cycle(once)), schedule)).toBe(true)
      }),
    )
    const next = [COMPUTE, REUSE, EXTRAPOLATE].map(() => 0)
    let now = fullSchedule(SHAPE)
    for (const at of next.keys()) next[at] = (now = withCycled(now, 1, 0, 0)).genes[geneAt(SHAPE, 1, 0, 0)] ?? -1
    expect(next).toEqual([REUSE, EXTRAPOLATE, COMPUTE])
  })

  it('[P55] a whole step is switched off where anything in it is computed, else on', () => {
    fc.assert(
      fc.property(schedules, fc.nat(11), (schedule, step) => {
        const row = (one: Schedule) => one.genes.slice(geneAt(SHAPE, step, 0, 0), geneAt(SHAPE, step + 1, 0, 0))
        const toggled = withStepToggled(schedule, step)
        expect(new Set(row(toggled))).toEqual(new Set([row(schedule).includes(COMPUTE) ? REUSE : COMPUTE]))
        expect(editsBetween(schedule, toggled)).toBe(
          row(schedule).filter((gene, at) => gene !== row(toggled)[at]).length,
        )
      }),
    )
  })

  it('[P55] what is shown is what is done: the first step computes, and lines need two points', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const done = canonical(schedule).genes
        expect(done.slice(0, 18).every((gene) => gene === COMPUTE)).toBe(true)
        done.forEach((gene, at) => {
          if (at >= 18 && gene === COMPUTE) expect(schedule.genes[at]).toBe(COMPUTE)
          if (at < 36) expect(gene).not.toBe(EXTRAPOLATE)
        })
      }),
    )
  })

  it('[P55] arrow keys stay in the grid, and come back', () => {
    const full = fullSchedule(SHAPE)
    fc.assert(
      fc.property(fc.nat(11), fc.integer({ min: -1, max: 17 }), (step, column) => {
        for (const [there, back] of [
          ['ArrowUp', 'ArrowDown'],
          ['ArrowLeft', 'ArrowRight'],
        ] as const)
          // prettier-ignore
          for (const [one, other] of [[there, back], [back, there]] as const) { // prettier-ignore
            const to = placeAfter(one, { step, column }, full)
            if (to !== null) expect(placeAfter(other, to, full)).toEqual({ step, column })
          }
        expect(placeAfter('a', { step, column }, full)).toBeNull()
      }),
    )
    expect(placeAfter('ArrowLeft', { step: 0, column: -1 }, full)).toBeNull()
    expect(placeAfter('ArrowDown', { step: 11, column: 0 }, full)).toBeNull()
    expect(placeAfter('ArrowRight', { step: 0, column: 17 }, full)).toBeNull()
  })

  it('[P55] an elite is read from its text', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const lines = Array.from(
          { length: 12 },
          (_, step) => `${String(step).padStart(2, '0')} ${lineOf(schedule, step)}`,
        )
        expect(scheduleOf(`; Lora 12\n${lines.join('\n')}\n`)).toEqual(schedule)
      }),
    )
    expect(scheduleOf('MOV 0, 1')).toBeNull()
    expect(scheduleOf('00 CCC\n01 CCC CCC')).toBeNull()
  })
})

describe('what the stage shows', () => {
  const other = withStepToggled(fullSchedule(SHAPE), 3)

  it('[P63] edits are undone one by one, down to the elite', () => {
    let history = begin(elite('Lora 1'))
    expect(canUndo(history)).toBe(false)
    for (let step = 1; step < 5; step++) history = edit(history, withStepToggled(topOf(history).schedule, step))
    expect(isEdited(history)).toBe(true)
    for (let step = 1; step < 5; step++) history = undo(history)
    expect([isEdited(history), canUndo(history), topOf(history).name]).toEqual([false, false, 'Lora 1'])
    expect(undo(history)).toEqual(history)
  })

  it('[P63] an edit that leads back is the elite again', () => {
    const history = edit(begin(elite('Lora 1')), withStepToggled(fullSchedule(SHAPE), 2))
    expect(isEdited(edit(history, fullSchedule(SHAPE)))).toBe(false)
  })

  it('[P63] an elite that is only followed leaves edits alone, one that is chosen replaces them, and undoing brings them back', () => {
    const edited = edit(begin(elite('Lora 1')), other)
    const followed = follow(edited, elite('Mido 2'), false)
    expect(topOf(followed).schedule).toBe(other)
    expect(topOf(backToElite(followed)).name).toBe('Mido 2')
    const chosen = follow(edited, elite('Mido 2'), true)
    expect([topOf(chosen).name, isEdited(chosen)]).toEqual(['Mido 2', false])
    expect(topOf(undo(chosen)).schedule).toBe(other)
    // Unedited, elites take each other's place, and nothing piles up to undo.
    expect(canUndo(follow(begin(elite('Lora 1')), elite('Mido 2'), true))).toBe(false)
  })

  it('[P63] a file is shown as one, and what is remembered has an end', () => {
    let history = load(begin(elite('Lora 1')), other, 'From ECAD')
    expect(topOf(history)).toEqual({ schedule: other, name: 'From ECAD', origin: 'file' })
    for (let turn = 0; turn < 500; turn++)
      history = edit(history, withStepToggled(topOf(history).schedule, 1 + (turn % 11)))
    expect(history.shown.length).toBeLessThanOrEqual(200)
  })

  it('[P54] steps are shown in their places, told late or not, and the end of the film before until the first', () => {
    const pixels = (value: number) => new Uint8ClampedArray(4).fill(value)
    const first = filmAfter(NO_FILM, 'a')
    expect(frameAt(first, 11)).toBeNull()
    const whole = [2, 0, 1].reduce((film, step) => withStep(film, { step, pixels: pixels(step) }), first)
    expect([0, 1, 2, 9].map((step) => frameAt(whole, step)?.[0])).toEqual([0, 1, 2, 2])
    const done = {
      ...whole,
      result: {
        pixels: pixels(7),
        errors: new Float64Array(),
        agreements: new Float64Array(),
        ms: 1,
        by: 'somebody',
        note: '',
      },
    }
    expect([0, 11].map((step) => frameAt(done, step)?.[0])).toEqual([0, 7])
    expect(frameAt(filmAfter(done, 'b'), 0)?.[0]).toBe(7)
  })

  it('[P54] sixteen captions, always the same, of one object and of two', () => {
    const captions = showCaptions()
    expect(captions).toEqual(showCaptions())
    const all = Array.from({ length: PICTURES }, (_, at) => captionAt(captions, at))
    expect(all.every(isCaption)).toBe(true)
    expect(new Set(all.map(String)).size).toBe(PICTURES)
  })
})
