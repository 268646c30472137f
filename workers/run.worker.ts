/** The engine: strategy, archive and journal of the open run. */
import * as Comlink from 'comlink'
import { arenaIds, loadArena, loadDialects, loadJudge } from '../src/arenas/discover.ts'
import { Engine } from '../src/engine/engine.ts'
import type { Notice } from '../src/engine/protocol.ts'
import { startLlm, workerEvaluators, type RunWorkerDoor } from '../src/engine/supervisor.ts'
import { openBus } from '../src/bus/open.ts'
import type { LlmHostApi } from '../src/llm/llm.ts'
import { electedLlm } from '../src/llm/elected.ts'
import { createRunLocks, webLocks } from '../src/storage/lock.ts'
import { openBestStore } from '../src/storage/open.ts'
import { strategies } from '../src/strategies/discover.ts'

let ready = false

async function start(builtIn: LlmHostApi | null): Promise<Engine> {
  const loaded = await Promise.all(arenaIds().map(loadArena))
  const dialects = await Promise.all(arenaIds().map(async (id) => [id, (await loadDialects(id)) ?? []] as const))
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
    evaluators: workerEvaluators(loadJudge),
    models: electedLlm(startLlm(builtIn), webLocks()),
    rooms: openBus,
    embedded: new Map(dialects),
    newId: () => crypto.randomUUID(),
  })
  ready = true
  for (const notice of troubles) engine.notify(notice)
  return engine
}

// Exposed at once, ready later: messages that reach a worker while its top level still waits would be lost.
let engine: Promise<Engine> | null = null
const door: RunWorkerDoor = {
  engine: async (builtIn) => Comlink.proxy(await (engine ??= start(builtIn))),
}
Comlink.expose(door)
