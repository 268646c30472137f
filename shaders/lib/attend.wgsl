// Attention over few places: softmax(q k / sqrt(size)) v, a thread for each query and head. Places are gone through once: sums are
// rescaled when a greater score comes, so nothing is kept of a place. Queries come in lanes that look at the same places.

struct Attend {
  /// Queries from..to are answered.
  begin: u32,
  end: u32,
  /// Queries of a lane, and places that each looks at.
  queries: u32,
  length: u32,
  /// Lane i looks at the places of set i % sets.
  sets: u32,
  heads: u32,
  /// Numbers of a head, in fours: 8 at most.
  size: u32,
  /// Of a query and of a place, in fours: how far one is from the next; and where keys and values begin.
  stride: u32,
  step: u32,
  keys: u32,
  values: u32,
  /// 0: queries look at all places. Else the first of a lane looks at so many, and each at one more than the one before.
  causal: u32,
}
@group(0) @binding(0) var<storage, read> asked: array<vec4f>;
@group(0) @binding(1) var<storage, read> known: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> seen: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Attend;

const THREADS: u32 = 64;
const MOST: u32 = 8;
const LOWEST: f32 = -1e30;

@compute @workgroup_size(THREADS)
fn attend(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) own: u32) {
  let thread = group.y * THREADS + own;
  let query = job.begin + thread / job.heads;
  let head = thread % job.heads;
  if (query >= job.end) {
    return;
  }
  let scale = inverseSqrt(4 * f32(job.size));
  var q: array<vec4f, MOST>;
  var sums: array<vec4f, MOST>;
  let words = min(job.size, MOST);
  let place = query * job.stride + head * words;
  for (var i = 0u; i < words; i++) {
    q[i] = asked[place + i] * scale;
  }
  let first = (query / job.queries) % job.sets * job.length * job.step + head * words;
  var length = job.length;
  if (job.causal != 0) {
    length = min(length, job.causal + query % job.queries);
  }
  var most = LOWEST;
  var total = 0.0;
  for (var at = 0u; at < length; at++) {
    let here = first + at * job.step;
    var score = 0.0;
    for (var i = 0u; i < words; i++) {
      score += dot(q[i], known[here + job.keys + i]);
    }
    let greatest = max(most, score);
    let before = exp(most - greatest);
    let weight = exp(score - greatest);
    total = total * before + weight;
    for (var i = 0u; i < words; i++) {
      sums[i] = sums[i] * before + weight * known[here + job.values + i];
    }
    most = greatest;
  }
  let into = (query * job.heads + head) * words;
  for (var i = 0u; i < words; i++) {
    seen[into + i] = sums[i] / total;
  }
}
