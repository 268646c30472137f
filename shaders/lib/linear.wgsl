// Linear layers and norms of the four lanes. Comes after model.wgsl.

const STORE: u32 = 0;
const RELU: u32 = 1;
const ADD: u32 = 2;

fn give(place: u32, value: vec4f, how: u32) {
  if (how == STORE) {
    lanes[place] = value;
  } else if (how == RELU) {
    lanes[place] = max(value, vec4f());
  } else {
    lanes[place] += value;
  }
}

/// The sum of an output over some of the inputs, four of them a word; to be multiplied with the output's scale.
fn sumOf(place: u32, outputs: u32, output: u32, begin: u32, words: u32, source: u32) -> vec4f {
  var sum = vec4f();
  for (var word = begin; word < words; word++) {
    let four = bytesOf(weights[place + word * outputs + output]);
    let x = source + 4 * word;
    sum += four.x * lanes[x] + four.y * lanes[x + 1] + four.z * lanes[x + 2] + four.w * lanes[x + 3];
  }
  return sum;
}

/// lanes[goal..] = W lanes[source..] + b. Where there are fewer outputs than threads, several share the inputs of one.
fn linear(place: u32, inputs: u32, outputs: u32, source: u32, goal: u32, how: u32, thread: u32) {
  let words = inputs / 4;
  let scales = place + words * outputs;
  let shares = max(1, THREADS / outputs);
  if (shares == 1) {
    for (var output = thread; output < outputs; output += THREADS) {
      let sum = sumOf(place, outputs, output, 0, words, source);
      give(goal + output, sum * floatAt(scales + output) + floatAt(scales + outputs + output), how);
    }
  } else {
    let output = thread % outputs;
    let share = thread / outputs;
    if (share < shares) {
      let sum = sumOf(place, outputs, output, share * words / shares, (share + 1) * words / shares, source);
      for (var lane = 0u; lane < LANES; lane++) {
        parts[LANES * thread + lane] = sum[lane];
      }
    }
    workgroupBarrier();
    if (share == 0) {
      var sum = vec4f();
      for (var part = 0u; part < shares; part++) {
        let at = LANES * (part * outputs + output);
        sum += vec4f(parts[at], parts[at + 1], parts[at + 2], parts[at + 3]);
      }
      give(goal + output, sum * floatAt(scales + output) + floatAt(scales + outputs + output), how);
    }
  }
  workgroupBarrier();
}

/// lanes[NORMED..] = norm(lanes[X..]); gains, then biases.
fn norm(place: u32, thread: u32) {
  for (var i = thread; i < WIDTH; i += THREADS) {
    var mean = vec4f();
    for (var j = 0u; j < WIDTH; j++) {
      mean += lanes[X + j];
    }
    mean /= f32(WIDTH);
    var variance = vec4f();
    for (var j = 0u; j < WIDTH; j++) {
      let centred = lanes[X + j] - mean;
      variance += centred * centred;
    }
    variance /= f32(WIDTH);
    let scaled = (lanes[X + i] - mean) * inverseSqrt(variance + 1e-5);
    lanes[NORMED + i] = scaled * floatAt(place + i) + floatAt(place + WIDTH + i);
  }
  workgroupBarrier();
}
