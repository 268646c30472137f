/** The three engines by name. They give equal results; they differ in speed and in what they need. */
import type { BattleEngine } from '../../arenas/core-war/mars/battle.ts'
import { FastEngine } from '../../arenas/core-war/mars/fast.ts'
import { WasmEngine } from '../../arenas/core-war/mars/wasm.ts'
import { hasWebAssembly } from '../../wasm/instance.ts'
import { ReferenceEngine } from '../../arenas/core-war/reference.ts'
import { fail, ok, type Result } from '../../core/result.ts'

export async function engineNamed(name: string): Promise<Result<BattleEngine>> {
  if (name === 'oracle') return ok(new ReferenceEngine())
  if (name === 'cpu') return ok(hasWebAssembly ? new WasmEngine() : new FastEngine())
  if (name !== 'gpu') return fail('no-engine', `There is no engine "${name}"; there is oracle, cpu and gpu.`)
  const { createNodeGpuEngine, restartWithVulkan } = await import('../node-gpu.ts')
  restartWithVulkan()
  return createNodeGpuEngine()
}
