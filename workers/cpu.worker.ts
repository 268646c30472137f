/** One lane of the CPU evaluator pool. */
import * as Comlink from 'comlink'
import { loadArena, loadJudge } from '../src/arenas/discover.ts'
import type { Evaluate } from '../src/core/contracts.ts'
import { ok } from '../src/core/result.ts'
import type { CpuWorkerApi } from '../src/engine/supervisor.ts'

let evaluate: Evaluate<unknown> | null = null
let environment: unknown = null
const never = { aborted: false }

const api: CpuWorkerApi = {
  async open(id, options, files) {
    const arena = await loadArena(id)
    if (!arena.ok) return arena
    const judge = await loadJudge(arena.value, options)
    if (!judge.ok) return judge
    evaluate = arena.value.evaluator(options, files, judge.value)
    return ok(undefined)
  },
  setEnvironment(value) {
    environment = value
  },
  evaluate(batch) {
    if (evaluate === null) throw new Error('the lane was not opened')
    return evaluate(batch, environment, never)
  },
}
Comlink.expose(api)
