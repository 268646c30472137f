import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { listing, loadFile } from '../../../src/arenas/core-war/redcode/listing.ts'
import { readOptions } from '../../../src/cli/mars/options.ts'
import type { Recorded } from '../../fixtures/redcode/record.ts'

const recorded = gunzipSync(readFileSync(new URL('../../fixtures/redcode/assemblies.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

/** A warrior without a line is an error to us; pMARS warns and plays it. */
const isEmpty = ({ listing: text }: Recorded) => text?.includes('(length 0)') === true

/** pMARS reads two numbers side by side as one; that is a missing comma or operator, and an error to us. */
const joinsNumbers = ({ text }: Recorded) => /[0-9] +[0-9]/.test(text.replace(/;.*/g, ''))

/**
 * pMARS 0.9.5 stumbles over == after operators that bind tighter on two levels, as in 1+2*3==7, and calls it a syntax error.
 * We calculate it; so of these sources only those count that both accept.
 */
const losesEquality = ({ loadFile: text, text: source }: Recorded) => text === null && /[-+*/%<>][^,\n]*==/.test(source)

/** pMARS takes `1=` for 1; an unfinished comparison is an error to us. */
const danglesEquals = ({ text }: Recorded) => /[0-9]=(?![=])/.test(text.replace(/;.*/g, ''))

function ours({ args, text }: Recorded, mode: readonly string[]): string | null {
  const options = readOptions([...args, ...mode, 'source.red'], () => null)
  if (!options.ok) throw new Error(options.fault.message)
  const { coreSize, icws88 } = options.value
  const assembly = assemble(text, { ...options.value, warriors: 1 })
  if (assembly.program === null) return null
  return mode[0] === '-A' ? loadFile(assembly.program, coreSize, icws88) : listing(assembly, coreSize, icws88)
}

describe('against what pMARS 0.9.5 recorded', () => {
  it('[R9] there are enough sources, good and bad ones', () => {
    expect(recorded.length).toBeGreaterThan(700)
    expect(recorded.filter(({ loadFile: text }) => text !== null).length).toBeGreaterThan(400)
    expect(recorded.filter(({ loadFile: text }) => text === null).length).toBeGreaterThan(50)
  })

  it('[R9] every source gives the same load file and listing, or is rejected by both', () => {
    const different = recorded.flatMap((one) => {
      if (isEmpty(one) || joinsNumbers(one) || danglesEquals(one) || losesEquality(one)) return []
      const [file, list] = [ours(one, ['-A']), ours(one, ['-r', '0'])]
      return file === one.loadFile && list === one.listing
        ? []
        : [{ text: one.text, args: one.args, theirs: one.loadFile, ours: file }]
    })
    expect(different).toEqual([])
    // Few enough that the exception cannot hide anything else.
    expect(recorded.filter((one) => losesEquality(one) && ours(one, ['-A']) !== null).length).toBeLessThan(12)
  })
})
