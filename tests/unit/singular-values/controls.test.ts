import { describe, expect, it } from 'vitest'
import { zeroOf } from '../../../src/arenas/singular-values/genome.ts'
import type { StudioApi } from '../../../src/arenas/singular-values/studio.ts'
import { pointsAt } from '../../../src/arenas/singular-values/warriors/control.ts'
import createWorkshop from '../../../src/arenas/singular-values/workshop.ts'
import { singularFiles, worldFor } from '../../support/singular.ts'
import { writerFiles, writerJudge, writerOptions } from '../../support/warriors-essa.ts'

describe('what a writer of warriors is seen beside', () => {
  it('[F15] lower temperatures of the same adapter, a random one and recorded gradients, each with how far it has narrowed', async () => {
    const options = writerOptions()
    const made = await createWorkshop(writerFiles, options, await writerJudge())
    if (!made.ok) throw new Error(made.fault.message)
    const studio = made.value as unknown as StudioApi
    const found = await studio.controls({ genome: zeroOf(options) })
    if (!found.ok) throw new Error(found.fault.message)
    const rows = found.value
    expect(rows.filter(({ kind }) => kind === 'temperature').map(({ label }) => label)).toEqual([1, 0.7, 0.5, 0.3, 0.15].map((at) => `As trained, at ${at}`)) // prettier-ignore
    // The trained adapter at the setting's own temperature is a point of its own curve.
    const { kind: _, label: __, ...now } = rows[0]!
    expect(rows.find(({ label }) => label === 'As trained, at 0.5')).toMatchObject(now)
    const [hot, , , , cold] = rows.filter(({ kind }) => kind === 'temperature')
    expect(cold!.points).toBeGreaterThan(hot!.points)
    expect(cold!.distance).toBeLessThan(hot!.distance)
    expect(rows.find(({ kind }) => kind === 'random')!.points).toBeLessThan(now.points)
    expect(rows.filter(({ kind }) => kind === 'gradient').length).toBeGreaterThan(1)
    for (const { points, distance, kinds, distinct } of rows) {
      expect(points).toBeGreaterThan(0)
      expect(points).toBeLessThan(300)
      expect(distance > 0 && distance < 1 && distinct > 0 && distinct <= 1).toBe(true)
      expect(kinds).toBeGreaterThanOrEqual(1)
    }
    const wrong = await studio.controls({ genome: new Float32Array(3) })
    expect(wrong.ok ? '' : wrong.fault.message).toMatch(/does not fit this model, which has 96/)
  })

  it('[F15] other tasks have none, and say so', async () => {
    const made = await createWorkshop(singularFiles, worldFor('clothes'))
    if (!made.ok) throw new Error(made.fault.message)
    const none = await (made.value as unknown as StudioApi).controls({ genome: zeroOf(worldFor('clothes')) })
    expect(none.ok ? '' : none.fault.kind).toBe('no-controls')
  })

  it('[F15] the curve is a straight line between its rows, and beyond them the last', () => {
    const curve = [{ distance: 0.8, points: 60 }, { distance: 0.4, points: 140 }] // prettier-ignore
    expect([0.2, 0.4, 0.6, 0.8, 0.9].map((at) => Math.round(pointsAt(curve, at)))).toEqual([140, 140, 100, 60, 60])
    expect(pointsAt([], 0.5)).toBeNaN()
  })
})
