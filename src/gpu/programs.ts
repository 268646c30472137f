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

const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({
  binding,
  visibility: GPUShaderStage.COMPUTE,
  buffer,
})

/** What a device has compiled, by what it is: once, however many use it. */
interface Compiled {
  readonly jobs: GPUBindGroupLayout
  readonly programs: Map<string, Promise<Program>>
}
const known = new WeakMap<GPUDevice, Compiled>()

/** Throws a `GpuFault` where one does not compile. */
export async function programsFor<Name extends string>(
  gpu: Gpu,
  shaders: ShaderSource,
  kinds: Readonly<Record<Name, ProgramKind>>,
): Promise<Programs<Name>> {
  const { device } = gpu
  const ofDevice = known.get(device) ?? {
    jobs: device.createBindGroupLayout({ entries: [entry(0, { type: 'uniform', hasDynamicOffset: true })] }),
    programs: new Map<string, Promise<Program>>(),
  }
  known.set(device, ofDevice)
  const { jobs, programs } = ofDevice
  const names = Object.keys(kinds) as Name[]
  const made = await Promise.all(
    names.map(async (name) => {
      const key = JSON.stringify(kinds[name])
      const program = programs.get(key) ?? programOf(gpu, shaders, name, kinds[name], jobs)
      programs.set(key, program)
      // What failed once may do the next time.
      program.catch(() => programs.delete(key))
      return [name, await program] as const
    }),
  )
  return {
    of: Object.fromEntries(made) as Record<Name, Program>,
    bindJobs: (buffer) => device.createBindGroup({ layout: jobs, entries: [{ binding: 0, resource: { buffer, size: JOB_BYTES } }] }), // prettier-ignore
  }
}

async function programOf(
  gpu: Gpu,
  shaders: ShaderSource,
  name: string,
  { files, bindings, constants = {} }: ProgramKind,
  jobs: GPUBindGroupLayout,
): Promise<Program> {
  const { device } = gpu
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

const entryOf = (files: readonly string[]): string => /(\w+)\.wgsl$/.exec(files.at(-1) ?? '')?.[1] ?? ''
