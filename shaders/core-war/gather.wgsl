// After a slice: those that go on are gathered for the next one, and what the others came to is added to their candidate's
// sums. Nothing of it passes through the host, so several slices can follow one another. Comes after tally.wgsl.

@group(0) @binding(5) var<storage, read> going: array<u32>;
@group(0) @binding(6) var<storage, read> roll: Roll;
@group(0) @binding(8) var<storage, read_write> nextGoing: array<u32>;
/// As `Roll`; zero at first.
@group(0) @binding(9) var<storage, read_write> nextRoll: array<atomic<u32>, 4>;

const WORKGROUP: u32 = 64;
var<workgroup> living: atomic<u32>;
var<workgroup> begin: u32;

@compute @workgroup_size(WORKGROUP)
fn gather(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  var place = 0u;
  var goesOn = false;
  if (id.x < roll.count) {
    place = going[id.x];
    goesOn = states[stateOf(place) + BATTLE_REMAINING] > 0;
    if (!goesOn) {
      count(place, job.first + place);
    }
  }
  var at = 0u;
  if (goesOn) {
    at = atomicAdd(&living, 1);
  }
  workgroupBarrier();
  if (local == 0) {
    let many = atomicLoad(&living);
    if (many > 0) {
      begin = atomicAdd(&nextRoll[0], many);
      atomicMax(&nextRoll[1], (begin + many + WORKGROUP - 1) / WORKGROUP);
      atomicStore(&nextRoll[2], 1);
      atomicStore(&nextRoll[3], 1);
    }
  }
  workgroupBarrier();
  if (goesOn) {
    nextGoing[begin + at] = place;
  }
}
