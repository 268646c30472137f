// Attention of the four lanes over all places of their texts up to their own. Comes after linear.wgsl.

/// Threads that share the places of one lane and head.
override SHARE: u32 = THREADS / (LANES * HEADS);
override SIZE: u32 = WIDTH / HEADS;

/// Where a text's keys of a layer begin; its values come CONTEXT * WIDTH after them.
fn pastOf(row: u32, layer: u32) -> u32 {
  return (row * LAYERS + layer) * 2 * CONTEXT * WIDTH;
}

/// Keys and values of the lanes' tokens to what their texts remember.
fn remember(layer: u32, thread: u32) {
  for (var i = thread; i < SEEN_NUMBERS; i += THREADS) {
    let lane = i / WIDTH;
    let number = i % WIDTH;
    if (isOn[lane] == 1) {
      let keys = pastOf(rowOf[lane], layer);
      past[keys + number * CONTEXT + placeOf[lane]] = lanes[LOOKED + WIDTH + number][lane];
      past[keys + (CONTEXT + placeOf[lane]) * WIDTH + number] = lanes[LOOKED + 2 * WIDTH + number][lane];
    }
  }
  storageBarrier();
  workgroupBarrier();
}
override SEEN_NUMBERS: u32 = LANES * WIDTH;

/// What each lane sees goes to lanes[NORMED..].
fn attend(layer: u32, thread: u32) {
  let pair = thread / SHARE;
  let lane = pair / HEADS;
  let head = pair % HEADS;
  let first = pair * SHARE;
  // Of a lane that is off, nothing.
  let length = (placeOf[lane] + 1) * isOn[lane];
  let keys = pastOf(rowOf[lane], layer) + head * SIZE * CONTEXT;
  // Four places of one text are at work at once while prompts are read: each lane has its own scores.
  let own = (scoresOf(lane) * HEADS + head) * CONTEXT;

  var most = NEVER;
  for (var place = thread - first; place < length; place += SHARE) {
    var fit = 0.0;
    for (var i = 0u; i < SIZE; i++) {
      fit += lanes[LOOKED + head * SIZE + i][lane] * past[keys + i * CONTEXT + place];
    }
    fit *= inverseSqrt(f32(SIZE));
    scores[own + place] = fit;
    most = max(most, fit);
  }
  parts[thread] = most;
  workgroupBarrier();
  for (var i = 0u; i < SHARE; i++) {
    most = max(most, parts[first + i]);
  }
  var sum = 0.0;
  for (var place = thread - first; place < length; place += SHARE) {
    let weight = exp(scores[own + place] - most);
    scores[own + place] = weight;
    sum += weight;
  }
  parts[THREADS + thread] = sum;
  storageBarrier();
  workgroupBarrier();

  for (var i = thread; i < SEEN_NUMBERS; i += THREADS) {
    let own = i / WIDTH;
    let number = i % WIDTH;
    parts[SEEN + i] = seen(layer, own, number);
  }
  workgroupBarrier();
  for (var i = thread; i < WIDTH; i += THREADS) {
    let at = SEEN + i;
    lanes[NORMED + i] = vec4f(parts[at], parts[at + WIDTH], parts[at + 2 * WIDTH], parts[at + 3 * WIDTH]);
  }
  workgroupBarrier();
}

/// One number of what a lane sees: the values' mean, weighted by the scores.
fn seen(layer: u32, lane: u32, number: u32) -> f32 {
  if (isOn[lane] == 0) {
    return 0;
  }
  let head = number / SIZE;
  let first = (lane * HEADS + head) * SHARE;
  var total = 0.0;
  for (var i = 0u; i < SHARE; i++) {
    total += parts[THREADS + first + i];
  }
  let values = pastOf(rowOf[lane], layer) + CONTEXT * WIDTH + number;
  let own = (scoresOf(lane) * HEADS + head) * CONTEXT;
  let length = placeOf[lane] + 1;
  var sum = 0.0;
  for (var place = 0u; place < length; place++) {
    sum += scores[own + place] * past[values + place * WIDTH];
  }
  return sum / total;
}

/// Scores are kept by workgroup and lane.
fn scoresOf(lane: u32) -> u32 {
  return group * LANES + lane;
}
var<private> group: u32;
