// After a slice: those that go on are gathered for the next one, and what the others came to is added to their candidate's
// sums. Nothing of it passes through the host, so several slices can follow one another. Comes after job.wgsl.

@group(0) @binding(0) var<storage, read> states: array<u32>;
@group(0) @binding(1) var<storage, read> going: array<u32>;
@group(0) @binding(2) var<storage, read> roll: Roll;
@group(0) @binding(3) var<storage, read_write> nextGoing: array<u32>;
/// As `Roll`; zero at first.
@group(0) @binding(4) var<storage, read_write> nextRoll: array<atomic<u32>, 4>;
/// TALLY_WORDS a candidate.
@group(0) @binding(5) var<storage, read_write> tallies: array<atomic<u32>>;
/// A word for each warrior of each battle: see `job.keepsLives`.
@group(0) @binding(6) var<storage, read_write> lives: array<u32>;

// Sums over a candidate's battles, of the first warrior but for TALLY_EXECUTED; the pairs are low and high words.
const TALLY_WORDS: u32 = 8;
const TALLY_WINS: u32 = 0;
const TALLY_TIES: u32 = 1;
const TALLY_EXECUTED: u32 = 2;
const TALLY_SPAWNED: u32 = 4;
const TALLY_COVERED: u32 = 6;

const WORKGROUP: u32 = 64;
var<workgroup> living: atomic<u32>;
var<workgroup> begin: u32;

fn add(pair: u32, value: u32) {
  let before = atomicAdd(&tallies[pair], value);
  if (before + value < before) {
    atomicAdd(&tallies[pair + 1], 1);
  }
}

fn count(place: u32) {
  let battle = job.first + place;
  let state = stateOf(place);
  let own = state + BATTLE_WORDS;
  let tally = (battle / job.each) * TALLY_WORDS;
  if (states[own + WARRIOR_DIED_AT] == 0) {
    // In a melee nobody asks who won.
    let isTie = job.warriors < 2 || states[own + WARRIOR_WORDS + WARRIOR_DIED_AT] == 0;
    atomicAdd(&tallies[tally + select(TALLY_WINS, TALLY_TIES, isTie)], 1);
  }
  add(tally + TALLY_EXECUTED, states[state + BATTLE_EXECUTED]);
  add(tally + TALLY_SPAWNED, states[own + WARRIOR_SPAWNED]);
  add(tally + TALLY_COVERED, states[own + WARRIOR_COVERED]);
  if (job.keepsLives == 1) {
    for (var w = 0u; w < job.warriors; w++) {
      lives[battle * job.warriors + w] = states[own + w * WARRIOR_WORDS + WARRIOR_DIED_AT];
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn gather(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  var place = 0u;
  var goesOn = false;
  if (id.x < roll.count) {
    place = going[id.x];
    goesOn = states[stateOf(place) + BATTLE_REMAINING] > 0;
    if (!goesOn) {
      count(place);
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
