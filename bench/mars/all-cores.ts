/** The same battles on every core at once, a lane a core, each with an engine of its own. */
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { OURS } from './contestants.ts'
import { battleSets, type BattleSet } from './sets.ts'

/** Long enough for lanes to overlap almost wholly. */
const SECONDS = 2

interface Task {
  readonly world: string
  readonly kind: string
}

const best = OURS.at(-1)!

/** One line of text. */
export async function allCores(set: BattleSet): Promise<string> {
  const lanes = availableParallelism()
  const task: Task = { world: set.world, kind: set.kind }
  const rates = await Promise.all(Array.from({ length: lanes }, () => lane(task)))
  const battles = rates.reduce((sum, rate) => sum + rate, 0)
  const instructions = (battles * set.instructions) / set.setups.length
  return `\nall ${lanes} cores, ${best.name}: ${(instructions / 1e6).toFixed(0)} M instructions/s, ${battles.toFixed(0)} battles/s`
}

const lane = (task: Task) =>
  new Promise<number>((resolve, reject) => {
    const worker = new Worker(new URL('all-cores.worker.mjs', import.meta.url), { workerData: task })
    worker.once('message', resolve)
    worker.once('error', reject)
  })

if (!isMainThread) {
  const { world, kind } = workerData as Task
  const set = battleSets(world).find((one) => one.kind === kind)!
  best.run(set)
  const began = performance.now()
  let battles = 0
  while (performance.now() - began < SECONDS * 1000) {
    best.run(set)
    battles += set.setups.length
  }
  parentPort?.postMessage((battles * 1000) / (performance.now() - began))
}
