// A linear layer: goal = f(source W + bias). Rows come in blocks of `block` rows; lists say which block of the source is read and which of
// the goal is written, so that rows that have nothing to do cost nothing. Comes after the weights (floats or halves), before product.wgsl.

struct Dense {
  /// Rows from..to are worked out; the dispatch has workgroups for these.
  begin: u32,
  end: u32,
  /// Inputs and outputs of a row, in fours.
  words: u32,
  quads: u32,
  /// Where in `weights` the matrix begins, in fours of words; and the bias.
  matrix: u32,
  bias: u32,
  block: u32,
  /// Where in `lists` the blocks of source and goal are told, or NONE: they are there in order.
  sources: u32,
  goals: u32,
  /// PLAIN, GELU or RELU.
  activation: u32,
}
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> goal: array<vec4f>;
@group(0) @binding(3) var<storage, read> lists: array<u32>;
@group(1) @binding(0) var<uniform> job: Dense;

const NONE: u32 = 0xffffffff;
const GELU: u32 = 1;
const RELU: u32 = 2;

fn placed(list: u32, row: u32) -> u32 {
  if (list == NONE) {
    return row;
  }
  return lists[list + row / job.block] * job.block + row % job.block;
}

/// Where a row of the source begins. Of rows beyond the last there is none, so they read the last.
fn begun(row: u32) -> u32 {
  return placed(job.sources, min(row, job.end - 1)) * job.words;
}

fn give(row: u32, quad: u32, sum: vec4f) {
  if (row < job.end && quad < job.quads) {
    var y = sum + numbers(job.bias + quad);
    if (job.activation == GELU) {
      // Beyond 10 the tangent is 1 to the last bit, and some cards' tanh overflows.
      y = 0.5 * y * (1 + tanh(clamp(0.7978845608028654 * (y + 0.044715 * y * y * y), vec4f(-10), vec4f(10))));
    } else if (job.activation == RELU) {
      y = max(y, vec4f());
    }
    goal[placed(job.goals, row) * job.quads + quad] = y;
  }
}
