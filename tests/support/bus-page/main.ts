/** Puts an island on `globalThis.island` (see ../bus-page.ts), in a worker. */
import * as Comlink from 'comlink'
import type { IslandApi } from './island.worker.ts'

const worker = new Worker(new URL('./island.worker.ts', import.meta.url), { type: 'module' })
globalThis.island = Comlink.wrap<IslandApi>(worker)
