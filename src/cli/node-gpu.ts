/** WebGPU without a browser: Dawn for Node, for the command line, the tests and the bench. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createGpuBattleEngine, type KernelOptions } from '../arenas/core-war/kernel.ts'
import type { BattleEngine } from '../arenas/core-war/mars/battle.ts'
import { fail, type Result } from '../core/result.ts'
import { acquireGpu, type Gpu } from '../gpu/device.ts'
import type { ShaderSource } from '../gpu/shaders.ts'
import { vulkanEnvironment } from './vulkan.mjs'

export const nodeShaders: ShaderSource = (path) =>
  readFileSync(new URL(`../../shaders/${path}`, import.meta.url), 'utf8')

/** Dawn dies at random when the object that holds it is collected, so it is kept for good. */
const kept = globalThis as { evolariumGpu?: GPU }

export async function createNodeGpu(): Promise<Result<Gpu>> {
  try {
    const { create, globals } = (await import('webgpu')) as {
      create(options: string[]): GPU
      globals: Record<string, unknown>
    }
    for (const [name, value] of Object.entries(globals)) Reflect.set(globalThis, name, value)
    kept.evolariumGpu ??= create([])
  } catch (error) {
    return fail('no-webgpu', `Dawn for Node cannot be loaded (${String(error)}), so there is no GPU engine here.`)
  }
  const gpu = await acquireGpu(kept.evolariumGpu)
  return gpu.ok
    ? gpu
    : fail(
        'no-adapter',
        "No graphics card was found, nor a software one (Chromium's SwiftShader). Use --engine cpu: its results are the same.",
      )
}

export async function createNodeGpuEngine(options: KernelOptions = {}): Promise<Result<BattleEngine>> {
  const gpu = await createNodeGpu()
  return gpu.ok ? createGpuBattleEngine(gpu.value, nodeShaders, options) : gpu
}

/** The dynamic linker reads its environment once, at the start: begins this program anew where something is missing. */
export function restartWithVulkan(): void {
  const missing = vulkanEnvironment()
  if (Object.keys(missing).length === 0 || process.env['EVOLARIUM_RESTARTED'] !== undefined) return
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...missing, EVOLARIUM_RESTARTED: '1' },
  })
  process.exit(status ?? 1)
}
