/** Shaders with their layouts spelt out: storage buffers in group 0, one uniform in group 1, at an offset that each dispatch tells. */
import { checked, compiled } from './checked.ts'
import type { Gpu } from './device.ts'
import type { ShaderSource } from './shaders.ts'

export interface ProgramKind {
  /** Files under shaders/, read one after another; the entry point is called as the last of them. */
  readonly files: readonly string[]
  /** What is bound, in order; `>` marks what is written. */
  readonly bindings: readonly string[]
  readonly constants?: Readonly<Record<string, number>>
}

/** Uniforms lie so far apart. */
export const JOB_BYTES = 256

export interface Program {
  readonly pipeline: GPUComputePipeline
  bind(buffers: readonly GPUBuffer[]): GPUBindGroup
}

export interface Programs<Name extends string> {
  readonly of: Readonly<Record<Name, Program>>
  bindJobs(jobs: GPUBuffer): GPUBindGroup
}

/** By device and by what they are: compiled once, however many use them. */
const known = new WeakMap<GPUDevice, Map<string, Promise<Programs<string>>>>()

/** Throws a `GpuFault` where one does not compile. */
export function programsFor<Name extends string>(
  gpu: Gpu,
  shaders: ShaderSource,
  kinds: Readonly<Record<Name, ProgramKind>>,
): Promise<Programs<Name>> {
  const ofDevice = known.get(gpu.device) ?? new Map<string, Promise<Programs<string>>>()
  known.set(gpu.device, ofDevice)
  const key = JSON.stringify(kinds)
  const found = ofDevice.get(key)
  if (found !== undefined) return found
  const made = programs(gpu, shaders, kinds)
  ofDevice.set(key, made)
  // What failed once may do the next time.
  made.catch(() => ofDevice.delete(key))
  return made
}

async function programs<Name extends string>(
  gpu: Gpu,
  shaders: ShaderSource,
  kinds: Readonly<Record<Name, ProgramKind>>,
): Promise<Programs<Name>> {
  const { device } = gpu
  const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer }) // prettier-ignore
  const jobs = device.createBindGroupLayout({ entries: [entry(0, { type: 'uniform', hasDynamicOffset: true })] })
  const make = async (name: Name): Promise<Program> => {
    const { files, bindings, constants = {} } = kinds[name]
    const module = await compiled(gpu, shaders, files)
    const layout = device.createBindGroupLayout({
      entries: bindings.map((binding, at) => entry(at, { type: binding.startsWith('>') ? 'storage' : 'read-only-storage' })), // prettier-ignore
    })
    const pipeline = await checked(gpu, `the shader ${name} cannot be set up`, () =>
      device.createComputePipelineAsync({
        label: name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, jobs] }),
        compute: { module, entryPoint: entryOf(files), constants },
      }),
    )
    const bind = (buffers: readonly GPUBuffer[]) =>
      device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) })
    return { pipeline, bind }
  }
  const names = Object.keys(kinds) as Name[]
  const made = await Promise.all(names.map(async (name) => [name, await make(name)] as const))
  return {
    of: Object.fromEntries(made) as Record<Name, Program>,
    bindJobs: (buffer) => device.createBindGroup({ layout: jobs, entries: [{ binding: 0, resource: { buffer, size: JOB_BYTES } }] }), // prettier-ignore
  }
}

const entryOf = (files: readonly string[]): string => /(\w+)\.wgsl$/.exec(files.at(-1) ?? '')?.[1] ?? ''
