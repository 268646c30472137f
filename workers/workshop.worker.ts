/** An arena's workshop: what it does for the page beside evolution, on the files that it needs. */
import * as Comlink from 'comlink'
import { loadArena, loadJudge, loadWorkshop } from '../src/arenas/discover.ts'
import { loadFiles } from '../src/core/files.ts'
import { fail, ok } from '../src/core/result.ts'
import type { WorkshopWorkerApi } from '../src/engine/supervisor.ts'
import type { Workshop } from '../src/engine/workshop.ts'
import { fetchFromPage } from '../src/share/page-file.ts'

let workshop: Workshop | null = null

/** Closes the port behind a callback of the page's. */
const letGo = (callback: object) => (callback as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.()

const api: WorkshopWorkerApi = {
  async open(id, options) {
    const arena = await loadArena(id)
    if (!arena.ok) return arena
    const create = await loadWorkshop(id)
    if (create === null) return fail('no-workshop', `${arena.value.label} has no workshop.`)
    const files = await loadFiles(arena.value, options, fetchFromPage)
    if (!files.ok) return files
    const judge = await loadJudge(arena.value, options)
    if (!judge.ok) return judge
    const made = await create(files.value, options, judge.value)
    if (!made.ok) return made
    workshop = made.value
    return ok(undefined)
  },
  async ask(name, request, tell) {
    const question = workshop !== null && Object.hasOwn(workshop, name) ? workshop[name] : undefined
    if (question === undefined) return fail('no-question', `Nobody answers "${name}" here: reload the page.`)
    try {
      // Requests come from the page's half of the same arena, which is typed; messages are not.
      return await question(request as never, tell as never)
    } finally {
      letGo(tell)
    }
  },
}
Comlink.expose(api)
