import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import diffusion from '../../../src/arenas/diffusion-cache/index.ts'
import { MODEL_FILE } from '../../../src/arenas/diffusion-cache/options.ts'
import coreWar from '../../../src/arenas/core-war/index.ts'
import { readArguments, settingsOf, usualEvaluations } from '../../../src/cli/evolve/arguments.ts'
import { foundIn, outcomeOf } from '../../../src/cli/evolve/found.ts'
import { evolveCommand } from '../../../src/cli/evolve/main.ts'
import { publicFile } from '../../../src/cli/public-file.ts'
import type { Arena } from '../../../src/core/contracts.ts'
import { archiveHash } from '../../../src/core/generation.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import nsga2 from '../../../src/strategies/nsga2/index.ts'
import { make as nano, evolve as evolved } from '../../support/toy.ts'

vi.mock('../../../src/cli/public-file.ts', async (actual) => {
  const real = await actual<{ publicFile: typeof publicFile }>()
  return { publicFile: vi.fn(real.publicFile) }
})

const folder = mkdtempSync(join(tmpdir(), 'schedules-'))
const SMALL = ['pictures=1', 'steps=4', 'guidance=1', 'lines=true'].flatMap((option) => ['--set', option])

describe('npm run evolve on schedules', { timeout: 120_000 }, () => {
  const evolve = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsx', ['src/cli/evolve.ts', ...args], { encoding: 'utf8' }) // prettier-ignore
    return { status, stdout, stderr }
  }
  const runIn = (out: string) => {
    const read = decodeEvo(readFileSync(join(folder, out, 'run.evo')))
    if (!read.ok) throw new Error(read.fault.message)
    return read.value
  }

  it('[J25] writes schedules that are read back, tells the front, goes on without being told the arena, and plays again', () => {
    const out = join(folder, 'run')
    const begun = ['--arena', 'diffusion-cache', '--population', '6', ...SMALL, '--evaluations']
    const first = evolve(...begun, '25', '--lanes', '1', '--out', out)
    expect(first, first.stderr).toMatchObject({ status: 0 })
    expect(first.stdout).toMatch(/6 of 6 members, \d of them on the front, hypervolume 0\.\d{4}, archive [0-9a-f]{32}\n.*\/schedules\/ written\.\n$/) // prettier-ignore
    expect(first.stderr).toMatch(/front \d of 6 {2}hypervolume 0\.\d{4}/)
    expect(first.stdout + first.stderr).not.toMatch(/warrior|best|QD/)

    const more = evolve('--resume', '--out', out, '--evaluations', '32', '--lanes', '2')
    expect(more, more.stderr).toMatchObject({ status: 0 })
    const { header, state } = runIn('run')
    const codec = diffusion.codec(header.settings.options)
    expect(readdirSync(out).sort()).toEqual(['run.evo', 'schedules'])
    const names = readdirSync(join(out, 'schedules')).sort()
    expect(names.length).toBe(6)
    expect(names[0]).toMatch(/^001-[a-z0-9-]+\.txt$/)
    const written = names.map((name) => codec.parse(readFileSync(join(out, 'schedules', name), 'utf8')))
    const texts = written.map((one) => (one.ok ? codec.encode(one.value).join() : one.fault.message))
    expect(new Set(texts)).toEqual(new Set(state.elites.map(({ words }) => words.join())))
    expect(readFileSync(join(out, 'schedules', names[0]!), 'utf8')).toMatch(/^; .+\n; Evolved: seed 1, .*\n; Scores: fidelity .*error .*cost .*\n00 /) // prettier-ignore

    const played = evolve('--replay', join(out, 'run.evo'), '--lanes', '1')
    expect(played).toMatchObject({ status: 0, stdout: `same archive ${archiveHash(state.elites)}\n` })
  })

  it("[J25] refuses another arena for a run, and settings that are not the arena's, with a sentence", async () => {
    const wrong: string[][] = [
      ['--resume', '--arena', 'core-war', '--out', join(folder, 'run')],
      ['--arena', 'diffusion-cache', '--preset', 'nano'],
      ['--arena', 'diffusion-cache', '--set', 'steps=3'],
    ]
    for (const args of wrong) {
      const done = await evolveCommand(['--out', join(folder, 'wrong'), ...args])
      expect(done.ok ? 'it ran' : done.fault.message, args.join(' ')).toMatch(/^[^\n]+\.$/)
    }
    const { status, stdout, stderr } = evolve('--arena', 'diffusion-cache', '--preset', 'nano')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('Diffusion cache has no preset "nano"; it has quick, ecad, ecad-moves, lines, kinds.\n')
    expect(existsSync(join(folder, 'wrong'))).toBe(false)
  })

  it('[J25] tells of grids what it told, and takes as long as an arena allows', () => {
    const { shape } = nano()
    const { elites } = evolved(nano(), 2).state
    expect(foundIn(shape, elites)).toMatch(/^best \d\.\d{3} {2}coverage \d+ % {2}QD \d+\.\d\d$/)
    expect(outcomeOf(shape, elites)).toMatch(/^\d+ of \d+ kinds, best \d\.\d{4}, QD-Score \d+\.\d{3}$/)
    expect(usualEvaluations(coreWar, {})).toBe(100_000)
    expect(usualEvaluations(diffusion, {})).toBe(5_000)
    const asked = readArguments(['--arena', 'diffusion-cache', '--preset', 'ecad'])
    const settings = asked.ok ? settingsOf(asked.value, diffusion as Arena, nsga2) : asked
    expect(settings).toMatchObject({ ok: true, value: { population: 72, evaluations: 5_000, tactics: { crossoverShare: 0.9, mutatedShare: 0.05 } } }) // prettier-ignore
  })
})

describe('a model that cannot be used', () => {
  afterEach(() => void vi.mocked(publicFile).mockClear())

  const damages: [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['cut', (bytes) => bytes.slice(0, bytes.length / 2)],
    ['not of numbers', (bytes) => (bytes.set([0xff, 0x7f], bytes.length - 2), bytes)],
    ['hostile', (bytes) => bytes.fill(0xff)],
  ]

  it.each(damages)('[J23] is a sentence of the command, and nothing is written: %s', async (_, damage) => {
    const bytes = new Uint8Array(readFileSync(`public/${MODEL_FILE}`))
    vi.mocked(publicFile).mockResolvedValueOnce({ ok: true, value: damage(bytes) })
    const out = join(folder, 'bad')
    const done = await evolveCommand(['--arena', 'diffusion-cache', '--evaluations', '10', ...SMALL, '--out', out])
    const said = done.ok ? 'it ran' : done.fault.message
    expect(said).toMatch(/^models\/shapes-dit\.safetensors cannot be used \(.+\)\. .+\.$/)
    expect(said).not.toMatch(/\n|\/tmp|\/home|file:|Error/)
    expect(existsSync(out)).toBe(false)
    expect(vi.mocked(publicFile)).toHaveBeenCalledWith(MODEL_FILE)
  })

  it('[J23] that is missing is a sentence without a path of this machine', async () => {
    const done = await publicFile('models/none.safetensors')
    expect(done).toEqual({ ok: false, fault: { kind: 'no-file', message: 'There is no public/models/none.safetensors. Install Evolarium anew.' } }) // prettier-ignore
    const folderAsFile = await publicFile('models')
    expect(folderAsFile.ok ? '' : folderAsFile.fault.message).toBe('EISDIR: cannot read public/models. Install Evolarium anew.') // prettier-ignore
  })
})
