// The entry point: texts are read and written, several steps a dispatch, with nothing read back between them. Comes after
// attention.wgsl.

/// By lane: the greatest score as a word that is ordered as scores are, and the first token that has it.
var<workgroup> top: array<atomic<u32>, 4>;
var<workgroup> winner: array<atomic<u32>, 4>;

/// Chooses the lanes' tokens of this step.
fn choose(id: u32, turn: u32) {
  living = 0;
  for (var lane = 0u; lane < LANES; lane++) {
    var row = id;
    var place = job.begin + turn * LANES + lane;
    var on = false;
    if (job.prompts == 1) {
      // What is read without being asked: all but the last token before the first draw.
      on = place + 1 < texts[row].first;
    } else {
      row = id * LANES + lane;
      if (row < job.rows) {
        place = places[row];
        on = place != UNKNOWN && place + 1 < texts[row].end;
      }
    }
    rowOf[lane] = select(0, row, on);
    placeOf[lane] = select(0, place, on);
    isOn[lane] = u32(on);
    living += u32(on);
    atomicStore(&top[lane], 0);
    atomicStore(&winner[lane], UNKNOWN);
  }
}

/// lanes[X..] = embedding[token] + position[place]
fn embed(thread: u32) {
  for (var word = thread; word < QUADS; word += THREADS) {
    for (var i = 0u; i < LANES; i++) {
      lanes[X + 4 * word + i] = vec4f();
    }
    for (var lane = 0u; lane < LANES; lane++) {
      let place = placeOf[lane];
      var token = tokens[rowOf[lane] * CONTEXT + place];
      // A lane that is off takes any.
      token = select(0, token, isOn[lane] == 1);
      let meaning = bytesOf(weights[word * VOCABULARY + token]) * floatAt(QUADS * VOCABULARY + token);
      let position = bytesOf(weights[EMBEDDING_WORDS + word * CONTEXT + place]) * floatAt(EMBEDDING_WORDS + QUADS * CONTEXT + place);
      let sum = (meaning + position) * f32(isOn[lane]);
      for (var i = 0u; i < LANES; i++) {
        lanes[X + 4 * word + i][lane] = sum[i];
      }
    }
  }
  workgroupBarrier();
}
override QUADS: u32 = WIDTH / 4;

/// A word for each score, in the same order. No score is none.
fn ordered(score: f32) -> u32 {
  let word = bitcast<u32>(score);
  return select(word | 0x80000000u, ~word, (word >> 31) == 1);
}

/// Draws each lane's next token: the greatest logit times sharpness plus noise; of equals the first. What is known already stays.
fn draw(thread: u32) {
  var best = vec4f(2 * NEVER);
  var found = vec4u(UNKNOWN);
  for (var token = thread; token < VOCABULARY; token += THREADS) {
    let logits = sumOf(0, VOCABULARY, token, 0, QUADS, NORMED) * floatAt(QUADS * VOCABULARY + token);
    for (var lane = 0u; lane < LANES; lane++) {
      if (isOn[lane] == 1) {
        let text = texts[rowOf[lane]];
        let at = (rowOf[lane] * job.draws + placeOf[lane] + 1 - text.first) * VOCABULARY + token;
        if (TELLS) {
          told[at] = logits[lane];
        }
        let score = logits[lane] * text.sharpness + chances[at];
        if (score > best[lane]) {
          best[lane] = score;
          found[lane] = token;
        }
      }
    }
  }
  for (var lane = 0u; lane < LANES; lane++) {
    if (found[lane] != UNKNOWN) {
      atomicMax(&top[lane], ordered(best[lane]));
    }
  }
  workgroupBarrier();
  for (var lane = 0u; lane < LANES; lane++) {
    if (found[lane] != UNKNOWN && ordered(best[lane]) == atomicLoad(&top[lane])) {
      atomicMin(&winner[lane], found[lane]);
    }
  }
  workgroupBarrier();
  if (thread < LANES && isOn[thread] == 1) {
    let row = rowOf[thread];
    let next = placeOf[thread] + 1;
    if (tokens[row * CONTEXT + next] == UNKNOWN) {
      tokens[row * CONTEXT + next] = atomicLoad(&winner[thread]);
    }
    places[row] = select(next, UNKNOWN, tokens[row * CONTEXT + next] == END);
  }
  storageBarrier();
  workgroupBarrier();
}

@compute @workgroup_size(THREADS)
fn compose(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
  group = workgroup.x;
  for (var turn = 0u; turn < job.steps; turn++) {
    if (thread == 0) {
      choose(workgroup.x, turn);
    }
    if (workgroupUniformLoad(&living) == 0) {
      break;
    }
    embed(thread);
    for (var layer = 0u; layer < LAYERS; layer++) {
      let place = LAYERS_AT + layer * LAYER_WORDS;
      norm(place, thread);
      linear(place + LOOKS_AT, WIDTH, 3 * WIDTH, NORMED, LOOKED, STORE, thread);
      remember(layer, thread);
      // Nobody wants to know what the last layer makes of a prompt: its keys and values are all.
      if (job.prompts == 0 || layer + 1 < LAYERS) {
        attend(layer, thread);
        linear(place + OUTPUT_AT, WIDTH, WIDTH, NORMED, X, ADD, thread);
        norm(place + NORM2_AT, thread);
        linear(place + UP_AT, WIDTH, HIDDEN, NORMED, INNER, RELU, thread);
        linear(place + DOWN_AT, HIDDEN, WIDTH, INNER, X, ADD, thread);
      }
    }
    if (job.prompts == 0) {
      norm(LAST_NORM_AT, thread);
      draw(thread);
    }
  }
}
