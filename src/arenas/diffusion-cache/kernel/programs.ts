/** The shaders of the sampler, with their layouts spelt out. */
import { checked, compiled } from '../../../gpu/checked.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import type { DitShape } from '../model/shape.ts'

/** What is bound, in order; `>` marks what is written. */
const PROGRAMS = {
  dense: { file: 'lib/dense.wgsl', bindings: ['weights', 'source', '>goal', 'lists'] },
  attend: { file: 'lib/attend.wgsl', bindings: ['asked', 'known', '>seen'] },
  settle: { file: 'diffusion-cache/settle.wgsl', bindings: ['lists', 'vectors', 'embedded', '>pages', '>normed'] },
  advance: { file: 'diffusion-cache/advance.wgsl', bindings: ['lists', 'given', '>xs', 'bounds'] },
} as const
export type ProgramName = keyof typeof PROGRAMS
const NAMES = Object.keys(PROGRAMS) as ProgramName[]

/** Threads of a workgroup of the dense kernel beside each other, two quads of outputs each: none is idle where outputs are multiples of the width. */
export const columnsOf = ({ width }: DitShape): number => width / 8
const constantsOf = (name: ProgramName, shape: DitShape): Record<string, number> => {
  if (name === 'dense') return { COLUMNS: columnsOf(shape) }
  return name === 'settle' ? { QUADS: shape.width / 4 } : {}
}

/** Uniforms lie so far apart. */
export const JOB_BYTES = 256

export interface Program {
  readonly pipeline: GPUComputePipeline
  bind(buffers: readonly GPUBuffer[]): GPUBindGroup
}

export interface Programs {
  readonly of: Readonly<Record<ProgramName, Program>>
  bindJobs(jobs: GPUBuffer): GPUBindGroup
}

/** By device and width: compiled once, however many samplers use them. */
const known = new WeakMap<GPUDevice, Map<number, Promise<Programs>>>()

/** Throws a `GpuFault` where one does not compile. */
export function programsFor(gpu: Gpu, shaders: ShaderSource, shape: DitShape): Promise<Programs> {
  const ofDevice = known.get(gpu.device) ?? new Map<number, Promise<Programs>>()
  known.set(gpu.device, ofDevice)
  const { width } = shape
  const found = ofDevice.get(width)
  if (found !== undefined) return found
  const made = programs(gpu, shaders, shape)
  ofDevice.set(width, made)
  // What failed once may do the next time.
  made.catch(() => ofDevice.delete(width))
  return made
}

async function programs(gpu: Gpu, shaders: ShaderSource, shape: DitShape): Promise<Programs> {
  const { device } = gpu
  const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer }) // prettier-ignore
  const jobs = device.createBindGroupLayout({ entries: [entry(0, { type: 'uniform', hasDynamicOffset: true })] })
  const make = async (name: ProgramName): Promise<Program> => {
    const { file, bindings } = PROGRAMS[name]
    const module = await compiled(gpu, shaders, [file])
    const layout = device.createBindGroupLayout({
      entries: bindings.map((binding, at) => entry(at, { type: binding.startsWith('>') ? 'storage' : 'read-only-storage' })), // prettier-ignore
    })
    const pipeline = await checked(gpu, `the shader ${name} cannot be set up`, () =>
      device.createComputePipelineAsync({
        label: name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, jobs] }),
        compute: { module, entryPoint: name, constants: constantsOf(name, shape) },
      }),
    )
    const bind = (buffers: readonly GPUBuffer[]) =>
      device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) })
    return { pipeline, bind }
  }
  const made = await Promise.all(NAMES.map(async (name) => [name, await make(name)] as const))
  return {
    of: Object.fromEntries(made) as Record<ProgramName, Program>,
    bindJobs: (buffer) => device.createBindGroup({ layout: jobs, entries: [{ binding: 0, resource: { buffer, size: JOB_BYTES } }] }), // prettier-ignore
  }
}
