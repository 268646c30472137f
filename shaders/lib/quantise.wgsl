// Rows of numbers to whole numbers -127..127 with a scale each, the largest absolute number / 127: what whole.wgsl reads. Rounded to the
// nearest, halves away from nothing. Comes after a way to share a row (plain-share or subgroup-share).

struct Quantise {
  /// Rows from..to are worked out.
  begin: u32,
  end: u32,
  /// Numbers of a row in fours, and words that are written of it: what is beyond the numbers is 0.
  quads: u32,
  words: u32,
}
@group(0) @binding(0) var<storage, read> numbers: array<vec4f>;
/// Of each row its scale, then its words.
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;
@group(1) @binding(0) var<uniform> job: Quantise;

const MOST: f32 = 127;

@compute @workgroup_size(THREADS)
fn quantise(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let stand = standing(thread);
  let row = job.begin + group.y * ROWS + stand / SHARE;
  let own = stand % SHARE;
  let isOn = row < job.end;
  let place = min(row, job.end - 1) * job.quads;
  let length = job.quads;
  var largest = vec4f();
  for (var i = own; i < length; i += SHARE) {
    largest = max(largest, abs(numbers[place + i]));
  }
  let most = sharedMost(stand, max(max(largest.x, largest.y), max(largest.z, largest.w)));
  if (!isOn) {
    return;
  }
  let into = row * (job.words + 1);
  let inverse = select(0.0, MOST / most, most > 0);
  if (own == 0) {
    packed[into] = bitcast<u32>(most / MOST);
  }
  let words = job.words;
  for (var i = own; i < words; i += SHARE) {
    var word = 0u;
    if (i < job.quads) {
      let x = numbers[place + i] * inverse;
      let bytes = vec4u(vec4i(sign(x) * floor(abs(x) + 0.5))) & vec4u(0xff);
      word = bytes.x | (bytes.y << 8) | (bytes.z << 16) | (bytes.w << 24);
    }
    packed[into + 1 + i] = word;
  }
}
