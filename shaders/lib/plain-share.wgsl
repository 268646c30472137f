// What the threads of a row find, put together through the workgroup's memory: the base line, for every device. SHARE threads beside each
// other share a row, and a workgroup has ROWS of them. Its twin is subgroup-share.wgsl.

const ROWS: u32 = 8;
const SHARE: u32 = 8;
const THREADS: u32 = ROWS * SHARE;
var<workgroup> parts: array<f32, THREADS>;

/// Where a thread stands: at row / SHARE, as number % SHARE of those that share it.
fn standing(thread: u32) -> u32 {
  return thread;
}

/// The sum of what the threads of a row hold, in their order. All threads of the workgroup ask together, as for `sharedMost`.
fn sharedSum(place: u32, part: f32) -> f32 {
  parts[place] = part;
  workgroupBarrier();
  let first = place / SHARE * SHARE;
  var sum = 0.0;
  for (var i = 0u; i < SHARE; i++) {
    sum += parts[first + i];
  }
  workgroupBarrier();
  return sum;
}

/// The largest of what they hold.
fn sharedMost(place: u32, part: f32) -> f32 {
  parts[place] = part;
  workgroupBarrier();
  let first = place / SHARE * SHARE;
  var most = part;
  for (var i = 0u; i < SHARE; i++) {
    most = max(most, parts[first + i]);
  }
  workgroupBarrier();
  return most;
}
