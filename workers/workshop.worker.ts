/** An arena's workshop: what it does for the page beside evolution, on the files that it needs. */
import * as Comlink from 'comlink'
import { loadArena, loadJudge, loadWorkshop } from '../src/arenas/discover.ts'
import { loadFiles } from '../src/core/files.ts'
import { fail, ok } from '../src/core/result.ts'
import { asksForGpu, isPlain, softwareNote, takesGpu } from '../src/engine/choice.ts'
import type { EngineChoice } from '../src/engine/protocol.ts'
import type { WorkshopWorkerApi } from '../src/engine/supervisor.ts'
import type { AcquireGpu, Workshop } from '../src/engine/workshop.ts'
import { acquireGpu } from '../src/gpu/device.ts'
import { PLAIN } from '../src/gpu/tiers.ts'
import { fetchFromPage } from '../src/share/page-file.ts'

let workshop: Workshop | null = null

/** Closes the port behind a callback of the page's. */
const letGo = (callback: object) => (callback as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.()

/** A device of the workshop's own, by the same rule as a run's. */
const acquire =
  (choice: EngineChoice): AcquireGpu =>
  async () => {
    const found = await acquireGpu(navigator.gpu)
    if (!found.ok) return found
    const gpu = found.value
    if (!takesGpu(choice, gpu.software)) {
      gpu.device.destroy()
      return fail('software', softwareNote(gpu.label))
    }
    const { bundledShaders } = await import('../src/gpu/shaders.ts')
    return ok({ gpu: isPlain(choice) ? { ...gpu, tiers: PLAIN } : gpu, shaders: bundledShaders })
  }

const api: WorkshopWorkerApi = {
  async open(id, options, engine) {
    const arena = await loadArena(id)
    if (!arena.ok) return arena
    const create = await loadWorkshop(id)
    if (create === null) return fail('no-workshop', `${arena.value.label} has no workshop.`)
    const files = await loadFiles(arena.value, options, fetchFromPage)
    if (!files.ok) return files
    const judge = await loadJudge(arena.value, options)
    if (!judge.ok) return judge
    const made = await create(files.value, options, judge.value, asksForGpu(engine) ? acquire(engine) : undefined)
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
