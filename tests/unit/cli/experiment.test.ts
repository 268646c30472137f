import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const command = (name: 'experiment' | 'island' | 'evolve', ...args: string[]) =>
  spawnSync('node_modules/.bin/tsx', [`src/cli/${name}.ts`, ...args], { encoding: 'utf8' })

describe('npm run experiment', { timeout: 300_000 }, () => {
  it('[X7] the quick one ends with a table of classical minds and one of language models', () => {
    const out = join(mkdtempSync(join(tmpdir(), 'experiment-')), 'tables.md')
    const { status, stdout, stderr } = command('experiment', 'dei', '--quick', '--seeds', '1', '--children', '64', '--out', out) // prettier-ignore
    expect(stderr).not.toMatch(/error/i)
    expect(status).toBe(0)
    for (const title of [
      'Classical minds',
      'Language models',
      'Solo',
      'Homogeneous',
      'Heterogeneous',
      'Different minds less solo',
    ])
      // prettier-ignore
      expect(stdout).toContain(title)
    expect(readFileSync(out, 'utf8').trim().split('\n').length).toBeGreaterThan(20)
    expect(stdout).not.toContain('NaN')
  })

  it.each([
    [['dax'], 'npm run experiment -- dei'],
    [['dei', '--minds', 'human'], '--minds must be classical, models or both, not "human".'],
    [['dei', '--seeds', '0'], '--seeds must be a whole number from 1 to 1000, not "0".'],
    [['dei', '--preset', 'mars'], 'Core War has no preset "mars"'],
    [
      ['dei', '--preset', 'queen-tiny', '--minds', 'models'],
      'Different minds need two language models for this world at least; here is one.',
    ],
  ])('[X8] %s is answered with a sentence and status 2', (args, sentence) => {
    const { status, stderr } = command('experiment', ...args)
    expect(status).toBe(2)
    expect(stderr).toContain(sentence)
  })

  it('[X8] an island without a hub, and a run of no rounds at a hub, are answered with a sentence', () => {
    expect(command('island').stderr).toContain('Which hub?')
    const alone = command('evolve', '--preset', 'nano', '--hub', 'http://127.0.0.1:9', '--evaluations', '64', '--out', mkdtempSync(join(tmpdir(), 'alone-'))) // prettier-ignore
    expect(alone.status).toBe(2)
    expect(alone.stderr).toContain('MAP-Elites has none: begin a run of the Red Queen.')
    expect(command('island', '--hub', 'no address', '--out', join(tmpdir(), `x${process.pid}`)).stderr).toContain('is no address of a hub') // prettier-ignore
  })
})
