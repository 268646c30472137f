// What a member's own directions see of a row: B' x, a number a slot. x is there for each row, or for fewer rows that all members share.

struct See {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Fours of x; of a column of A, which lies before each of B.
  quads: u32,
  outs: u32,
  /// Rows of a member; slots; fours of `own` that a member has, and where this matrix begins among them.
  block: u32,
  slots: u32,
  stride: u32,
  place: u32,
  /// Rows of x.
  rows: u32,
}
@group(0) @binding(0) var<storage, read> own: array<vec4f>;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> scaled: array<vec4f>;
@group(1) @binding(0) var<uniform> job: See;

const ROWS: u32 = 16;
/// Threads of a row; each works out four slots at a time.
const SHARE: u32 = 4;

@compute @workgroup_size(64)
fn see(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y * ROWS + thread / SHARE;
  if (row >= job.end) {
    return;
  }
  let columns = job.outs + job.quads;
  let x = row % job.rows * job.quads;
  let words = (job.slots + 3) / 4;
  for (var word = thread % SHARE; word < words; word += SHARE) {
    var sum = vec4f();
    for (var i = 0u; i < 4; i++) {
      if (4 * word + i >= job.slots) {
        break;
      }
      let b = row / job.block * job.stride + job.place + (4 * word + i) * columns + job.outs;
      var slot = 0.0;
      for (var quad = 0u; quad < job.quads; quad++) {
        slot += dot(own[b + quad], source[x + quad]);
      }
      sum[i] = slot;
    }
    scaled[row * words + word] = sum;
  }
}
