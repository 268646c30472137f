// Brings what runs through the layers up to date: adds what a layer gave, and norms the sum for whoever reads it next. Rows may come
// from fewer rows that all members share, and from the last places of each lane alone. Comes after lib/norm.wgsl.

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

const EPSILON: f32 = 1e-5;

@compute @workgroup_size(THREADS)
fn join(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let stand = standing(thread);
  let row = job.begin + group.y * ROWS + stand / SHARE;
  let own = stand % SHARE;
  let held = stand / SHARE * QUADS;
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
  let norm = normOf(stand, isOn, sum);
  if (isOn) {
    for (var i = own; i < QUADS; i += SHARE) {
      normed[row * QUADS + i] = (kept[held + i] - norm.x) * norm.y * weights[job.norm + i] + weights[job.norm + QUADS + i];
    }
  }
}
