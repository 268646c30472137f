// Brings what runs through the layers up to date: adds what a layer gave, and norms the sum for whoever reads it next. Rows may come
// from fewer rows that all members share, and from the last places of each lane alone.

struct Join {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Row i comes from row r = i % rows, and this from row r / kept * places + first + r % kept: of each `places` places, `kept` from the first on.
  rows: u32,
  kept: u32,
  places: u32,
  first: u32,
  /// Where in `xs`, in rows, what is read begins, and what is written.
  origin: u32,
  into: u32,
  /// 1: `added` has a row for each row.
  adds: u32,
  /// Where in `weights` gains begin; biases follow.
  norm: u32,
}
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> added: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> xs: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> normed: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Join;

/// The width in fours; a row is shared by SHARE threads.
override QUADS: u32 = 32;
const SHARE: u32 = 8;
const ROWS: u32 = 8;
const EPSILON: f32 = 1e-5;
override KEPT: u32 = ROWS * QUADS;
var<workgroup> kept: array<vec4f, KEPT>;
var<workgroup> parts: array<f32, 64>;

/// The sum of what the threads of a row hold, in their order.
fn shared_sum(thread: u32, part: f32) -> f32 {
  parts[thread] = part;
  workgroupBarrier();
  let first = thread / SHARE * SHARE;
  var sum = 0.0;
  for (var i = 0u; i < SHARE; i++) {
    sum += parts[first + i];
  }
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(64)
fn join(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y * ROWS + thread / SHARE;
  let own = thread % SHARE;
  let held = thread / SHARE * QUADS;
  let isOn = row < job.end;
  var sum = 0.0;
  if (isOn) {
    let r = row % job.rows;
    let origin = job.origin + r / job.kept * job.places + job.first + r % job.kept;
    for (var i = own; i < QUADS; i += SHARE) {
      var x = xs[origin * QUADS + i];
      if (job.adds == 1) {
        x += added[row * QUADS + i];
      }
      xs[(job.into + row) * QUADS + i] = x;
      kept[held + i] = x;
      sum += dot(x, vec4f(1));
    }
  }
  let mean = shared_sum(thread, sum) / f32(4 * QUADS);
  var squares = 0.0;
  if (isOn) {
    for (var i = own; i < QUADS; i += SHARE) {
      let centred = kept[held + i] - mean;
      squares += dot(centred, centred);
    }
  }
  let rate = inverseSqrt(shared_sum(thread, squares) / f32(4 * QUADS) + EPSILON);
  if (isOn) {
    for (var i = own; i < QUADS; i += SHARE) {
      normed[row * QUADS + i] = (kept[held + i] - mean) * rate * weights[job.norm + i] + weights[job.norm + QUADS + i];
    }
  }
}
