// The product of many rows of whole numbers with one matrix of whole numbers: goal = f(scales * sums + bias). Sums of a group of inputs
// are exact, whatever their order; then they are multiplied with the scales of group and row. Comes after a file with dot4 (packed-dot or
// plain-dot) and one with `four` (bytes or nibbles).

struct Whole {
  /// Rows from..to are worked out; the dispatch has workgroups for these.
  begin: u32,
  end: u32,
  /// Words of a row, four inputs each; and outputs in fours.
  words: u32,
  quads: u32,
  /// Where in `weights`, in fours of words, the matrix begins; then the scales, an output quad of each group after another; and the bias.
  matrix: u32,
  scales: u32,
  bias: u32,
  /// Words of a group; they divide `words`.
  group: u32,
  /// PLAIN or RELU.
  activation: u32,
}
@group(0) @binding(0) var<storage, read> weights: array<vec4u>;
/// Of each row its scale, then its words.
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> goal: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Whole;

const RELU: u32 = 2;
/// A workgroup works out LINES * 4 rows by COLUMNS * 8 outputs, a thread 4 rows of two quads.
const LINES: u32 = 8;
override COLUMNS: u32 = 8;

/// Where a row of the source begins. Of rows beyond the last there is none, so they read the last.
fn begun(row: u32) -> u32 {
  return min(row, job.end - 1) * (job.words + 1);
}

fn times(weight: vec4u, x: u32) -> vec4i {
  return vec4i(dot4(weight.x, x), dot4(weight.y, x), dot4(weight.z, x), dot4(weight.w, x));
}

fn give(row: u32, quad: u32, place: u32, sum: vec4f) {
  if (row < job.end && quad < job.quads) {
    var y = sum * bitcast<f32>(source[place]) + bitcast<vec4f>(weights[job.bias + quad]);
    if (job.activation == RELU) {
      y = max(y, vec4f());
    }
    goal[row * job.quads + quad] = y;
  }
}

@compute @workgroup_size(COLUMNS, LINES)
fn whole(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  // Neighbours take neighbouring quads, so the second is not beside the first.
  let quad = group.x * 2 * COLUMNS + thread.x;
  let row = job.begin + (group.y * LINES + thread.y) * 4;
  if (quad >= job.quads || row >= job.end) {
    return;
  }
  // Beyond the last there is none: then the last is worked out twice.
  let other = min(quad + COLUMNS, job.quads - 1);
  let r0 = begun(row);
  let r1 = begun(row + 1);
  let r2 = begun(row + 2);
  let r3 = begun(row + 3);
  var c0 = vec4f();
  var d0 = vec4f();
  var c1 = vec4f();
  var d1 = vec4f();
  var c2 = vec4f();
  var d2 = vec4f();
  var c3 = vec4f();
  var d3 = vec4f();
  let length = job.words / job.group;
  for (var part = 0u; part < length; part++) {
    var i0 = vec4i();
    var j0 = vec4i();
    var i1 = vec4i();
    var j1 = vec4i();
    var i2 = vec4i();
    var j2 = vec4i();
    var i3 = vec4i();
    var j3 = vec4i();
    let words = (part + 1) * job.group;
    for (var word = part * job.group; word < words; word++) {
      let m = four(word, quad);
      let n = four(word, other);
      let x0 = source[r0 + 1 + word];
      i0 += times(m, x0);
      j0 += times(n, x0);
      let x1 = source[r1 + 1 + word];
      i1 += times(m, x1);
      j1 += times(n, x1);
      let x2 = source[r2 + 1 + word];
      i2 += times(m, x2);
      j2 += times(n, x2);
      let x3 = source[r3 + 1 + word];
      i3 += times(m, x3);
      j3 += times(n, x3);
    }
    let s = bitcast<vec4f>(weights[job.scales + part * job.quads + quad]);
    let t = bitcast<vec4f>(weights[job.scales + part * job.quads + other]);
    c0 += s * vec4f(i0);
    d0 += t * vec4f(j0);
    c1 += s * vec4f(i1);
    d1 += t * vec4f(j1);
    c2 += s * vec4f(i2);
    d2 += t * vec4f(j2);
    c3 += s * vec4f(i3);
    d3 += t * vec4f(j3);
  }
  give(row, quad, r0, c0);
  give(row + 1, quad, r1, c1);
  give(row + 2, quad, r2, c2);
  give(row + 3, quad, r3, c3);
  if (quad + COLUMNS < job.quads) {
    give(row, other, r0, d0);
    give(row + 1, other, r1, d1);
    give(row + 2, other, r2, d2);
    give(row + 3, other, r3, d3);
  }
}
