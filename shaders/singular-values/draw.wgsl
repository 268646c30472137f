// The noise of members' own directions for one matrix, written out: with lib/counter.wgsl before it, a program. Numbers are those of
// `factorsOf` (src/arenas/singular-values/model/noise.ts): A of m x r, then B of n x r, by key, direction, matrix and place.

struct Draw {
  /// Rows from..to are worked out: a slot of a member each.
  begin: u32,
  end: u32,
  key: u32,
  /// Which of the network's matrices it is, m, and n.
  matrix: u32,
  outputs: u32,
  inputs: u32,
  /// The rank r of a direction, and slots of a member: directions times r.
  rank: u32,
  slots: u32,
  /// Fours of `moves` that a member has. Fours of `own` that a member has, and where this matrix begins among them.
  moves: u32,
  stride: u32,
  place: u32,
}
/// Of each direction of a member: its number, and how much of it.
@group(0) @binding(0) var<storage, read> moves: array<vec4f>;
/// Of each slot a column of A times how much, in fours, then a column of B.
@group(0) @binding(1) var<storage, read_write> own: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Draw;

const B_GRID: f32 = 65536;

fn normalAt(direction: u32, number: u32) -> f32 {
  return counterNormals(job.key, direction, job.matrix, number >> 2)[number & 3];
}

@compute @workgroup_size(64)
fn draw(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y;
  let quad = group.x * 64 + thread;
  let outs = (job.outputs + 3) / 4;
  let quads = outs + (job.inputs + 3) / 4;
  if (row >= job.end || quad >= quads) {
    return;
  }
  let member = row / job.slots;
  let slot = row % job.slots;
  let index = slot / job.rank;
  let pair = moves[member * job.moves + index / 2];
  let gone = select(pair.zw, pair.xy, index % 2 == 0);
  let isA = quad < outs;
  let first = 4 * select(quad - outs, quad, isA);
  let size = select(job.inputs, job.outputs, isA);
  let before = select(job.outputs, 0, isA);
  var four = vec4f();
  for (var i = 0u; i < 4; i++) {
    if (first + i < size) {
      let value = normalAt(u32(gone.x), (before + first + i) * job.rank + slot % job.rank);
      four[i] = select(floor(value * B_GRID + 0.5) / B_GRID, value * gone.y, isA);
    }
  }
  own[member * job.stride + job.place + slot * quads + quad] = four;
}
