// What every shader of this folder begins with: the rules of a batch of battles, and where its states keep what.

struct Job {
  /// Number of the battle in place 0; its neighbours follow.
  first: u32,
  /// Battles of one candidate: what they come to is summed.
  each: u32,
  /// Battles of the batch.
  count: u32,
  /// Instructions that each battle may execute in this dispatch.
  steps: u32,
  coreSize: u32,
  warriors: u32,
  maxProcesses: u32,
  maxCycles: u32,
  readLimit: u32,
  writeLimit: u32,
  pspaceSize: u32,
  /// 1: a sole survivor goes on (Digital Red Queen); 0: the round ends with it (pMARS).
  goesOnAlone: u32,
  /// 1: when each warrior of each battle died is kept too, because sums do not suffice for the score.
  keepsLives: u32,
  /// Where in `tables` what begins: see setup.wgsl.
  programsAt: u32,
  candidatesAt: u32,
  setupsAt: u32,
  linesAt: u32,
}
@group(1) @binding(0) var<uniform> job: Job;

/// See BATTLE_* and WARRIOR_*.
@group(0) @binding(2) var<storage, read_write> states: array<u32>;

const BATTLE_WORDS: u32 = 6;
/// Instructions that the battle may still take; 0 when it is over.
const BATTLE_REMAINING: u32 = 0;
const BATTLE_TURN: u32 = 1;
const BATTLE_ALIVE: u32 = 2;
const BATTLE_EXECUTED: u32 = 3;
/// Turns that each of the living has had, or one more: see `lap` in mars.wgsl.
const BATTLE_LAP: u32 = 4;
/// Used in rota.wgsl alone: one more than the number of the battle in this place, 0 when there is none.
const BATTLE_NUMBER: u32 = 5;

const WARRIOR_WORDS: u32 = 6;
/// The list of the living in the order of their turns, one entry in each warrior's words.
const WARRIOR_ORDER: u32 = 0;
const WARRIOR_HEAD: u32 = 1;
const WARRIOR_LENGTH: u32 = 2;
/// 0 while it lives.
const WARRIOR_DIED_AT: u32 = 3;
const WARRIOR_SPAWNED: u32 = 4;
const WARRIOR_COVERED: u32 = 5;

/// Where the words of the battle in a place begin.
fn stateOf(place: u32) -> u32 {
  return place * (BATTLE_WORDS + job.warriors * WARRIOR_WORDS);
}

/// Those that go on, as `dispatchWorkgroupsIndirect` wants it from the second word on.
struct Roll {
  count: u32,
  groups: u32,
  one: u32,
  andOne: u32,
}
