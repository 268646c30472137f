/** Finding a GPU, and knowing when it is gone. An adapter gives one device only, so each try asks for a fresh one. */
import { fail, ok, type Result } from '../core/result.ts'
import { GpuFault } from './fault.ts'

export interface Gpu {
  readonly device: GPUDevice
  readonly label: string
  /** A program stands in for the hardware (SwiftShader, lavapipe, WARP). */
  readonly software: boolean
  /** Rejects with a {@link GpuFault} when the device is lost or reports an error that nobody asked for. */
  readonly broken: Promise<never>
}

/** Asked for where the adapter has more than the guaranteed minimum. */
const WANTED_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupsPerDimension'] as const

export async function acquireGpu(gpu: GPU | undefined): Promise<Result<Gpu>> {
  if (gpu === undefined) return fail('no-webgpu', 'This browser has no WebGPU, so the CPU does the work.')
  // The first request after start-up may come back empty where the second does not.
  const adapter = (await request(gpu)) ?? (await request(gpu))
  if (adapter === null) return fail('no-adapter', 'WebGPU found no graphics card here, so the CPU does the work.')
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]]))
  try {
    const device = await adapter.requestDevice({ requiredLimits })
    return ok({ device, label: labelOf(adapter), software: isSoftware(adapter), broken: whenBroken(device) })
  } catch (error) {
    return fail('no-device', `The graphics card cannot be used (${String(error)}), so the CPU does the work.`)
  }
}

const request = (gpu: GPU) => gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)

function labelOf({ info }: GPUAdapter): string {
  const name =
    info.description || info.device || [info.vendor, info.architecture].filter((part) => part !== '').join(' ')
  return name || 'GPU'
}

const isSoftware = ({ info }: GPUAdapter): boolean =>
  info.isFallbackAdapter ||
  /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(`${info.description} ${info.device} ${info.architecture}`)

function whenBroken(device: GPUDevice): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    void device.lost.then(({ message, reason }) => {
      reject(new GpuFault('gpu-lost', `the graphics card was lost: ${message || reason}`))
    })
    device.addEventListener('uncapturederror', (event) => {
      reject(new GpuFault('gpu-error', `the graphics card reports: ${event.error.message}`))
    })
  })
  broken.catch(() => undefined)
  return broken
}
