/** Making things on a device so that what is wrong with them becomes a {@link GpuFault} with a sentence. */
import type { Gpu } from './device.ts'
import { GpuFault } from './fault.ts'
import type { ShaderSource } from './shaders.ts'

/** Shader files, read one after another. Throws where they do not compile, with file and line. */
export async function compiled(gpu: Gpu, shaders: ShaderSource, paths: readonly string[]): Promise<GPUShaderModule> {
  const texts = await Promise.all(paths.map((path) => shaders(path)))
  const label = paths.at(-1) ?? ''
  // Its errors are read from the compilation's messages, which tell the line.
  gpu.device.pushErrorScope('validation')
  const module = gpu.device.createShaderModule({ label, code: texts.join('\n') })
  const scope = gpu.device.popErrorScope()
  const [{ messages }] = await gpu.guard(Promise.all([module.getCompilationInfo(), scope]))
  const error = messages.find(({ type }) => type === 'error')
  if (error !== undefined) throw new GpuFault('gpu-error', `${placeIn(paths, texts, error.lineNum)}: ${error.message}`)
  return module
}

/** Which line of which file a line of them all is. */
function placeIn(paths: readonly string[], texts: readonly string[], line: number): string {
  let left = line
  for (const [at, text] of texts.entries()) {
    const lines = text.split('\n').length
    if (left <= lines) return `${paths[at]}, line ${left}`
    left -= lines
  }
  return `${paths.at(-1)}, line ${line}`
}

/** Does it, and throws a {@link GpuFault} where the device finds it invalid or has no memory for it. */
export async function checked<T>(gpu: Gpu, what: string, action: () => T | Promise<T>): Promise<T> {
  const { device } = gpu
  device.pushErrorScope('internal')
  device.pushErrorScope('out-of-memory')
  device.pushErrorScope('validation')
  let done: Promise<T>
  try {
    done = Promise.resolve(action())
  } catch (error) {
    done = Promise.reject(error)
  }
  // All three are popped before anything is awaited, so that scopes of others cannot come between.
  const scopes = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]
  const [result, ...problems] = await gpu.guard(
    Promise.all([done.then((value) => ({ value }), (error: unknown) => ({ error })), ...scopes]),
  ) // prettier-ignore
  const problem = problems.find((one) => one !== null)
  if (problem !== undefined && problem !== null)
    throw new GpuFault(isMemory(problem) ? 'gpu-memory' : 'gpu-error', `${what}: ${problem.message}`)
  if ('error' in result) throw new GpuFault('gpu-error', `${what}: ${String(result.error)}`)
  return result.value
}

const isMemory = (error: GPUError): boolean => error instanceof GPUOutOfMemoryError
