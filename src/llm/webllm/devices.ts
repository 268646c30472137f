/**
 * The GPU devices that WebLLM asks for. It destroys that of a model it unloads, but not that of a load which failed or was
 * stopped, and it tells nobody when one is lost. So requests are watched while a model is loaded.
 */

/** WebLLM asks for exactly these limits; other users of the GPU in this worker ask otherwise. */
const LIMITS = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
].join()

/** Whose load is under way. */
let loading: Devices | null = null
const setLoading = (devices: Devices | null) => {
  loading = devices
}
let watched = false

function watchRequests(): void {
  if (watched || typeof GPUAdapter === 'undefined') return
  watched = true
  const prototype = GPUAdapter.prototype
  const original = Object.getOwnPropertyDescriptor(prototype, 'requestDevice')?.value as GPUAdapter['requestDevice']
  prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
    const limits = Object.keys(descriptor?.requiredLimits ?? {})
    const whose = limits.sort().join() === LIMITS ? loading : null
    const device = await original.call(this, descriptor)
    whose?.note(device)
    return device
  }
}

export class Devices {
  readonly #all: GPUDevice[] = []
  #closing = false
  #onLost: (why: string) => void = () => undefined
  /** Settles when one is lost that we did not destroy; says why. */
  readonly lost: Promise<string>
  #why: string | null = null

  constructor() {
    this.lost = new Promise((resolve) => {
      this.#onLost = resolve
    })
  }

  /** Why the device was lost, or null while it works. */
  get lostBecause(): string | null {
    return this.#why
  }

  /** Runs a load; devices it asks for are remembered. Loads must not overlap. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    watchRequests()
    setLoading(this)
    try {
      return await work()
    } finally {
      setLoading(null)
    }
  }

  /** Nothing is left of them afterwards. */
  destroy(): void {
    this.#closing = true
    for (const device of this.#all.splice(0)) device.destroy()
  }

  note(device: GPUDevice): void {
    // A load that was given up may still get its device.
    if (this.#closing) {
      device.destroy()
      return
    }
    this.#all.push(device)
    void device.lost.then(({ message, reason }) => {
      if (this.#closing) return
      this.#why = message === '' ? reason : message
      this.#onLost(this.#why)
    })
  }
}
