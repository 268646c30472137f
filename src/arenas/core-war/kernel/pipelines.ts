/**
 * The compute pipelines of shaders/core-war. Rules are uniforms, so that a change of preset compiles nothing; overrides only
 * leave out what a batch does not need, which makes eight variants at most, each compiled when it is first wanted.
 */
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import { cellWords, type FieldBits } from './cells.ts'

/** Threads in a workgroup of all shaders. */
export const WORKGROUP = 64

/** What the battles of a batch need. */
export interface Variant {
  readonly duel: boolean
  readonly pspaces: boolean
  readonly limits: boolean
  readonly fieldBits: FieldBits
}

interface Shader {
  readonly entryPoint: string
  /** Fixed files, read one after another. */
  readonly files: readonly string[]
  /** By binding, in order: what it does with the buffers of group 0. Spelt out, because `auto` drops those that a variant does not use. */
  readonly buffers: readonly GPUBufferBindingType[]
}

const [RW, RO] = ['storage', 'read-only-storage'] as const
const SHADERS = {
  load: {
    entryPoint: 'load',
    files: ['core-war/job.wgsl', 'core-war/load.wgsl'],
    buffers: [RW, RW, RW, RW, RO, RO, RO, RO],
  },
  wide: {
    entryPoint: 'fight',
    files: ['core-war/job.wgsl', 'core-war/control.wgsl', 'core-war/wide.wgsl', 'core-war/rings.wgsl', 'core-war/mars.wgsl', 'core-war/fight.wgsl'],
    buffers: [RW, RW, RW, RW, RW, RO, RO],
  },
  narrow: {
    entryPoint: 'fight',
    files: ['core-war/job.wgsl', 'core-war/control.wgsl', 'core-war/narrow.wgsl', 'core-war/rings.wgsl', 'core-war/mars.wgsl', 'core-war/fight.wgsl'],
    buffers: [RW, RW, RW, RW, RW, RO, RO, RO],
  },
  gather: {
    entryPoint: 'gather',
    files: ['core-war/job.wgsl', 'core-war/gather.wgsl'],
    buffers: [RO, RO, RO, RW, RW, RW, RW],
  },
} as const satisfies Record<string, Shader> // prettier-ignore
type ShaderName = keyof typeof SHADERS

export class Pipelines {
  readonly #gpu: Gpu
  readonly #sources: ShaderSource
  readonly #modules = new Map<ShaderName, Promise<GPUShaderModule>>()
  readonly #made = new Map<string, GPUComputePipeline>()
  /** Group 1 of all of them: the job, at an offset. */
  readonly job: GPUBindGroupLayout

  private constructor(gpu: Gpu, sources: ShaderSource) {
    this.#gpu = gpu
    this.#sources = sources
    const buffer = { type: 'uniform', hasDynamicOffset: true } as const
    this.job = gpu.device.createBindGroupLayout({ entries: [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer }] }) // prettier-ignore
  }

  /** Throws a {@link GpuFault} where a shader does not compile. */
  static async create(gpu: Gpu, sources: ShaderSource): Promise<Pipelines> {
    const pipelines = new Pipelines(gpu, sources)
    for (const name of ['load', 'wide', 'gather'] as const) await pipelines.#module(name)
    return pipelines
  }

  load(fieldBits: FieldBits): Promise<GPUComputePipeline> {
    return this.#get('load', { CELL_WORDS: cellWords(fieldBits) })
  }

  gather(): Promise<GPUComputePipeline> {
    return this.#get('gather', {})
  }

  fight({ duel, pspaces, limits, fieldBits }: Variant): Promise<GPUComputePipeline> {
    const constants = { DUEL: Number(duel), PSPACES: Number(pspaces), LIMITS: Number(limits) }
    if (fieldBits === 16) return this.#get('wide', constants)
    return this.#get('narrow', { ...constants, FIELD_BITS: fieldBits })
  }

  #module(name: ShaderName): Promise<GPUShaderModule> {
    const known = this.#modules.get(name)
    if (known !== undefined) return known
    const made = compiled(this.#gpu, this.#sources, SHADERS[name].files)
    this.#modules.set(name, made)
    return made
  }

  async #get(name: ShaderName, constants: Readonly<Record<string, number>>): Promise<GPUComputePipeline> {
    const key = name + JSON.stringify(constants)
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const made = await this.#make(SHADERS[name], await this.#module(name), constants)
    this.#made.set(key, made)
    return made
  }

  #make(
    { entryPoint, buffers }: Shader,
    module: GPUShaderModule,
    constants: Readonly<Record<string, number>>,
  ): Promise<GPUComputePipeline> {
    const { device } = this.#gpu
    return checked(this.#gpu, `the shader ${entryPoint} cannot be set up`, () => {
      const group = device.createBindGroupLayout({
        entries: buffers.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
      })
      const layout = device.createPipelineLayout({ bindGroupLayouts: [group, this.job] })
      return device.createComputePipelineAsync({ label: entryPoint, layout, compute: { module, entryPoint, constants } })
    }) // prettier-ignore
  }
}

async function compiled(gpu: Gpu, shaders: ShaderSource, paths: readonly string[]): Promise<GPUShaderModule> {
  const texts = await Promise.all(paths.map((path) => shaders(path)))
  const label = paths.at(-1)!
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
