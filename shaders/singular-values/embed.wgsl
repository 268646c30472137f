// What goes into the first layer, the same for all members: embedding of the token + position of the place.

struct Embed {
  /// Rows (example, place) from..to are worked out.
  begin: u32,
  end: u32,
  /// Numbers of a row, in fours.
  quads: u32,
  places: u32,
  /// Where in `weights` embeddings and positions begin.
  embedding: u32,
  position: u32,
}
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read_write> xs: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Embed;

const ROWS: u32 = 8;
const SHARE: u32 = 8;

@compute @workgroup_size(64)
fn embed(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = job.begin + group.y * ROWS + thread / SHARE;
  if (row >= job.end) {
    return;
  }
  let token = job.embedding + tokens[row] * job.quads;
  let place = job.position + row % job.places * job.quads;
  let length = job.quads;
  for (var i = thread % SHARE; i < length; i += SHARE) {
    xs[row * job.quads + i] = weights[token + i] + weights[place + i];
  }
}
