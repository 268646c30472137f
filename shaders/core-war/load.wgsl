// Sets battles up: core cleared by the host, warriors written in list order, first processes queued. Every candidate fights
// the same battles, so these come once, and the candidate takes its place in them. Comes after job.wgsl.

/// Words of a cell.
override CELL_WORDS: u32 = 2;

@group(0) @binding(0) var<storage, read_write> cells: array<u32>;
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
@group(0) @binding(2) var<storage, read_write> states: array<u32>;
@group(0) @binding(3) var<storage, read_write> going: array<u32>;
/// Lines of all different programs, one after another, as cells.
@group(0) @binding(4) var<storage, read> lines: array<u32>;
/// Which program a candidate is.
@group(0) @binding(5) var<storage, read> candidates: array<u32>;
/// First line, number of lines and start of each program.
@group(0) @binding(6) var<storage, read> programs: array<u32>;
/// Per battle of a candidate: who begins; then per warrior: which program (CANDIDATE: the candidate) and its address.
@group(0) @binding(7) var<storage, read> setups: array<u32>;

const CANDIDATE: u32 = 0xffffffff;

@compute @workgroup_size(64)
fn load(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  if (place >= job.count) {
    return;
  }
  let battle = job.first + place;
  let setup = (battle % job.each) * (1 + 2 * job.warriors);
  let candidate = candidates[battle / job.each];
  let state = stateOf(place);
  let beginner = setups[setup];
  going[place] = place;
  states[state + BATTLE_REMAINING] = job.warriors * job.maxCycles;
  states[state + BATTLE_TURN] = 0;
  states[state + BATTLE_ALIVE] = job.warriors;
  states[state + BATTLE_EXECUTED] = 0;
  states[state + BATTLE_LAP] = 0;
  for (var w = 0u; w < job.warriors; w++) {
    let named = setups[setup + 1 + 2 * w];
    let position = setups[setup + 2 + 2 * w];
    let program = 3 * select(named, candidate, named == CANDIDATE);
    let first = programs[program];
    let length = programs[program + 1];
    for (var line = 0u; line < length; line++) {
      let cell = place * job.coreSize + (position + line) % job.coreSize;
      for (var part = 0u; part < CELL_WORDS; part++) {
        cells[cell * CELL_WORDS + part] = lines[(first + line) * CELL_WORDS + part];
      }
    }
    queues[(place * job.warriors + w) * job.maxProcesses] = (position + programs[program + 2]) % job.coreSize;
    let words = state + BATTLE_WORDS + w * WARRIOR_WORDS;
    states[words + WARRIOR_ORDER] = (beginner + w) % job.warriors;
    states[words + WARRIOR_HEAD] = 0;
    states[words + WARRIOR_LENGTH] = 1;
    states[words + WARRIOR_DIED_AT] = 0;
    states[words + WARRIOR_SPAWNED] = 0;
    states[words + WARRIOR_COVERED] = 0;
  }
}
