/** Dispatches as data: which shader over how many rows, with what numbers. Each may be cut into ranges of rows (slices.ts). */
export interface Work<Program extends string = string, Buffer extends string = string> {
  readonly program: Program
  readonly buffers: readonly Buffer[]
  /** The uniform; its first two words, the range of rows, are still to be set. */
  readonly job: Uint32Array<ArrayBuffer>
  readonly rows: number
  /** Rows of a workgroup, and workgroups beside each other. */
  readonly lines: number
  readonly columns: number
  /** About how many multiply-accumulates a row is worth. */
  readonly cost: number
}

const bits = new DataView(new ArrayBuffer(4))
/** The word that a float is in 32 bits. */
export const floatWord = (value: number): number => {
  bits.setFloat32(0, value)
  return bits.getUint32(0)
}
