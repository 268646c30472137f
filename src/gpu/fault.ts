/** Thrown inside the GPU layer and turned into a `Result` at its edge. */
import type { Fault } from '../core/result.ts'

export class GpuFault extends Error {
  readonly fault: Fault

  constructor(kind: 'gpu-lost' | 'gpu-error' | 'gpu-memory' | 'cancelled', message: string) {
    super(message)
    this.fault = { kind, message }
  }
}
