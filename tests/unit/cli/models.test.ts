import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HELP, MIX_START, readArguments, settingsOf } from '../../../src/cli/evolve/arguments.ts'
import { readOriginal, replay } from '../../../src/cli/evolve/replay.ts'
import { checkModels } from '../../../src/cli/evolve/writers.ts'
import { archiveHash } from '../../../src/core/generation.ts'
import { MIX_FIELDS } from '../../../src/core/mix.ts'
import { ok } from '../../../src/core/result.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo, type ImportedRun } from '../../../src/storage/import.ts'
import { arena, localPool, make, strategy } from '../../support/toy.ts'

const folder = mkdtempSync(join(tmpdir(), 'models-'))
const read = (...args: string[]) => {
  const asked = readArguments(args)
  if (!asked.ok) throw new Error(asked.fault.message)
  return asked.value
}
const sentence = (...args: string[]) => {
  const asked = readArguments(args)
  const settings = asked.ok ? settingsOf(asked.value, arena, strategy) : asked
  return settings.ok ? '' : settings.fault.message
}
const mixOf = (...args: string[]) => {
  const settings = settingsOf(read(...args), arena, strategy)
  if (!settings.ok) throw new Error(settings.fault.message)
  return settings.value.mix
}

describe('the arguments of models', () => {
  it('[C10] without a model and a mix there is none; with either it is whole, and in step unless told otherwise', () => {
    expect(mixOf('--preset', 'nano')).toBeUndefined()
    expect(read('--model', 'a', '--model', 'b').models).toEqual(['a', 'b'])
    expect(mixOf('--model', 'redcode-nano')).toEqual(MIX_START)
    expect(MIX_START['pace']).toBe('lockstep')
    expect(mixOf('--mix', 'policy=bandit', '--mix', 'pace=free', '--mix', 'mutate=2.5')).toEqual({
      ...MIX_START,
      policy: 'bandit',
      pace: 'free',
      mutate: 2.5,
    })
  })

  it('[C4] wrong ones are answered with a sentence', async () => {
    expect(sentence('--mix', 'colour=red')).toContain('policy, pace')
    expect(sentence('--mix', 'policy=chess')).toContain('shares, uniform, bandit, ladder')
    expect(sentence('--mix', 'temperature=hot')).toContain('must be a number')
    expect(sentence('--mix', 'retries=9')).toContain('between 0 and 3')
    expect(sentence('--mix', 'policy')).toContain('NAME=VALUE')
    expect(sentence('--model', 'a', '--model', 'a')).toContain('twice')
    expect(sentence('--resume', '--mix', 'policy=bandit')).toContain('--resume')
    for (const other of [['--model', 'a'], ['--out', 'x'], ['--resume'], ['--seed', '2'], ['--mix', 'retries=1']])
      expect(sentence('--replay', 'run.evo', ...other)).toContain(`leave out ${other[0]}`)
    expect(read('--replay', 'run.evo', '--lanes', '2', '--engine', 'cpu').replay).toBe('run.evo')
    expect(await checkModels(make(), ['redcode-nano'])).toMatchObject({ ok: true })
    expect(await checkModels(make(), ['gpt'])).toMatchObject({ fault: { message: expect.stringContaining('redcode-nano') as string } }) // prettier-ignore
    expect(await checkModels(make({ preset: '94nop' }), ['redcode-nano'])).toMatchObject({ ok: false, fault: { kind: 'model-misfit' } }) // prettier-ignore
    expect(await readOriginal(join(folder, 'nowhere.evo'))).toMatchObject({ ok: false })
  })

  it('[C9] --help tells every option, and every part of a mix', () => {
    for (const option of ['model', 'mix', 'replay', 'resume', 'set', 'operator', 'out', 'lanes', 'engine', 'forget', 'seed', 'population'])
      expect(HELP).toContain(`--${option} `)
    for (const { key } of MIX_FIELDS) expect(HELP).toMatch(new RegExp(`^ +${key}=`, 'm'))
  }) // prettier-ignore
})

describe('npm run evolve with a model', { timeout: 480_000 }, () => {
  const evolve = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsx', ['src/cli/evolve.ts', '--lanes', '1', ...args], { encoding: 'utf8' }) // prettier-ignore
    return { status, stdout, stderr }
  }
  const world = ['--preset', 'nano', '--seed', '5', '--population', '24', '--set', 'rounds=2', '--set', 'opponents=4']
  const started = (out: string, evaluations: number) =>
    evolve(...world, '--model', 'redcode-nano', '--mix', 'resample=3', '--mix', 'classical=0.5', '--evaluations', String(evaluations), '--out', join(folder, out)) // prettier-ignore
  const fileOf = (out: string) => join(folder, out, 'run.evo')
  const runOf = (out: string): ImportedRun => {
    const run = decodeEvo(readFileSync(fileOf(out)))
    if (!run.ok) throw new Error(run.fault.message)
    return run.value
  }
  /** The run with another tape, played again. */
  const played = async ({ header, state, births }: ImportedRun, tape: ImportedRun['tape']) => {
    const file = join(folder, 'changed.evo')
    writeFileSync(file, encodeEvo(header, state, births, tape))
    const original = await readOriginal(file)
    if (!original.ok) throw new Error(original.fault.message)
    const result = await replay(original.value, () =>
      Promise.resolve(ok(localPool(original.value.make.settings.options))),
    )
    if (!result.ok) throw new Error(result.fault.message)
    return result.value
  }

  it('[C10] its children are judged, and a run that is resumed ends as in one go', () => {
    const whole = started('whole', 144)
    expect(whole).toMatchObject({ status: 0 })
    expect(whole.stdout).toMatch(/redcode-nano\/resample: [1-9]\d* children of \d+ texts/)
    expect(started('halves', 72)).toMatchObject({ status: 0 })
    expect(evolve('--out', join(folder, 'halves'), '--resume', '--evaluations', '144').status).toBe(0)
    const [one, other] = [runOf('whole'), runOf('halves')]
    expect(one.births.some(({ writing }) => writing?.model === 'redcode-nano')).toBe(true)
    expect(archiveHash(other.state.elites)).toBe(archiveHash(one.state.elites))
    const texts = ({ tape }: ImportedRun) => tape.map(({ completions }) => completions.map(({ text }) => text))
    expect(texts(other)).toEqual(texts(one))
    // Those that were asked for again came in the same generation.
    expect(one.tape.some(({ completions }) => completions.some(({ attempt }) => attempt > 0))).toBe(true)
  })

  it('[C11] is played again from its tape without a model; where that gives another run, it is said', async () => {
    const run = runOf('whole')
    const again = evolve('--replay', fileOf('whole'))
    expect([again.status, again.stdout]).toEqual([0, `same archive ${archiveHash(run.state.elites)}\n`])
    const last = run.tape.at(-1)?.generation ?? 0
    const born = (generation: number) => run.births.some((birth) => birth.generation === generation && birth.writing)
    const first = run.tape.find(({ generation }) => generation > 1 && born(generation))?.generation ?? 0
    expect(first).toBeGreaterThan(1)

    const cut = run.tape.filter(({ generation }) => generation < first)
    const file = join(folder, 'cut.evo')
    writeFileSync(file, encodeEvo(run.header, run.state, run.births, cut))
    const short = evolve('--replay', file)
    expect(short.status).toBe(1)
    expect(short.stdout).toContain(`It differs from generation ${first} of ${last} on`)
    expect(short.stdout).toContain(`its tape ends with generation ${first - 1}`)

    const gap = await played(run, run.tape.filter(({ generation }) => generation !== first)) // prettier-ignore
    expect(gap).toMatchObject({ same: false, message: expect.stringMatching(/the tape has a gap there/) as string })
    const none = await played(run, [])
    expect(none).toMatchObject({ same: false, message: expect.stringMatching(/generation 1 of .*no tape/) as string })
    const forged = run.tape.map((entry) => ({ ...entry, completions: entry.completions.map((one) => ({ ...one, text: 'MOV 0, 1' })) })) // prettier-ignore
    expect((await played(run, forged)).same).toBe(false)
    expect(await played(run, run.tape)).toMatchObject({ same: true })
  })
})
