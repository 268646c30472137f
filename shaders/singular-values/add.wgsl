// What a member's own directions add to a layer's output: y + A z, z = B' x of each row (see.wgsl). y is there already, for each row or for
// fewer rows that all members share.

struct Add {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Fours of a column of A, and of the column of B that lies behind it.
  quads: u32,
  ins: u32,
  /// Rows of a member; slots; fours of `own` that a member has, and where this matrix begins among them.
  block: u32,
  slots: u32,
  stride: u32,
  place: u32,
  /// Rows of y; 0: it is in `goal`, one for each row.
  baseRows: u32,
  /// Fours of a row of y and of the goal, and which of them the layer's output begins at.
  goalStride: u32,
  goal: u32,
  /// PLAIN or RELU.
  activation: u32,
}
@group(0) @binding(0) var<storage, read> own: array<vec4f>;
@group(0) @binding(1) var<storage, read> scaled: array<vec4f>;
@group(0) @binding(2) var<storage, read> base: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> goal: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Add;

const RELU: u32 = 2;

/// A workgroup takes 64 quads of a row at a time.
@compute @workgroup_size(64)
fn add(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y;
  let quad = group.x * 64 + thread;
  if (row >= job.end || quad >= job.quads) {
    return;
  }
  let columns = job.quads + job.ins;
  let a = row / job.block * job.stride + job.place + quad;
  let z = row * ((job.slots + 3) / 4);
  let into = row * job.goalStride + job.goal + quad;
  var y: vec4f;
  if (job.baseRows == 0) {
    y = goal[into];
  } else {
    y = base[row % job.baseRows * job.goalStride + job.goal + quad];
  }
  for (var slot = 0u; slot < job.slots; slot++) {
    y += own[a + slot * columns] * scaled[z + slot / 4][slot % 4];
  }
  if (job.activation == RELU) {
    y = max(y, vec4f());
  }
  goal[into] = y;
}
