/** One lane of the CPU evaluator pool. */
import * as Comlink from 'comlink'
import { loadArena, loadJudge } from '../src/arenas/discover.ts'
import { LaneHost } from '../src/engine/lane.ts'
import type { CpuWorkerApi } from '../src/engine/scoring-workers.ts'

const api: CpuWorkerApi = new LaneHost({ loadArena, loadJudge })
Comlink.expose(api)
