// A slice of the battles that still go on: a thread each. Comes after mars.wgsl.

/// Places of the battles that go on.
@group(0) @binding(5) var<storage, read> going: array<u32>;
@group(0) @binding(6) var<storage, read> roll: Roll;

@compute @workgroup_size(64)
fn fight(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= roll.count) {
    return;
  }
  var battle = resume(going[id.x]);
  for (var budget = job.steps; budget > 0 && battle.remaining > 0; budget--) {
    step(&battle);
  }
  suspend(&battle);
}
