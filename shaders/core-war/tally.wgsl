// Adds what a battle came to to its candidate's sums. Comes after job.wgsl.

/// NEXT and FINISHED, then TALLY_WORDS a candidate.
@group(0) @binding(10) var<storage, read_write> tallies: array<atomic<u32>>;
/// A word for each warrior of each battle: see `job.keepsLives`.
@group(0) @binding(11) var<storage, read_write> lives: array<u32>;

// Used in rota.wgsl: the next battle that nobody has begun, and how many are over.
const NEXT: u32 = 0;
const FINISHED: u32 = 1;
const TALLIES_AT: u32 = 2;

// Sums over a candidate's battles, of the first warrior but for TALLY_EXECUTED; the pairs are low and high words.
const TALLY_WORDS: u32 = 8;
const TALLY_WINS: u32 = 0;
const TALLY_TIES: u32 = 1;
const TALLY_EXECUTED: u32 = 2;
const TALLY_SPAWNED: u32 = 4;
const TALLY_COVERED: u32 = 6;

fn add(pair: u32, value: u32) {
  let before = atomicAdd(&tallies[pair], value);
  if (before + value < before) {
    atomicAdd(&tallies[pair + 1], 1);
  }
}

/// Adds what a finished battle came to.
fn count(place: u32, battle: u32) {
  let state = stateOf(place);
  let own = state + BATTLE_WORDS;
  let tally = TALLIES_AT + (battle / job.each) * TALLY_WORDS;
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
