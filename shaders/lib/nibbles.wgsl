// Weights of 4 bits for whole.wgsl: a word has eight inputs of an output. The first four are the lower halves of its bytes.

/// Inputs 4 * word.. of four outputs, as bytes.
fn four(word: u32, quad: u32) -> vec4u {
  let eight = weights[job.matrix + (word >> 1) * job.quads + quad];
  let halves = (eight >> vec4u(4 * (word & 1))) & vec4u(0x0f0f0f0f);
  // A half below 0 has its highest bit set, and needs it in the four bits above.
  return halves | ((halves & vec4u(0x08080808)) * 30);
}
