/** `npm run bench -- singular-values [--members N] [--examples N] [--rank N] [--repeats N]`: how fast a population is judged. */
import { parseArgs } from 'node:util'
import { benchCpu } from './cpu.ts'

export function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '8' },
      examples: { type: 'string', default: '100' },
      rank: { type: 'string', default: '4' },
      repeats: { type: 'string', default: '7' },
    },
  })
  benchCpu({
    members: Number(values.members),
    examples: Number(values.examples),
    rank: Number(values.rank),
    repeats: Number(values.repeats),
  })
  return Promise.resolve()
}
