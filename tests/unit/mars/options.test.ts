import { describe, expect, it } from 'vitest'
import { readOptions, type MarsOptions } from '../../../src/cli/mars/options.ts'
import { warriorsOf } from '../../../src/cli/mars/standard-input.ts'

const files: Readonly<Record<string, string>> = {
  '94.opt': '-s 8192 ; the tournament of old\n-c 100000 -= "W * W"\n; nothing\n b.red',
  'outer.opt': '-r 7 -@ 94.opt -k',
  'circle.opt': '-@ circle.opt',
}
const read = (...args: string[]) => readOptions(args, (path) => files[path] ?? null)
const options = (...args: string[]): MarsOptions => {
  const result = read(...args)
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
const fault = (...args: string[]) => {
  const result = read(...args)
  return result.ok ? 'accepted' : result.fault.kind
}

describe("pMARS's command line", () => {
  it('[C5] without options it is the standard hill of 94, one round', () => {
    expect(options('a.red', 'b.red')).toEqual({
      rounds: 1, coreSize: 8000, maxCycles: 80000, maxProcesses: 8000, maxLength: 100, minDistance: 100, pspaceSize: 500,
      readLimit: 8000, writeLimit: 8000, fixedSeries: false, fixedPosition: null, permute: false, brief: false,
      koth: false, icws88: false, sorted: false, assembleOnly: false, formula: '(W*W-1)/S', query: null,
      files: ['a.red', 'b.red'],
    }) // prettier-ignore
  })

  it('[C5] flags stand together, a value follows the last of them after a space, options follow files', () => {
    expect(options('-bkr', '20', 'a.red', '-8fo')).toMatchObject({
      brief: true, koth: true, rounds: 20, icws88: true, fixedSeries: true, sorted: true,
    }) // prettier-ignore
    expect(options('-b', '-b', 'a.red').brief).toBe(false)
    expect(fault('-r100', 'a.red')).toBe('no-argument')
    expect(fault('-rb', '20', 'a.red')).toBe('no-argument')
  })

  it('[C5] options come from files too, with comments and quotes, and files in files', () => {
    expect(options('-@', 'outer.opt', 'a.red')).toMatchObject({
      rounds: 7, coreSize: 8192, maxCycles: 100000, formula: 'W * W', koth: true, files: ['b.red', 'a.red'],
    }) // prettier-ignore
    expect(fault('-@', 'circle.opt', 'a.red')).toBe('no-option-file')
    expect(fault('-@', 'missing.opt', 'a.red')).toBe('no-option-file')
  })

  it('[C5] $ and an empty word end the line', () => {
    expect(options('a.red', '$', '-nonsense').files).toEqual(['a.red'])
    expect(options('a.red', '', 'b.red').files).toEqual(['a.red'])
  })

  it('[C5] the P-space is the largest share of the core, down from a sixteenth, that divides it', () => {
    expect(options('a.red').pspaceSize).toBe(500)
    expect(options('-s', '55440', 'a.red').pspaceSize).toBe(3465)
    expect(options('-s', '8191', 'a.red').pspaceSize).toBe(8191)
    expect(options('-s', '81', '-l', '5', 'a.red').pspaceSize).toBe(9)
    expect(options('-S', '1', 'a.red').pspaceSize).toBe(1)
  })

  it('[C5] -P plays all places and starters unless told how many', () => {
    expect(options('-P', 'a.red', 'b.red').rounds).toBe(2 * (8000 + 1 - 200))
    expect(options('-P', '-r', '3', 'a.red', 'b.red').rounds).toBe(3)
  })

  it('[C5] -r 0 is allowed, and -d follows -l', () => {
    expect(options('-r', '0', 'a.red').rounds).toBe(0)
    expect(options('-l', '20', 'a.red').minDistance).toBe(20)
    expect(fault('-l', '20', '-d', '19', 'a.red')).toBe('bad-distance')
    expect(fault('-l', '20', '-d', '20', 'a.red')).toBe('accepted')
  })

  it.each([
    ['unknown-option', ['-x', 'a.red']],
    ['unknown-option', ['x-', 'a.red']],
    ['no-argument', ['a.red', '-r']],
    ['bad-number', ['-r', '-1', 'a.red']],
    ['bad-number', ['-c', '1e5', 'a.red']],
    ['out-of-range', ['-c', '0', 'a.red']],
    ['out-of-range', ['-s', '65537', 'a.red']],
    ['accepted', ['-s', '65536', 'a.red']],
    ['contradiction', ['-f', '-F', '200', 'a.red', 'b.red']],
    ['contradiction', ['-P', 'a.red']],
    ['core-too-small', ['-s', '299', 'a.red', 'b.red', 'c.red']],
    ['accepted', ['-s', '300', 'a.red', 'b.red', 'c.red']],
    ['bad-position', ['-F', '99', 'a.red', 'b.red']],
    ['bad-position', ['-F', 'here', 'a.red', 'b.red']],
    ['bad-position', ['-F', '2147483648', 'a.red', 'b.red']],
    ['accepted', ['-F', '100', 'a.red', 'b.red']],
    ['bad-pspace', ['-S', '8001', 'a.red']],
    ['bad-limit', ['-R', '300', 'a.red']],
    ['bad-limit', ['-W', '300', 'a.red']],
    ['accepted', ['-R', '400', '-W', '8000', 'a.red']],
    ['too-many', ['-s', '65536', '37-']],
    ['accepted', ['-s', '65536', '36-']],
    ['no-warrior', ['-b']],
  ])('[C5] %s: %j', (kind, args) => {
    expect(fault(...args)).toBe(kind)
  })

  it('[C6] "-" is a warrior on standard input, "3-" three of them', () => {
    expect(options('3-', 'a.red', '-').files).toEqual(['-', '-', '-', 'a.red', '-'])
  })

  it('[C6] warriors on standard input are taken apart at their ;redcode lines', () => {
    expect(warriorsOf(';redcode-94\nmov 0,1\nend\n;REDCODE\ndat 0\n')).toEqual([
      ';redcode-94\nmov 0,1\nend\n',
      ';REDCODE\ndat 0\n',
    ])
    expect(warriorsOf('dear all,\n;redcode\nmov 0,1\n  ;redcode\ndat 0')).toEqual([
      'dear all,\n;redcode\nmov 0,1\n',
      '  ;redcode\ndat 0',
    ])
    expect(warriorsOf('mov 0,1 ;redcode\n;redcodes\n')).toEqual(['mov 0,1 ;redcode\n;redcodes\n'])
    expect(warriorsOf('')).toEqual([''])
  })
})
