// Sets the battles of a batch up, a thread each; the host has cleared the cores. Comes after setup.wgsl.

@group(0) @binding(5) var<storage, read_write> going: array<u32>;

@compute @workgroup_size(64)
fn load(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= job.count) {
    return;
  }
  going[id.x] = id.x;
  setUp(id.x, job.first + id.x);
}
