// One step of the sampler, for the pictures of some members: the network's two branches are guided, the guess at the picture is clamped,
// the noise follows from it (DDIM in angles: x = cos(a) picture + sin(a) noise).

struct Advance {
  /// Fours of all entries together from..to are worked out.
  begin: u32,
  end: u32,
  /// Fours of an entry's pictures, and of one.
  block: u32,
  picture: u32,
  branches: u32,
  /// Where in `lists` the entries begin: the page of x now, and of x after.
  entries: u32,
  /// Whether the network gives noise.
  noise: u32,
  guidance: f32,
  /// Of the angle now and of the next.
  cosine: f32,
  sine: f32,
  nextCosine: f32,
  nextSine: f32,
}
@group(0) @binding(0) var<storage, read> lists: array<u32>;
/// What the network gave, by entry, picture and branch.
@group(0) @binding(1) var<storage, read> given: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> xs: array<vec4f>;
/// Least and greatest number of each channel, by its place in a patch: PATCH fours that repeat.
@group(0) @binding(3) var<storage, read> bounds: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Advance;

/// Three channels repeat after three fours.
const REPEAT: u32 = 3;

const THREADS: u32 = 64;

@compute @workgroup_size(THREADS)
fn advance(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) own: u32) {
  let at = job.begin + group.y * THREADS + own;
  if (at >= job.end) {
    return;
  }
  let entry = job.entries + 2 * (at / job.block);
  let inner = at % job.block;
  let origin = at / job.picture * job.branches * job.picture + at % job.picture;
  var y = given[origin];
  if (job.branches == 2) {
    let free = given[origin + job.picture];
    y = free + job.guidance * (y - free);
  }
  let x = xs[lists[entry] * job.block + inner];
  if (job.noise == 1) {
    y = (x - job.sine * y) / job.cosine;
  }
  let channel = inner % REPEAT;
  y = clamp(y, bounds[channel], bounds[REPEAT + channel]);
  let noise = (x - job.cosine * y) / job.sine;
  xs[lists[entry + 1] * job.block + inner] = job.nextCosine * y + job.nextSine * noise;
}
