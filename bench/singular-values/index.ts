/** `npm run bench -- singular-values [--members 1,8,64,256] [--examples N] [--rank N] [--repeats N]`: how fast a population is judged; with --gpu by gpu.ts, which has options of its own. */
import { parseArgs } from 'node:util'
import { numberArgument } from '../arguments.ts'
import { benchCpu } from './cpu.ts'

export async function bench(args: readonly string[]): Promise<void> {
  if (args.includes('--gpu')) return (await import('./gpu.ts')).bench(args.filter((arg) => arg !== '--gpu'))
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '1,8,64,256' },
      examples: { type: 'string', default: '100' },
      rank: { type: 'string', default: '4' },
      repeats: { type: 'string', default: '3' },
    },
  })
  await benchCpu({
    members: values.members.split(',').map((size) => numberArgument('members', size, { most: 4096 })),
    examples: numberArgument('examples', values.examples, { most: 4096 }),
    rank: numberArgument('rank', values.rank, { most: 16 }),
    repeats: numberArgument('repeats', values.repeats, { most: 1000 }),
  })
}
