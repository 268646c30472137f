// The answer of each row: the first of its largest numbers, a byte each.

struct Pick {
  /// Words from..to are written, four answers each.
  begin: u32,
  end: u32,
  /// Numbers that are compared, and how far a row is from the next.
  outputs: u32,
  stride: u32,
  /// Rows there are.
  rows: u32,
}
@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var<storage, read_write> answers: array<u32>;
@group(1) @binding(0) var<uniform> job: Pick;

const THREADS: u32 = 64;
const FOUR: u32 = 4;

@compute @workgroup_size(THREADS)
fn pick(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) own: u32) {
  let at = job.begin + group.y * THREADS + own;
  if (at >= job.end) {
    return;
  }
  var word = 0u;
  for (var i = 0u; i < FOUR; i++) {
    let place = min(FOUR * at + i, job.rows - 1) * job.stride;
    var best = 0u;
    var most = numbers[place];
    let outputs = job.outputs;
    for (var output = 1u; output < outputs; output++) {
      let number = numbers[place + output];
      if (number > most) {
        most = number;
        best = output;
      }
    }
    word |= best << (8 * i);
  }
  answers[at] = word;
}
