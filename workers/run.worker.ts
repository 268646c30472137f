/** The engine: strategy, archive and journal of the open run. */
import * as Comlink from 'comlink'
import { arenaIds, loadArena } from '../src/arenas/discover.ts'
import { Engine } from '../src/engine/engine.ts'
import type { Notice } from '../src/engine/protocol.ts'
import { startLlm, workerEvaluators, type RunWorkerDoor } from '../src/engine/supervisor.ts'
import { createRunLocks } from '../src/storage/lock.ts'
import { openBestStore } from '../src/storage/open.ts'
import { strategies } from '../src/strategies/discover.ts'

let ready = false

async function start(): Promise<Engine> {
  const loaded = await Promise.all(arenaIds().map(loadArena))
  const troubles: Notice[] = []
  const engine: Engine = new Engine({
    arenas: loaded.flatMap((arena) => (arena.ok ? [arena.value] : [])),
    strategies: strategies(),
    store: await openBestStore(({ kind, message }) => {
      const notice: Notice = { kind: 'warning', text: message }
      if (ready) engine.notify(notice)
      else troubles.push(notice)
      if (ready && kind === 'storage-closed') void engine.storeClosed()
    }),
    locks: createRunLocks(),
    evaluators: workerEvaluators,
    models: startLlm(),
    newId: () => crypto.randomUUID(),
  })
  ready = true
  for (const notice of troubles) engine.notify(notice)
  return engine
}

// Exposed at once, ready later: messages that reach a worker while its top level still waits would be lost.
const engine = start()
const door: RunWorkerDoor = { engine: async () => Comlink.proxy(await engine) }
Comlink.expose(door)
