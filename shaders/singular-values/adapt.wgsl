// What an adapter adds to a layer's output: y + U z, z = diag(sB) M diag(sA) (V x) of each row (scale.wgsl). y is there already, for each
// row or for fewer rows that all members share. Comes after lib/floats.wgsl, before lib/product.wgsl.

struct Adapt {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Numbers of z in fours, 0 where there is no adapter; where in `weights` U begins, all outputs of each number.
  words: u32,
  matrix: u32,
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
/// z of all adapters.
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read> base: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> goal: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Adapt;

const RELU: u32 = 2;

/// Where a row of z begins. Of rows beyond the last there is none, so they read the last.
fn begun(row: u32) -> u32 {
  return min(row, job.end - 1) * job.stride + job.first;
}

fn give(row: u32, quad: u32, change: vec4f) {
  if (row < job.end && quad < job.quads) {
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
