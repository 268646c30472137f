/**
 * The compute pipelines of shaders/core-war. Rules are uniforms, so that a change of preset compiles nothing; overrides only
 * leave out what a batch does not need, which makes eight variants at most, each compiled when it is first wanted.
 */
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import type { FieldBits } from './cells.ts'
import { BINDINGS, SHADERS, type BindingName, type Bound, type Shader, type ShaderName } from './shaders.ts'

/** Threads in a workgroup of all shaders but the rota. */
export const WORKGROUP = 64

/** What the battles of a batch need. */
export interface Variant {
  readonly duel: boolean
  readonly pspaces: boolean
  readonly limits: boolean
  readonly fieldBits: FieldBits
}

/** A shader with its layout. */
export interface Stage {
  readonly pipeline: GPUComputePipeline
  bind(buffers: Bound): GPUBindGroup
}

const byDevice = new WeakMap<GPUDevice, Pipelines>()

export class Pipelines {
  readonly #gpu: Gpu
  readonly #sources: ShaderSource
  readonly #modules = new Map<ShaderName, Promise<GPUShaderModule>>()
  readonly #made = new Map<string, Stage>()
  /** Group 1 of all of them: the job, at an offset. */
  readonly job: GPUBindGroupLayout

  private constructor(gpu: Gpu, sources: ShaderSource) {
    this.#gpu = gpu
    this.#sources = sources
    const buffer = { type: 'uniform', hasDynamicOffset: true } as const
    this.job = gpu.device.createBindGroupLayout({ entries: [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer }] }) // prettier-ignore
  }

  /** Those of the device: compiled once, however many engines use them. Throws a {@link GpuFault} where one does not compile. */
  static async create(gpu: Gpu, sources: ShaderSource): Promise<Pipelines> {
    const known = byDevice.get(gpu.device)
    if (known !== undefined) return known
    const pipelines = new Pipelines(gpu, sources)
    byDevice.set(gpu.device, pipelines)
    for (const name of ['loadWide', 'fightWide', 'gather'] as const) await pipelines.#module(name)
    return pipelines
  }

  load(fieldBits: FieldBits): Promise<Stage> {
    return this.stage(fieldBits === 16 ? 'loadWide' : 'loadNarrow', {})
  }

  fight({ duel, pspaces, limits, fieldBits }: Variant): Promise<Stage> {
    const constants = { DUEL: Number(duel), PSPACES: Number(pspaces), LIMITS: Number(limits) }
    if (fieldBits === 16) return this.stage('fightWide', constants)
    return this.stage('fightNarrow', { ...constants, FIELD_BITS: fieldBits })
  }

  async stage(name: ShaderName, constants: Readonly<Record<string, number>>): Promise<Stage> {
    const key = name + JSON.stringify(constants)
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const made = await this.#make(SHADERS[name], await this.#module(name), constants)
    this.#made.set(key, made)
    return made
  }

  #module(name: ShaderName): Promise<GPUShaderModule> {
    const known = this.#modules.get(name)
    if (known !== undefined) return known
    const made = compiled(this.#gpu, this.#sources, SHADERS[name].files)
    this.#modules.set(name, made)
    return made
  }

  async #make(
    { entryPoint, writes, reads }: Shader,
    module: GPUShaderModule,
    constants: Readonly<Record<string, number>>,
  ): Promise<Stage> {
    const { device } = this.#gpu
    const entry = (name: BindingName, type: GPUBufferBindingType) => ({
      binding: BINDINGS[name], visibility: GPUShaderStage.COMPUTE, buffer: { type },
    }) // prettier-ignore
    const entries = [...writes.map((name) => entry(name, 'storage')), ...reads.map((name) => entry(name, 'read-only-storage'))] // prettier-ignore
    const layout = device.createBindGroupLayout({ entries })
    const pipeline = await checked(this.#gpu, `the shader ${entryPoint} cannot be set up`, () =>
      device.createComputePipelineAsync({
        label: entryPoint,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, this.job] }),
        compute: { module, entryPoint, constants },
      }),
    )
    const bind = (buffers: Bound) =>
      device.createBindGroup({
        layout,
        entries: [...writes, ...reads].map((name) => ({
          binding: BINDINGS[name],
          resource: { buffer: buffers[name]! },
        })),
      })
    return { pipeline, bind }
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
