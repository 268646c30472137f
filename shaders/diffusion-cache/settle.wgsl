// Brings what runs through the blocks up to date for some members: adds the outputs of components that were computed or reused since
// it was last written, each times its gate, and norms it for whoever reads it next. An output that is not computed goes on in a line:
// last + ahead * (last - before). Comes after lib/norm.wgsl.

struct Settle {
  /// Rows of all entries together from..to are worked out.
  begin: u32,
  end: u32,
  /// Rows of an entry: picture, branch, token; and the last two of these.
  block: u32,
  branches: u32,
  tokens: u32,
  /// Where in `lists` the entries begin: where it comes from, where it goes, the first of its terms, and how many these are.
  entries: u32,
  /// Where in `vectors` to find 1 + scale, then shift; NONE where the norm stays as it is.
  modulation: u32,
  /// Where in `vectors` the positions begin.
  positions: u32,
}
@group(0) @binding(0) var<storage, read> lists: array<u32>;
/// A vector of the width for each number in a list: gates and the like.
@group(0) @binding(1) var<storage, read> vectors: array<vec4f>;
/// Patches that were just embedded, by member, picture and token.
@group(0) @binding(2) var<storage, read> embedded: array<vec4f>;
/// Pages of `block` rows: the outputs of components, and what runs through the blocks.
@group(0) @binding(3) var<storage, read_write> pages: array<vec4f>;
/// The normed rows, entry after entry.
@group(0) @binding(4) var<storage, read_write> normed: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Settle;

const NONE: u32 = 0xffffffff;
/// Set in where an entry comes from: not a page, but what was just embedded.
const FRESH: u32 = 0x80000000;
const EPSILON: f32 = 1e-6;

@compute @workgroup_size(THREADS)
fn settle(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let stand = standing(thread);
  let row = job.begin + group.y * ROWS + stand / SHARE;
  let own = stand % SHARE;
  let held = stand / SHARE * QUADS;
  let isOn = row < job.end;
  var sum = 0.0;
  if (isOn) {
    let entry = job.entries + 4 * (row / job.block);
    let inner = row % job.block;
    let origin = lists[entry];
    let into = lists[entry + 1];
    let terms = lists[entry + 2];
    let length = lists[entry + 3];
    for (var i = own; i < QUADS; i += SHARE) {
      var h: vec4f;
      if ((origin & FRESH) != 0) {
        let token = inner % job.tokens;
        let picture = inner / (job.branches * job.tokens);
        let patches = job.block / job.branches;
        h = embedded[((origin ^ FRESH) * patches + picture * job.tokens + token) * QUADS + i] + vectors[job.positions + token * QUADS + i];
      } else {
        h = pages[(origin * job.block + inner) * QUADS + i];
      }
      for (var term = 0u; term < length; term++) {
        let at = terms + 4 * term;
        let last = pages[(lists[at] * job.block + inner) * QUADS + i];
        var y = last;
        let ahead = bitcast<f32>(lists[at + 2]);
        if (ahead != 0) {
          y += ahead * (last - pages[(lists[at + 1] * job.block + inner) * QUADS + i]);
        }
        h += vectors[lists[at + 3] * QUADS + i] * y;
      }
      if (into != NONE) {
        pages[(into * job.block + inner) * QUADS + i] = h;
      }
      kept[held + i] = h;
      sum += dot(h, vec4f(1));
    }
  }
  let norm = normOf(stand, isOn, sum);
  if (isOn) {
    for (var i = own; i < QUADS; i += SHARE) {
      var y = (kept[held + i] - norm.x) * norm.y;
      if (job.modulation != NONE) {
        y = y * vectors[job.modulation * QUADS + i] + vectors[(job.modulation + 1) * QUADS + i];
      }
      normed[row * QUADS + i] = y;
    }
  }
}
