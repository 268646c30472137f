// Weights of 16 bits for product.wgsl: half the memory, a load of 16 bytes has four outputs of two inputs. They are made floats of 32 bits
// by what every WGSL has, so `shader-f16` is not asked for: sums are of 32 bits anyway.

@group(0) @binding(0) var<storage, read> weights: array<vec4u>;

/// What inputs 4 * word.. weigh in four outputs.
fn four(word: u32, quad: u32) -> mat4x4f {
  let at = job.matrix + 2 * word * job.quads + quad;
  let one = weights[at];
  let other = weights[at + job.quads];
  return mat4x4f(widened(one.xy), widened(one.zw), widened(other.xy), widened(other.zw));
}

fn widened(pairs: vec2u) -> vec4f {
  return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
}

/// Biases stay as they are.
fn numbers(place: u32) -> vec4f {
  return bitcast<vec4f>(weights[place]);
}
