import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeEvo } from '../../../src/storage/import.ts'
import { archiveHash } from '../../../src/core/generation.ts'

const folder = mkdtempSync(join(tmpdir(), 'commands-'))
const command = (name: 'mars' | 'evolve', args: readonly string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsx', [`src/cli/${name}.ts`, ...args], {
    encoding: 'utf8',
    input,
  })
  return { status, stdout, stderr }
}
const red = (name: string, text: string) => {
  const file = join(folder, `${name}.red`)
  writeFileSync(file, text)
  return file
}

const imp = red('imp', ';name Imp\n;author us\n;assert 1\nmov 0, 1\n')
const dwarf = red('dwarf', ';name Dwarf\n;author us\n;assert 1\nadd.ab #4, 3\nmov.i 2, @2\njmp -2\ndat 0\n')

describe('npm run mars', { timeout: 60_000 }, () => {
  it('[C1] prints listings and results as pMARS does, on every CPU engine', () => {
    const expected = `Program "Imp" (length 1) by "us"\n\n       ORG      START\nSTART  MOV.I  $     0, $     1     \n\nImp by us scores 0\n`
    expect(command('mars', ['-r', '5', imp])).toMatchObject({ status: 0, stdout: expected })
    const results = ['oracle', 'cpu'].map(
      (engine) => command('mars', ['--engine', engine, '-b', '-f', '-r', '50', imp, dwarf]).stdout,
    )
    expect(results[0]).toMatch(/^Imp by us scores \d+\nDwarf by us scores \d+\nResults: \d+ \d+ \d+\n$/)
    expect(results[1]).toBe(results[0])
  })

  it('[C2] answers a batch line by line, bad lines too', () => {
    const lines = [
      JSON.stringify({ args: ['-A'], warriors: [';assert 1\nmov 0, 1'] }),
      'nonsense',
      JSON.stringify({ args: ['-r', '-1'], warriors: ['mov 0, 1'] }),
      JSON.stringify({
        args: ['-bk', '-r', '4', '-F', '400'],
        warriors: [';assert 1\nmov 0, 1', ';assert 1\nmov 0, 1'],
      }),
    ]
    const { status, stdout } = command('mars', ['--batch', '-'], lines.join('\n'))
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { out?: string; error?: string })
    expect(status).toBe(0)
    expect(answers.map(({ out, error }) => (out === undefined ? `error ${typeof error}` : out))).toEqual([
      '       ORG          0\n       MOV.I  $     0, $     1     \n       END\n', 'error string', 'error string', '0 4\n0 4\n',
    ]) // prettier-ignore
  })

  it('[C4] answers wrong arguments with a sentence and status 2', () => {
    for (const args of [
      ['-q', imp],
      ['-s'],
      ['-r', 'x', imp],
      [],
      [join(folder, 'missing.red')],
      ['--engine', 'abacus', imp],
      ['-d', '5', imp],
    ]) {
      const { status, stdout, stderr } = command('mars', args)
      expect([status, stdout, stderr.trim()], args.join(' ')).toEqual([
        expect.any(Number),
        '',
        expect.stringMatching(/[.!]$/),
      ])
      expect(status, args.join(' ')).not.toBe(0)
    }
  })
})

describe('npm run evolve', { timeout: 120_000 }, () => {
  const evolve = (out: string, ...args: string[]) =>
    command('evolve', [
      '--preset',
      'nano',
      '--seed',
      '3',
      '--set',
      'rounds=2',
      '--set',
      'opponents=4',
      '--out',
      join(folder, out),
      ...args,
    ])
  const hashOf = (out: string) => {
    const read = decodeEvo(readFileSync(join(folder, out, 'run.evo')))
    if (!read.ok) throw new Error(read.fault.message)
    return archiveHash(read.value.state.elites)
  }

  it('[C3] resumed on another number of lanes it ends as in one go', () => {
    expect(evolve('whole', '--evaluations', '1200', '--lanes', '1').status).toBe(0)
    expect(evolve('halves', '--evaluations', '500', '--lanes', '2').status).toBe(0)
    expect(hashOf('halves')).not.toBe(hashOf('whole'))
    expect(evolve('halves', '--evaluations', '1200', '--lanes', '1', '--resume').status).toBe(0)
    expect(hashOf('halves')).toBe(hashOf('whole'))
    const warriors = readdirSync(join(folder, 'whole', 'warriors'))
    expect(warriors.length).toBeGreaterThan(5)
    const first = readFileSync(join(folder, 'whole', 'warriors', warriors[0]!), 'utf8')
    expect(first).toMatch(/;strategy Scores: fitness/)
    expect(
      command('mars', ['-s', '80', '-l', '5', '-d', '5', '-A', join(folder, 'whole', 'warriors', warriors[0]!)]).status,
    ).toBe(0)
  })

  it('[C4] answers wrong arguments with a sentence and status 2, and never overwrites a run', () => {
    for (const args of [
      ['--evaluations', 'many'],
      ['--preset', 'huge'],
      ['--set', 'coreSize=3'],
      ['--operator', 'magic=1'],
      ['--arena', 'chess'],
      ['--nonsense'],
      ['--lanes', '0'],
    ]) {
      const { status, stderr } = evolve(`wrong-${args[0]}`, ...args)
      expect([status, stderr.trim()], args.join(' ')).toEqual([2, expect.stringMatching(/\.$/)])
    }
    expect(evolve('whole', '--evaluations', '10')).toMatchObject({ status: 2 })
    expect(evolve('nothing', '--resume')).toMatchObject({ status: 2 })
  })
})
