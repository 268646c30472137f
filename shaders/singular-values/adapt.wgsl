// What a member's singular values make of a layer's output: y + U diag(sB) M diag(sA) (V x), where y = W0 x + b and V x are there
// already, for each row or for fewer rows that all members share.

struct Adapt {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Singular values of a factor; 0 where there is no adapter. And the same in fours.
  rank: u32,
  words: u32,
  /// Where in `weights` begin M, a row of fours for each value, and U, all outputs for each value.
  m: u32,
  u: u32,
  /// Rows of a member. Fours of `spectra` that a member has, and which are this adapter's: sA, then sB.
  block: u32,
  stride: u32,
  spectra: u32,
  /// Rows of V x; its numbers in a row, in fours, and which are this adapter's.
  seenRows: u32,
  seenStride: u32,
  seen: u32,
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
@group(0) @binding(1) var<storage, read> spectra: array<vec4f>;
@group(0) @binding(2) var<storage, read> seen: array<vec4f>;
@group(0) @binding(3) var<storage, read> base: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> goal: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Adapt;

const THREADS: u32 = 64;
/// A workgroup takes 16 rows and 32 quads, a thread 8 rows of one quad.
const ROWS: u32 = 16;
const COLUMNS: u32 = 32;
const MOST_RANK: u32 = 64;
const RELU: u32 = 2;
/// diag(sB) M diag(sA) (V x), by row.
var<workgroup> between: array<f32, ROWS * MOST_RANK>;

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

@compute @workgroup_size(THREADS)
fn adapt(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) own: u32) {
  let origin = job.begin + group.y * ROWS;
  let length = ROWS * job.rank;
  let words = job.words;
  for (var i = own; i < length; i += THREADS) {
    let row = origin + i / job.rank;
    let value = i % job.rank;
    if (row < job.end) {
      let values = row / job.block * job.stride + job.spectra;
      let place = row % job.seenRows * job.seenStride + job.seen;
      var sum = 0.0;
      for (var word = 0u; word < words; word++) {
        sum += dot(weights[job.m + value * words + word], spectra[values + word] * seen[place + word]);
      }
      between[i] = spectra[values + words + value / 4][value % 4] * sum;
    }
  }
  workgroupBarrier();
  let quad = group.x * COLUMNS + own % COLUMNS;
  if (quad >= job.quads) {
    return;
  }
  let first = own / COLUMNS * 8;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  var c4 = vec4f();
  var c5 = vec4f();
  var c6 = vec4f();
  var c7 = vec4f();
  let outputs = job.rank;
  for (var value = 0u; value < outputs; value++) {
    let u = weights[job.u + value * job.quads + quad];
    let z = first * outputs + value;
    c0 += u * between[z];
    c1 += u * between[z + outputs];
    c2 += u * between[z + 2 * outputs];
    c3 += u * between[z + 3 * outputs];
    c4 += u * between[z + 4 * outputs];
    c5 += u * between[z + 5 * outputs];
    c6 += u * between[z + 6 * outputs];
    c7 += u * between[z + 7 * outputs];
  }
  let row = origin + first;
  give(row, quad, c0);
  give(row + 1, quad, c1);
  give(row + 2, quad, c2);
  give(row + 3, quad, c3);
  give(row + 4, quad, c4);
  give(row + 5, quad, c5);
  give(row + 6, quad, c6);
  give(row + 7, quad, c7);
}
