// diag(sB) M diag(sA) (V x) of an adapter, with each member's own singular values. V x is there already, for each row or for fewer
// rows that all members share.

struct Scale {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Singular values of a factor in fours, filled up with zeros.
  words: u32,
  /// Where in `weights` M begins, a row of fours for each value.
  m: u32,
  /// Rows of a member. Fours of `spectra` that a member has, and which are this adapter's: sA, then sB.
  block: u32,
  stride: u32,
  spectra: u32,
  /// Rows of V x. Fours of a row, of what is read and of what is written; and which are this adapter's.
  seenRows: u32,
  seenStride: u32,
  seen: u32,
}
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> spectra: array<vec4f>;
@group(0) @binding(2) var<storage, read> seen: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scaled: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Scale;

const ROWS: u32 = 16;
/// Threads of a row; each works out four values at a time.
const SHARE: u32 = 4;

@compute @workgroup_size(64)
fn scale(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y * ROWS + thread / SHARE;
  if (row >= job.end) {
    return;
  }
  let words = job.words;
  let values = row / job.block * job.stride + job.spectra;
  let place = row % job.seenRows * job.seenStride + job.seen;
  for (var four = thread % SHARE; four < words; four += SHARE) {
    var sum = vec4f();
    let m = job.m + 4 * four * words;
    for (var word = 0u; word < words; word++) {
      let x = spectra[values + word] * seen[place + word];
      sum += vec4f(
        dot(weights[m + word], x),
        dot(weights[m + words + word], x),
        dot(weights[m + 2 * words + word], x),
        dot(weights[m + 3 * words + word], x),
      );
    }
    scaled[row * job.seenStride + job.seen + four] = spectra[values + words + four] * sum;
  }
}
