/** Numbers of 16 bits (IEEE 754 binary16), two to a word, as `unpack2x16float` reads them. */

/** The words of an even number of values, the first of two lowest; null where a value is not exactly one of 16 bits. */
export function halvesOf(values: Float32Array): Uint32Array | null {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const words = new Uint32Array(Math.ceil(values.length / 2))
  const halves = new Uint16Array(words.buffer)
  for (const [at, one] of bits.entries()) {
    const half = halfOf(one)
    if (half === null) return null
    halves[at] = half
  }
  return words
}

/**
 * A matrix of `outputs` columns, an input after another, as halves.wgsl wants it: of two inputs, four outputs of the first stand before
 * those of the second. Inputs and outputs are in fours.
 */
export function pairedInputs(matrix: Float32Array, outputs: number): Float32Array {
  const paired = new Float32Array(matrix.length)
  matrix.forEach((value, at) => {
    const [input, output] = [Math.floor(at / outputs), at % outputs]
    paired[(input >> 1) * 2 * outputs + (output >> 2) * 8 + (input & 1) * 4 + (output & 3)] = value
  })
  return paired
}

/** From the bits of a float to those of a half. */
function halfOf(bits: number): number | null {
  const sign = (bits >>> 16) & 0x8000
  const power = ((bits >>> 23) & 0xff) - 127
  const part = bits & 0x7fffff
  if ((bits & 0x7fffffff) === 0) return sign
  if (power > 15 || power < -24) return null
  if (power >= -14) return (part & 0x1fff) === 0 ? sign | ((power + 15) << 10) | (part >> 13) : null
  // Below 2^-14 halves are whole multiples of 2^-24.
  const whole = part | 0x800000
  const lost = -1 - power
  return (whole & ((1 << lost) - 1)) === 0 ? sign | (whole >> lost) : null
}
