/**
 * Finding a GPU, and knowing when it is gone. An adapter gives one device only, so each try asks for a fresh one. A lost
 * device stays lost: whoever holds it gets a fault and asks for another; how often that is worth trying is decided in
 * src/engine/evaluators.ts.
 */
import { Breakable } from '../core/breakable.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { GpuFault } from './fault.ts'
import { tiersFor, type Tiers } from './tiers.ts'

export interface Gpu {
  readonly device: GPUDevice
  readonly label: string
  /** A program stands in for the hardware (SwiftShader, lavapipe, WARP). */
  readonly software: boolean
  /** Names of what this browser's WGSL can do beyond the first version, e.g. `packed_4x8_integer_dot_product`. */
  readonly language: ReadonlySet<string>
  /** What kernels go beyond their base line with. */
  readonly tiers: Tiers
  /**
   * The same promise, which a lost device might leave hanging or reject with something unreadable: then, and when the device
   * reports an error that nobody asked for, it rejects with a {@link GpuFault}.
   */
  guard<T>(promise: Promise<T>): Promise<T>
}

/** Asked for where the adapter has more than the guaranteed minimum. */
const WANTED_LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupStorageSize',
] as const

/** Kernels do without them. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['subgroups']

export async function acquireGpu(gpu: GPU | undefined): Promise<Result<Gpu>> {
  if (gpu === undefined) return fail('no-webgpu', 'This browser has no WebGPU, so the CPU does the work.')
  // The first request after start-up may come back empty where the second does not.
  const adapter = (await request(gpu)) ?? (await request(gpu))
  if (adapter === null) return fail('no-adapter', 'WebGPU found no graphics card here, so the CPU does the work.')
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature))
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]]))
  try {
    const device = await adapter.requestDevice({ requiredFeatures, requiredLimits })
    const language = new Set(gpu.wgslLanguageFeatures)
    const tiers = tiersFor(requiredFeatures, adapter.info)
    return ok({
      device,
      label: labelOf(adapter),
      software: isSoftware(adapter),
      language,
      tiers,
      guard: guardOf(device),
    })
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

/** The loss is told a moment after what it breaks. */
const LOSS_DELAY_MS = 100

export function guardOf(device: Pick<GPUDevice, 'lost' | 'addEventListener'>): Gpu['guard'] {
  const whole = new Breakable()
  void device.lost.then(({ message, reason }) =>
    whole.break(new GpuFault('gpu-lost', `the graphics card was lost: ${message || reason}`)),
  )
  device.addEventListener('uncapturederror', (event) =>
    whole.break(new GpuFault('gpu-error', `the graphics card reports: ${event.error.message}`)),
  )
  return (promise) =>
    whole.guard(
      promise.catch(async (error: unknown) => {
        await new Promise((resolve) => setTimeout(resolve, LOSS_DELAY_MS))
        throw whole.broken ?? new GpuFault('gpu-error', error instanceof Error ? error.message : String(error))
      }),
    )
}
