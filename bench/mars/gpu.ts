/** The WGSL kernel through Dawn for Node, on the same warriors with as many battles as a GPU likes at once. */
import { createNodeGpuEngine, restartWithVulkan } from '../../src/cli/node-gpu.ts'
import type { BattleSet } from './sets.ts'

/** Battles at once, by world: enough to fill a large card. */
const BATTLES: Readonly<Record<string, number>> = { nano: 131_072, tiny: 32_768, '94nop': 4096 }

/** A function that measures a set and tells it in a line; a sentence instead where there is no GPU. */
export async function gpu(): Promise<(set: BattleSet) => Promise<string>> {
  restartWithVulkan()
  const engine = await createNodeGpuEngine()
  if (!engine.ok) return () => Promise.resolve(`\nGPU: ${engine.fault.message}`)
  return async (set) => {
    const count = BATTLES[set.world] ?? 4096
    const setups = Array.from({ length: count }, (_, at) => set.setups[at % set.setups.length]!)
    await engine.value.run(set.rules, setups)
    const began = performance.now()
    const outcomes = await engine.value.run(set.rules, setups)
    const seconds = (performance.now() - began) / 1000
    const instructions = outcomes.reduce((sum, outcome) => sum + outcome.instructions, 0)
    return `\nGPU (${engine.value.name}): ${(instructions / seconds / 1e6).toFixed(0)} M instructions/s, ${(count / seconds).toFixed(0)} battles/s, ${count} at once`
  }
}
