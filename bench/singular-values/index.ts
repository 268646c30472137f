/** `npm run bench -- singular-values [--members N] [--examples N] [--rank N] [--repeats N]`: how fast a population is judged; with --gpu by gpu.ts, which has options of its own. */
import { parseArgs } from 'node:util'
import { benchCpu } from './cpu.ts'

export async function bench(args: readonly string[]): Promise<void> {
  if (args.includes('--gpu')) return (await import('./gpu.ts')).bench(args.filter((arg) => arg !== '--gpu'))
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
}
