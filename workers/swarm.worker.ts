/** Draws an arena's swarm: plays and paints many small battles, and leaves the page alone. */
import * as Comlink from 'comlink'
import { loadSwarm } from '../src/arenas/discover.ts'
import type { SwarmScene, SwarmWorkerApi } from '../src/engine/swarm.ts'

/** The share of the time between two pictures that drawing may take: the lanes want their cores. */
const SHARE = 0.45

let scene: SwarmScene | null = null
let rate = 24

function loop(): void {
  const between = 1000 / rate
  scene?.draw(between * SHARE)
  setTimeout(loop, between)
}

const api: SwarmWorkerApi = {
  async open(arena, options, canvas) {
    const create = await loadSwarm(arena)
    if (create === null) return false
    scene = create(options, canvas)
    loop()
    return true
  },
  setLook(look) {
    rate = Math.max(0.5, look.rate)
    scene?.setLook(look)
  },
  setKinds(kinds) {
    scene?.setKinds(kinds)
  },
  tally: () => scene?.tally ?? { shown: 0, begun: 0, won: 0, lost: 0 },
}
Comlink.expose(api)
