// The product of many rows with one matrix. Comes after the weights (floats or halves) and a file that says where rows begin and what is done with
// the sums: dense.wgsl, or an arena's own. Every sum is one thread's, in the order of its inputs: no result depends on what other rows there are.

/// A workgroup works out LINES * 8 rows by COLUMNS * 8 outputs, a thread 8 rows of two quads. COLUMNS that divide all numbers of outputs by
/// 8 leave no thread idle.
const LINES: u32 = 8;
override COLUMNS: u32 = 8;

@compute @workgroup_size(COLUMNS, LINES)
fn product(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  // Neighbours take neighbouring quads, so the second is not beside the first.
  let quad = group.x * 2 * COLUMNS + thread.x;
  let other = quad + COLUMNS;
  let row = job.begin + (group.y * LINES + thread.y) * 8;
  if (quad >= job.quads || row >= job.end) {
    return;
  }
  let r0 = begun(row);
  let r1 = begun(row + 1);
  let r2 = begun(row + 2);
  let r3 = begun(row + 3);
  let r4 = begun(row + 4);
  let r5 = begun(row + 5);
  let r6 = begun(row + 6);
  let r7 = begun(row + 7);
  var c0 = vec4f();
  var d0 = vec4f();
  var c1 = vec4f();
  var d1 = vec4f();
  var c2 = vec4f();
  var d2 = vec4f();
  var c3 = vec4f();
  var d3 = vec4f();
  var c4 = vec4f();
  var d4 = vec4f();
  var c5 = vec4f();
  var d5 = vec4f();
  var c6 = vec4f();
  var d6 = vec4f();
  var c7 = vec4f();
  var d7 = vec4f();
  let words = job.words;
  for (var word = 0u; word < words; word++) {
    // Four inputs of eight rows, and what they weigh in eight outputs.
    let m = four(word, quad);
    let n = four(word, other);
    let x0 = source[r0 + word];
    c0 += m * x0;
    d0 += n * x0;
    let x1 = source[r1 + word];
    c1 += m * x1;
    d1 += n * x1;
    let x2 = source[r2 + word];
    c2 += m * x2;
    d2 += n * x2;
    let x3 = source[r3 + word];
    c3 += m * x3;
    d3 += n * x3;
    let x4 = source[r4 + word];
    c4 += m * x4;
    d4 += n * x4;
    let x5 = source[r5 + word];
    c5 += m * x5;
    d5 += n * x5;
    let x6 = source[r6 + word];
    c6 += m * x6;
    d6 += n * x6;
    let x7 = source[r7 + word];
    c7 += m * x7;
    d7 += n * x7;
  }
  give(row, quad, c0);
  give(row, other, d0);
  give(row + 1, quad, c1);
  give(row + 1, other, d1);
  give(row + 2, quad, c2);
  give(row + 2, other, d2);
  give(row + 3, quad, c3);
  give(row + 3, other, d3);
  give(row + 4, quad, c4);
  give(row + 4, other, d4);
  give(row + 5, quad, c5);
  give(row + 5, other, d5);
  give(row + 6, quad, c6);
  give(row + 6, other, d6);
  give(row + 7, quad, c7);
  give(row + 7, other, d7);
}
