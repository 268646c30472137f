// Sets battles up: core cleared by the host, warriors written in list order, first processes queued.
// `Job`, bindings 0-2 and the layout of states are those of mars.wgsl.

struct Job {
  count: u32,
  steps: u32,
  coreSize: u32,
  warriors: u32,
  maxProcesses: u32,
  maxCycles: u32,
  readLimit: u32,
  writeLimit: u32,
  pspaceSize: u32,
  goesOnAlone: u32,
}

@group(0) @binding(0) var<storage, read_write> cells: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
@group(0) @binding(2) var<storage, read_write> states: array<u32>;
/// Lines of all different programs, one after another, as cells.
@group(0) @binding(3) var<storage, read> programs: array<vec2u>;
/// Per battle: who begins; then per warrior: first line in `programs`, number of lines, start, address.
@group(0) @binding(4) var<storage, read> setups: array<u32>;
@group(0) @binding(5) var<uniform> job: Job;

const BATTLE_WORDS: u32 = 5;
const WARRIOR_WORDS: u32 = 6;

@compute @workgroup_size(64)
fn load(@builtin(global_invocation_id) id: vec3u) {
  let battle = id.x;
  if (battle >= job.count) {
    return;
  }
  let setup = battle * (1 + 4 * job.warriors);
  let state = battle * (BATTLE_WORDS + job.warriors * WARRIOR_WORDS);
  let first = setups[setup];
  states[state] = job.warriors * job.maxCycles;
  states[state + 1] = 0;
  states[state + 2] = job.warriors;
  states[state + 3] = 0;
  states[state + 4] = 0;
  for (var w = 0u; w < job.warriors; w++) {
    let own = setup + 1 + 4 * w;
    let program = setups[own];
    let length = setups[own + 1];
    let position = setups[own + 3];
    for (var line = 0u; line < length; line++) {
      cells[battle * job.coreSize + (position + line) % job.coreSize] = programs[program + line];
    }
    queues[(battle * job.warriors + w) * job.maxProcesses] = (position + setups[own + 2]) % job.coreSize;
    let words = state + BATTLE_WORDS + w * WARRIOR_WORDS;
    states[words] = (first + w) % job.warriors;
    states[words + 1] = 0;
    states[words + 2] = 1;
    states[words + 3] = 0;
    states[words + 4] = 0;
    states[words + 5] = 0;
  }
}
