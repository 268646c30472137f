/**
 * `npm run bench -- mars [--repeats N] [--world ID] [--kind KIND] [--gpu] [--json FILE]`: our engines against pMARS and exhaust, on the same
 * battles, one after another in each repeat, so that whatever else the machine does hits all of them alike.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { median, ratio, spread } from '../stats.ts'
import { allCores, BEST } from './all-cores.ts'
import { differing, OURS, type Contestant } from './contestants.ts'
import { gpu } from './gpu.ts'
import { peers } from './peers.ts'
import { battleSets, WORLDS, type BattleSet } from './sets.ts'
import { numberArgument } from '../arguments.ts'

export interface Row {
  readonly world: string
  readonly kind: string
  readonly name: string
  readonly battles: number
  readonly instructions: number
  /** One a repeat. */
  readonly seconds: readonly number[]
}

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeats: { type: 'string', default: '7' },
      world: { type: 'string' },
      kind: { type: 'string' },
      gpu: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const repeats = numberArgument('repeats', values.repeats)
  const withGpu = values.gpu ? await gpu() : null
  const { contestants, missing } = peers()
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`) // prettier-ignore
  for (const sentence of missing) console.log(sentence)
  if (withGpu === null) console.log('The GPU is left out: --gpu measures it too.')
  const rows: Row[] = []
  for (const world of values.world === undefined ? WORLDS : [values.world]) {
    for (const set of battleSets(world, values.kind)) {
      const measured = repeat(set, [...contestants, ...OURS], repeats)
      console.log(table(set, measured, contestants))
      rows.push(...measured)
      console.log(await allCores(set, [...contestants, BEST]))
      if (withGpu !== null) console.log(await withGpu(set))
    }
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows)}\n`)
}

/** The first round warms up and checks that everyone comes to the same results. */
function repeat(set: BattleSet, contestants: readonly Contestant[], repeats: number): Row[] {
  const expected = OURS[0]!.run(set).results
  const seconds = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]))
  for (const contestant of contestants) {
    const { name, tolerance = 0 } = contestant
    const others = differing(contestant.run(set).results, expected)
    if (others === 0) continue
    const sentence = `${set.world}, ${set.kind}: ${name} ends at least ${others} of ${set.setups.length} battles otherwise`
    if (others > tolerance * set.setups.length) throw new Error(sentence)
    console.log(`\n${sentence}.`)
  }
  for (let round = 0; round < repeats; round++)
    for (const contestant of contestants) seconds.get(contestant)!.push(contestant.run(set).seconds)
  const { world, kind, instructions } = set
  return contestants.map((contestant) => ({
    world, kind, name: contestant.name, battles: set.setups.length, instructions, seconds: seconds.get(contestant)!,
  })) // prettier-ignore
}

function table(set: BattleSet, rows: readonly Row[], named: readonly Contestant[]): string {
  const peers = named.map(({ name }) => rows.find((row) => row.name === name)!)
  const kinds = new Set(set.programs.flatMap(({ instructions }) => [...instructions])).size
  const head = `\n### ${set.world}, ${set.kind}: ${set.programs.length} warriors, ${set.setups.length} battles, ${(set.instructions / 1e6).toFixed(1)} M instructions of ${kinds} kinds\n`
  const titles = ['one core', 'M instructions/s', 'battles/s', 'spread', ...peers.map(({ name }) => `x ${name}`)]
  const lines = rows.map((row) => {
    const rates = row.seconds.map((seconds) => 1 / seconds)
    return [
      row.name,
      ((row.instructions * median(rates)) / 1e6).toFixed(0),
      (row.battles * median(rates)).toFixed(0),
      `${(100 * spread(rates)).toFixed(0)} %`,
      ...peers.map((peer) => ratio(peer.seconds, row.seconds).toFixed(2)),
    ]
  })
  return [head, titles, titles.map(() => '---'), ...lines].map((line) => typeof line === 'string' ? line : `| ${line.join(' | ')} |`).join('\n') // prettier-ignore
}
