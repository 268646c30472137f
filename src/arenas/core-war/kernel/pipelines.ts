/**
 * The compute pipelines of shaders/core-war. Rules are uniforms, so that a change of preset compiles nothing; overrides only
 * leave out what a batch does not need, which makes eight variants at most, each compiled when it is first wanted.
 */
import { checked, compiled } from '../../../gpu/checked.ts'
import type { Gpu } from '../../../gpu/device.ts'
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

  /** Those of the device: compiled once, however many engines use them. Throws a `GpuFault` where one does not compile. */
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
