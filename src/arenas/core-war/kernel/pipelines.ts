/**
 * The compute pipelines of shaders/core-war. Rules are uniforms, so that a change of preset compiles nothing; overrides only
 * leave out what a batch does not need, which makes eight variants at most, each compiled when it is first wanted.
 */
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'

/** Threads in a workgroup of both shaders. */
export const WORKGROUP = 64

/** What the battles of a batch need. */
export interface Variant {
  readonly duel: boolean
  readonly pspaces: boolean
  readonly limits: boolean
}

/** By binding, in order: what each shader does with its buffers. Spelt out, because `auto` drops those that a variant does not use. */
const LOAD_BUFFERS = ['storage', 'storage', 'storage', 'read-only-storage', 'read-only-storage', 'uniform'] as const
const FIGHT_BUFFERS = [
  'storage', 'storage', 'storage', 'storage', 'storage', 'read-only-storage', 'storage', 'uniform',
] as const // prettier-ignore

export class Pipelines {
  readonly #gpu: Gpu
  readonly #mars: GPUShaderModule
  readonly #fighters = new Map<string, GPUComputePipeline>()
  readonly load: GPUComputePipeline

  private constructor(gpu: Gpu, mars: GPUShaderModule, load: GPUComputePipeline) {
    this.#gpu = gpu
    this.#mars = mars
    this.load = load
  }

  /** Throws a {@link GpuFault} where a shader does not compile. */
  static async create(gpu: Gpu, shaders: ShaderSource): Promise<Pipelines> {
    const load = await compiled(gpu, shaders, 'core-war/load.wgsl')
    const mars = await compiled(gpu, shaders, 'core-war/mars.wgsl')
    return new Pipelines(gpu, mars, await pipeline(gpu, load, 'load', LOAD_BUFFERS, {}))
  }

  async fight({ duel, pspaces, limits }: Variant): Promise<GPUComputePipeline> {
    const constants = { DUEL: Number(duel), PSPACES: Number(pspaces), LIMITS: Number(limits) }
    const key = JSON.stringify(constants)
    const known = this.#fighters.get(key)
    if (known !== undefined) return known
    const made = await pipeline(this.#gpu, this.#mars, 'fight', FIGHT_BUFFERS, constants)
    this.#fighters.set(key, made)
    return made
  }
}

async function compiled(gpu: Gpu, shaders: ShaderSource, path: string): Promise<GPUShaderModule> {
  const code = await shaders(path)
  // Its errors are read from the compilation's messages, which tell the line.
  gpu.device.pushErrorScope('validation')
  const module = gpu.device.createShaderModule({ label: path, code })
  const scope = gpu.device.popErrorScope()
  const [{ messages }] = await gpu.guard(Promise.all([module.getCompilationInfo(), scope]))
  const error = messages.find(({ type }) => type === 'error')
  if (error !== undefined) throw new GpuFault('gpu-error', `${path}, line ${error.lineNum}: ${error.message}`)
  return module
}

async function pipeline(
  gpu: Gpu,
  module: GPUShaderModule,
  entryPoint: string,
  buffers: readonly GPUBufferBindingType[],
  constants: Record<string, number>,
): Promise<GPUComputePipeline> {
  const { device } = gpu
  return checked(gpu, `the shader ${entryPoint} cannot be set up`, () => {
    const group = device.createBindGroupLayout({
      entries: buffers.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
    })
    const layout = device.createPipelineLayout({ bindGroupLayouts: [group] })
    return device.createComputePipelineAsync({ label: entryPoint, layout, compute: { module, entryPoint, constants } })
  })
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
