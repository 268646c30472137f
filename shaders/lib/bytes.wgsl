// Weights of 8 bits for whole.wgsl: a word has four inputs of an output, the first lowest.

/// Inputs 4 * word.. of four outputs.
fn four(word: u32, quad: u32) -> vec4u {
  return weights[job.matrix + word * job.quads + quad];
}
