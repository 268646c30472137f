/** The same battles on every core at once, a lane a core: an engine of its own, or a process of a peer. */
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { OURS, type Contestant } from './contestants.ts'
import { peers } from './peers.ts'
import { battleSets, type BattleSet } from './sets.ts'

/** Long enough for lanes to overlap almost wholly. */
const SECONDS = 2

interface Task {
  readonly world: string
  readonly kind: string
  readonly name: string
}

export const BEST = OURS.at(-1)!

/** A line of text for each contestant. */
export async function allCores(set: BattleSet, contestants: readonly Contestant[]): Promise<string> {
  const lanes = availableParallelism()
  const lines: string[] = []
  for (const { name } of contestants) {
    const battles = await together({ world: set.world, kind: set.kind, name }, lanes)
    const instructions = (battles * set.instructions) / set.setups.length
    lines.push(`\nall ${lanes} cores, ${name}: ${(instructions / 1e6).toFixed(0)} M instructions/s, ${battles.toFixed(0)} battles/s`) // prettier-ignore
  }
  return lines.join('')
}

/** Battles a second of all lanes. They begin when the last one is ready. */
async function together(task: Task, lanes: number): Promise<number> {
  const workers = Array.from({ length: lanes }, () => new Worker(new URL('all-cores.worker.mjs', import.meta.url), { workerData: task })) // prettier-ignore
  await Promise.all(workers.map(answer))
  const rates = workers.map(answer)
  for (const worker of workers) worker.postMessage('go')
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0)
}

const answer = (worker: Worker) =>
  new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })

/** Peers tell their own time, which leaves out what it takes to start them. */
function lane({ world, kind, name }: Task): void {
  const set = battleSets(world, kind)[0]!
  const contestant = [...OURS, ...peers().contestants].find((one) => one.name === name)!
  contestant.run(set)
  parentPort?.once('message', () => {
    const began = performance.now()
    let battles = 0
    let seconds = 0
    while (performance.now() - began < SECONDS * 1000) {
      seconds += contestant.run(set).seconds
      battles += set.setups.length
    }
    parentPort?.postMessage(battles / seconds)
  })
  parentPort?.postMessage(0)
}

if (!isMainThread) lane(workerData as Task)
