// Layer norm of rows that SHARE threads each put into `kept`. Comes after a way to share (plain-share or subgroup-share), before what reads
// and writes the rows, which says EPSILON.

/// The width in fours.
override QUADS: u32 = 32;
override KEPT: u32 = ROWS * QUADS;
/// Of a row each thread writes and reads its own numbers alone: every SHARE-th.
var<workgroup> kept: array<vec4f, KEPT>;

/// Mean, and what to multiply the rest with. `sum` is of the thread's own numbers; all threads of the workgroup ask together.
fn normOf(place: u32, isOn: bool, sum: f32) -> vec2f {
  let mean = sharedSum(place, sum) / f32(4 * QUADS);
  var squares = 0.0;
  if (isOn) {
    let held = place / SHARE * QUADS;
    for (var i = place % SHARE; i < QUADS; i += SHARE) {
      let centred = kept[held + i] - mean;
      squares += dot(centred, centred);
    }
  }
  return vec2f(mean, inverseSqrt(sharedSum(place, squares) / f32(4 * QUADS) + EPSILON));
}
