import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'mars-'))
const red = (name: string, text: string) => {
  const file = join(folder, `${name}.red`)
  writeFileSync(file, text)
  return file
}
const mars = (
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
) => {
  const options = { encoding: 'utf8', input, env: { ...process.env, ...env } } as const
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsx', ['src/cli/mars.ts', ...args], options)
  return { status, stdout, stderr }
}
const imp = red('imp', ';name Imp\n;assert 1\nmov 0,1\n')
const dead = red('dead', ';name Dead\n;assert 1\ndat 0\n')
const wrong = red('wrong', ';assert 1\nmov 0,,1\n')

describe('npm run mars', { timeout: 60_000 }, () => {
  it('[C7] a warrior that is missing or wrong: status 3, after the listings of those before it', () => {
    const listed =
      'Program "Imp" (length 1) by "Anonymous"\n\n       ORG      START\nSTART  MOV.I  $     0, $     1     \n\n'
    const missing = mars([imp, join(folder, 'missing.red')])
    expect([missing.status, missing.stdout]).toEqual([3, listed])
    expect(missing.stderr).toContain('missing.red cannot be read')
    const bad = mars([imp, wrong])
    expect([bad.status, bad.stdout]).toEqual([3, listed])
    expect(bad.stderr).toMatch(/wrong\.red:2:\d+: error: /)
  })

  it('[C7] -Q tells a score, or who came first, by the exit status', () => {
    const match = ['-b', '-f', '-r', '20', dead, imp]
    expect(mars(['-Q', '2', ...match]).status).toBe(60)
    expect(mars(['-o', '-Q', '1', ...match]).status).toBe(60)
    expect(mars(['-o', '-Q', '101', ...match]).status).toBe(2)
    expect(mars(['-Q', '3', ...match]).status).toBe(255)
  })

  it('[C6] reads warriors from standard input', () => {
    const input = ';redcode\n;name A\nmov 0,1\n;redcode\n;name B\ndat 0\n'
    expect(mars(['-b', '-f', '-', imp, '-'], { input }).stdout).toBe(
      'A by Anonymous scores 4\n  Results: 0 1 0 0\nImp by Anonymous scores 4\n  Results: 0 1 0 0\n' +
        'B by Anonymous scores 0\n  Results: 0 0 0 1\n',
    )
  })

  it('[C8] without a GPU --engine gpu is answered with a sentence and status 2', () => {
    // Elsewhere Dawn's drivers cannot be hidden from it.
    if (process.platform !== 'linux') return
    const nowhere = {
      VK_DRIVER_FILES: '/nowhere',
      VK_ICD_FILENAMES: '/nowhere',
      LD_LIBRARY_PATH: '',
      EVOLARIUM_RESTARTED: '1',
    }
    const { status, stdout, stderr } = mars(['--engine', 'gpu', '-b', imp], { env: nowhere })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/--engine cpu/)
  })

  it('[C9] --help tells every option', () => {
    const { status, stdout } = mars(['--help'])
    expect(status).toBe(0)
    for (const option of [...'rscpldSRWFfPbk8Ao=@Q'].map((key) => `-${key}`)) expect(stdout).toContain(`${option} `)
    for (const option of ['--engine', '--batch', '--seed']) expect(stdout).toContain(option)
  })
})
