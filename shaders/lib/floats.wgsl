// Weights of 32 bits for product.wgsl: the outputs of each input after another.

@group(0) @binding(0) var<storage, read> weights: array<vec4f>;

/// What inputs 4 * word.. weigh in four outputs.
fn four(word: u32, quad: u32) -> mat4x4f {
  let at = job.matrix + 4 * word * job.quads + quad;
  return mat4x4f(weights[at], weights[at + job.quads], weights[at + 2 * job.quads], weights[at + 3 * job.quads]);
}

fn numbers(place: u32) -> vec4f {
  return weights[place];
}
