enable subgroups;

// What the threads of a row find, put together within their subgroup instead of through memory and barriers. The twin of
// plain-share.wgsl. Sums are added in pairs, the same on all threads; the largest is the same to the last bit.

const ROWS: u32 = 8;
/// At most as many as the smallest subgroup of the device has threads: 4 or 8.
override SHARE: u32 = 4;
override THREADS: u32 = ROWS * SHARE;
var<workgroup> taken: atomic<u32>;

/// WGSL does not say which threads of a workgroup are a subgroup. So each subgroup takes the next places for its own.
fn standing(thread: u32) -> u32 {
  // SwiftShader runs one subgroup after another up to the first barrier, and clears the workgroup's memory for each of them.
  workgroupBarrier();
  let before = subgroupExclusiveAdd(1u);
  let all = subgroupAdd(1u);
  var first = 0u;
  if (before == 0) {
    first = atomicAdd(&taken, all);
  }
  return subgroupBroadcastFirst(first) + before;
}

fn sharedSum(place: u32, part: f32) -> f32 {
  var sum = part;
  for (var apart = 1u; apart < SHARE; apart *= 2) {
    sum += subgroupShuffleXor(sum, apart);
  }
  return sum;
}

fn sharedMost(place: u32, part: f32) -> f32 {
  var most = part;
  for (var apart = 1u; apart < SHARE; apart *= 2) {
    most = max(most, subgroupShuffleXor(most, apart));
  }
  return most;
}
