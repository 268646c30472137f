/** What the GPU of this machine offers, asked once. */
import type { Machine } from '../shelf.ts'

/** WebLLM gives up below these. */
const WORKGROUP_STORAGE = 32_768
const STORAGE_BUFFERS = 10
const BUFFER = 1 << 28
const BINDING = 1 << 27

interface Offer {
  readonly features: { has(name: string): boolean }
  readonly limits: {
    readonly maxComputeWorkgroupStorageSize: number
    readonly maxStorageBuffersPerShaderStage: number
    readonly maxBufferSize: number
    readonly maxStorageBufferBindingSize: number
  }
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly isFallbackAdapter?: boolean }
}

let asked: Promise<Machine> | null = null

/** Asks once; a GPU that is away for the moment is asked for again. */
export async function probeMachine(): Promise<Machine> {
  asked ??= ask()
  const machine = await asked
  if (machine.why !== null) asked = null
  return machine
}

async function ask(): Promise<Machine> {
  const { gpu, userAgent } = navigator as { readonly gpu?: GPU; readonly userAgent: string }
  if (gpu === undefined) return judge(null, userAgent)
  try {
    const options = { powerPreference: 'high-performance' } as const
    // Right after the GPU's process was started anew, the first answer may be none.
    return judge((await gpu.requestAdapter(options)) ?? (await gpu.requestAdapter(options)), userAgent)
  } catch {
    return judge(null, userAgent)
  }
}

/** What an adapter is good for; null where there is none. */
export function judge(adapter: Offer | null, userAgent: string): Machine {
  // Safari on phones and tablets closes a page that takes more (web-llm issue 753).
  const memory = /iPhone|iPad|iPod/.test(userAgent) ? 400 : null
  if (adapter === null)
    return {
      why: 'WebLLM’s models need WebGPU, and this browser offers none. Switch graphics acceleration on, or use a current Chrome, Edge, Firefox or Safari. Models that run on the CPU work all the same.',
      f16: false,
      gpu: '',
      software: false,
      buffer: 0,
      memory,
    }
  const { limits, info, features } = adapter
  const low: readonly (readonly [string, number, number])[] = [
    ['memory shared by a workgroup', limits.maxComputeWorkgroupStorageSize, WORKGROUP_STORAGE],
    ['storage buffers a shader', limits.maxStorageBuffersPerShaderStage, STORAGE_BUFFERS],
    ['bytes a buffer', limits.maxBufferSize, BUFFER],
    ['bytes a storage binding', limits.maxStorageBufferBindingSize, BINDING],
  ]
  const short = low.find(([, offered, needed]) => offered < needed)
  return {
    why:
      short === undefined
        ? null
        : `WebLLM’s models need ${short[2]} (${short[0]}), and this browser offers ${short[1]}. Update the browser or the graphics driver; models that run on the CPU work all the same.`,
    f16: features.has('shader-f16'),
    gpu: [info?.vendor, info?.architecture].filter((part) => part !== undefined && part !== '').join(' '),
    software: info?.isFallbackAdapter === true || info?.architecture === 'swiftshader',
    buffer: limits.maxBufferSize,
    memory,
  }
}
