/** Thrown inside the GPU layer and turned into a `Result` at its edge. */
import { ok, type Fault, type Result } from '../core/result.ts'

export class GpuFault extends Error {
  readonly fault: Fault

  constructor(kind: 'gpu-lost' | 'gpu-error' | 'gpu-memory' | 'cancelled', message: string) {
    super(message)
    this.fault = { kind, message }
  }
}

/** The edge: a {@link GpuFault} becomes a value; whatever else is thrown is a bug, and goes through. */
export async function resultOf<T>(action: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await action())
  } catch (error) {
    if (error instanceof GpuFault) return { ok: false, fault: error.fault }
    throw error
  }
}
