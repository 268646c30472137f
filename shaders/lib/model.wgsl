// What every file of the transformer begins with: the sizes of the model, where its weights are, and what a workgroup holds.
//
// A workgroup takes four tokens ("lanes") through the whole model, one dispatch many steps: four texts at one place each
// while they are written, four places of one text while its prompt is read. A vec4f has a number of each lane, so that a weight is
// loaded once for all four, and rows of different workgroups never wait for each other.

override VOCABULARY: u32 = 173;
override CONTEXT: u32 = 56;
override WIDTH: u32 = 64;
override LAYERS: u32 = 3;
/// LANES * HEADS divides THREADS.
override HEADS: u32 = 4;
override HIDDEN: u32 = 256;
/// The token that ends a text.
override END: u32 = 0;

const THREADS: u32 = 256;
const LANES: u32 = 4;
/// A token that is still to be drawn.
const UNKNOWN: u32 = 0xffffffff;
/// Less than any score.
const NEVER: f32 = -1e30;

struct Job {
  /// Texts of the batch.
  rows: u32,
  /// Tokens that each lane may take in this dispatch.
  steps: u32,
  /// Places of `chances` that each text has.
  draws: u32,
  /// 1: prompts are read, from place `begin` on.
  prompts: u32,
  begin: u32,
}
@group(1) @binding(0) var<uniform> job: Job;

/// A matrix lies four inputs to a word (signed bytes), the outputs side by side, then a scale for each output; after it a layer's
/// biases. See `gpu/pack.ts`.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
/// CONTEXT a text.
@group(0) @binding(1) var<storage, read_write> tokens: array<u32>;
/// By text and layer: keys, a row of places for each number; then values, a row of numbers for each place.
@group(0) @binding(2) var<storage, read_write> past: array<f32>;
/// By text and draw, a number for each token: its noise, or NEVER where the language does not allow it.
@group(0) @binding(3) var<storage, read> chances: array<f32>;

struct Text {
  /// Place of the first token to be drawn.
  first: u32,
  /// One more than the place of the last.
  end: u32,
  /// What logits are multiplied with.
  sharpness: f32,
}
@group(0) @binding(4) var<storage, read> texts: array<Text>;
/// Of each text, the place of the next token to be read; UNKNOWN when it has come to its end.
@group(0) @binding(5) var<storage, read_write> places: array<u32>;
/// By text and head, a number for each place.
@group(0) @binding(6) var<storage, read_write> scores: array<f32>;
/// Laid out as `chances`: the logits, where TELLS; they are looked at by tests alone.
@group(0) @binding(7) var<storage, read_write> told: array<f32>;
override TELLS: bool = false;

// What describes the lanes' tokens, a vector of lanes for each number.
const X: u32 = 0;
/// The same normed; then what attention saw.
override NORMED: u32 = WIDTH;
/// Query, key and value.
override LOOKED: u32 = 2 * WIDTH;
override INNER: u32 = 5 * WIDTH;
override LANE_VECTORS: u32 = 5 * WIDTH + HIDDEN;
var<workgroup> lanes: array<vec4f, LANE_VECTORS>;
/// Parts of sums: LANES a thread; then what attention saw, by lane.
override SEEN: u32 = LANES * THREADS;
override PARTS: u32 = LANES * THREADS + LANES * WIDTH;
var<workgroup> parts: array<f32, PARTS>;

/// The text and the place of each lane's token; `isOn` where there is one.
var<workgroup> rowOf: array<u32, 4>;
var<workgroup> placeOf: array<u32, 4>;
var<workgroup> isOn: array<u32, 4>;
var<workgroup> living: u32;

// Where in `weights` what begins.
override EMBEDDING_WORDS: u32 = VOCABULARY * (WIDTH / 4 + 1);
override LAYERS_AT: u32 = EMBEDDING_WORDS + CONTEXT * (WIDTH / 4 + 1);
override NORM_WORDS: u32 = 2 * WIDTH;
override LOOKS_AT: u32 = NORM_WORDS;
override OUTPUT_AT: u32 = LOOKS_AT + 3 * WIDTH * (WIDTH / 4 + 2);
override NORM2_AT: u32 = OUTPUT_AT + WIDTH * (WIDTH / 4 + 2);
override UP_AT: u32 = NORM2_AT + NORM_WORDS;
override DOWN_AT: u32 = UP_AT + HIDDEN * (WIDTH / 4 + 2);
override LAYER_WORDS: u32 = DOWN_AT + WIDTH * (HIDDEN / 4 + 2);
override LAST_NORM_AT: u32 = LAYERS_AT + LAYERS * LAYER_WORDS;

/// Four signed bytes of a word.
fn bytesOf(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24, 16, 8, 0)) >> vec4u(24));
}

fn floatAt(place: u32) -> f32 {
  return bitcast<f32>(weights[place]);
}
