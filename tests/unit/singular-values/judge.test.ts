import { describe, expect, it } from 'vitest'
import coreWar from '../../../src/arenas/core-war/index.ts'
import createGpuEvaluator from '../../../src/arenas/singular-values/gpu.ts'
import arena from '../../../src/arenas/singular-values/index.ts'
import type { Arena } from '../../../src/core/contracts.ts'
import { ok } from '../../../src/core/result.ts'
import { findJudge, type Shelves } from '../../../src/engine/judging.ts'
import type { Gpu } from '../../../src/gpu/device.ts'
import { shelves, writerOptions } from '../../support/warriors-essa.ts'

const options = writerOptions()
const sentence = async (changed: Partial<Shelves>, judge = arena.judge) => {
  const found = await findJudge({ label: 'Writers', ...(judge === undefined ? {} : { judge }) }, options, { ...shelves, ...changed }) // prettier-ignore
  return found.ok ? '' : found.fault.message
}

describe('the door between arenas', () => {
  it('[F1] who is judged by another arena gets it with complete settings and its language', async () => {
    const found = await findJudge(arena as Arena, options, shelves)
    if (!found.ok || found.value === undefined) throw new Error('no judge')
    const { arena: judge, options: world, dialect } = found.value
    expect(judge.id).toBe('core-war')
    expect(Object.keys(world).sort()).toEqual(coreWar.options.map(({ key }) => key).sort())
    expect(world).toEqual(coreWar.presets.find(({ id }) => id === 'nano')?.options)
    expect(dialect.vocabulary).toBe(173)
    const changed = await findJudge({ label: 'Writers', judge: () => ({ arena: 'core-war', preset: 'nano', options: { rounds: 3 } }) }, options, shelves) // prettier-ignore
    expect(changed.ok && changed.value?.options['rounds']).toBe(3)
  })

  it('[F1] who judges by itself gets none', async () => {
    expect(await findJudge(coreWar as Arena, {}, shelves)).toEqual(ok(undefined))
    expect(await findJudge(arena as Arena, writerOptions({ task: 'sums' }), shelves)).toEqual(ok(undefined))
  })

  it('[F1] what is missing of a judge is a sentence', async () => {
    expect(await sentence({}, () => ({ arena: 'chess', preset: 'nano' }))).toBe('There is no arena chess.')
    expect(await sentence({}, () => ({ arena: 'core-war', preset: 'huge' }))).toContain('no setting "huge"')
    expect(await sentence({}, () => ({ arena: 'core-war', preset: 'nano', options: { rounds: 0 } }))).toContain(
      'rounds',
    )
    expect(await sentence({ dialects: () => Promise.resolve(null) })).toContain('no language')
    const needy: Arena = { ...(coreWar as Arena), files: () => ['models/some.safetensors'] }
    expect(await sentence({ arena: () => Promise.resolve(ok(needy)) })).toContain('would need files')
  })

  it('[F1] the GPU leaves their writing to the CPU, with a sentence', async () => {
    const [gpu, shaders] = [{} as Gpu, (() => '') as never]
    const made = await createGpuEvaluator(gpu, shaders, options, new Map())
    expect(made.ok ? '' : made.fault.message).toBe('Warriors are written on the CPU.')
  })

  it('[F1] an evaluator without the judge that it needs says so', () => {
    expect(() => arena.evaluator(options, new Map())).toThrow('need a judge')
  })
})
