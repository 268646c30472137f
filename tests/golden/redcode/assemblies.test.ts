import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { excuseOf, type Excuse } from '../../fixtures/redcode/excuses.ts'
import { ours } from '../../fixtures/redcode/ours.ts'
import type { Recorded } from '../../fixtures/redcode/record.ts'

const recorded = gunzipSync(readFileSync(new URL('../../fixtures/redcode/assemblies.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

/** Differences that are meant, and how many of them there are: an excuse that spreads is a fault. */
const excused: Readonly<Record<Excuse, number>> = {
  'empty warrior: we refuse': 7,
  'EQU of several lines among operands: we refuse': 0,
  'unfinished operator: undefined in pMARS, we refuse': 0,
  'FOR beyond 65534: pMARS counts modulo 65536, we refuse': 0,
  'assignment within a faulty ;assert: pMARS keeps it': 0,
  'pMARS gives up at nine diagnostics': 0,
  'pMARS hangs or crashes': 0,
}

describe('against what pMARS 0.9.5 recorded', () => {
  it('[R9] there are enough sources, good and bad ones', () => {
    expect(recorded.length).toBeGreaterThan(900)
    expect(recorded.filter(({ loadFile }) => loadFile !== null).length).toBeGreaterThan(500)
    expect(recorded.filter(({ loadFile }) => loadFile === null).length).toBeGreaterThan(300)
  })

  it('[R9] every source gives the same load file and listing, or is rejected by both', () => {
    const counts = Object.fromEntries(Object.keys(excused).map((excuse) => [excuse, 0]))
    const different = recorded.filter((one) => {
      const mine = ours(one)
      if (mine.loadFile === one.loadFile && mine.listing === one.listing) return false
      const excuse = excuseOf(one, mine)
      if (excuse !== null) counts[excuse] = (counts[excuse] ?? 0) + 1
      return excuse === null
    })
    expect(different).toEqual([])
    expect(counts).toEqual(excused)
  })
})
