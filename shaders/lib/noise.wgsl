// Noise of many members, written out: with counter.wgsl before it, a program. Kernels that use noise once need no buffer for it and ask
// counterNormals themselves.

struct Noise {
  seed: u32,
  generation: u32,
  /// Members from `first` on, `blocks` times four numbers each, one member after another.
  first: u32,
  members: u32,
  blocks: u32,
  /// 1 writes Philox's words as they are.
  raw: u32,
}
@group(0) @binding(0) var<storage, read_write> goal: array<vec4u>;
@group(1) @binding(0) var<uniform> job: Noise;

/// A thread for each block, and a row of workgroups for each member.
@compute @workgroup_size(64)
fn noise(@builtin(global_invocation_id) thread: vec3u) {
  let block = thread.x;
  if (block >= job.blocks || thread.y >= job.members) {
    return;
  }
  let member = job.first + thread.y;
  let at = thread.y * job.blocks + block;
  if (job.raw == 1) {
    goal[at] = philox(vec4u(block, member, job.generation, 0), vec2u(job.seed, 0));
  } else {
    goal[at] = bitcast<vec4u>(counterNormals(job.seed, job.generation, member, block));
  }
}
