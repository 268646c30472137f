// What an adapter adds to a layer's output: y + U z, z = diag(sB) M diag(sA) (V x) of each row (scale.wgsl). y is there already, for each
// row or for fewer rows that all members share.

struct Adapt {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Numbers of z in fours, 0 where there is no adapter; where in `weights` U begins, all outputs of each number.
  words: u32,
  u: u32,
  /// Fours of a row of z, and which are this adapter's.
  stride: u32,
  first: u32,
  /// Rows of y; 0: it is in `goal`, one for each row.
  baseRows: u32,
  /// Fours of a row of y and of the goal, which of them the layer's output begins at, and how many these are.
  goalStride: u32,
  goal: u32,
  quads: u32,
  /// PLAIN or RELU.
  activation: u32,
}
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> scaled: array<vec4f>;
@group(0) @binding(2) var<storage, read> base: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> goal: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Adapt;

const RELU: u32 = 2;
/// A workgroup takes 16 rows and 32 quads, a thread 8 rows of one quad.
const ROWS: u32 = 16;
const COLUMNS: u32 = 32;

/// Where a row of z begins. Of rows beyond the last there is none, so they read the last.
fn begun(row: u32) -> u32 {
  return min(row, job.end - 1) * job.stride + job.first;
}

fn give(row: u32, quad: u32, change: vec4f) {
  if (row < job.end) {
    let into = row * job.goalStride + job.goal + quad;
    var y: vec4f;
    if (job.baseRows == 0) {
      y = goal[into];
    } else {
      y = base[row % job.baseRows * job.goalStride + job.goal + quad];
    }
    y += change;
    if (job.activation == RELU) {
      y = max(y, vec4f());
    }
    goal[into] = y;
  }
}

@compute @workgroup_size(64)
fn adapt(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) own: u32) {
  let quad = group.x * COLUMNS + own % COLUMNS;
  let row = job.begin + group.y * ROWS + own / COLUMNS * 8;
  if (quad >= job.quads || row >= job.end) {
    return;
  }
  let r0 = begun(row);
  let r1 = begun(row + 1);
  let r2 = begun(row + 2);
  let r3 = begun(row + 3);
  let r4 = begun(row + 4);
  let r5 = begun(row + 5);
  let r6 = begun(row + 6);
  let r7 = begun(row + 7);
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  var c4 = vec4f();
  var c5 = vec4f();
  var c6 = vec4f();
  var c7 = vec4f();
  let words = job.words;
  let quads = job.quads;
  for (var word = 0u; word < words; word++) {
    let at = job.u + 4 * word * quads + quad;
    let u = mat4x4f(weights[at], weights[at + quads], weights[at + 2 * quads], weights[at + 3 * quads]);
    c0 += u * scaled[r0 + word];
    c1 += u * scaled[r1 + word];
    c2 += u * scaled[r2 + word];
    c3 += u * scaled[r3 + word];
    c4 += u * scaled[r4 + word];
    c5 += u * scaled[r5 + word];
    c6 += u * scaled[r6 + word];
    c7 += u * scaled[r7 + word];
  }
  give(row, quad, c0);
  give(row + 1, quad, c1);
  give(row + 2, quad, c2);
  give(row + 3, quad, c3);
  give(row + 4, quad, c4);
  give(row + 5, quad, c5);
  give(row + 6, quad, c6);
  give(row + 7, quad, c7);
}
