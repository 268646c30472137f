// Sets battles up: core cleared by the host, warriors written in list order, first processes queued.
// Bindings 0-2 and the layout of states are those of mars.wgsl.

override CORE: u32 = 8000;
override WARRIORS: u32 = 2;
override PROCESSES: u32 = 8000;
override CYCLES: u32 = 80000;

@group(0) @binding(0) var<storage, read_write> cells: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
@group(0) @binding(2) var<storage, read_write> states: array<u32>;
/// Lines of all different programs, one after another, as cells.
@group(0) @binding(3) var<storage, read> programs: array<vec2u>;
/// Per battle: who begins; then per warrior: first line in `programs`, number of lines, start, address.
@group(0) @binding(4) var<storage, read> setups: array<u32>;
@group(0) @binding(5) var<uniform> count: u32;

const BATTLE_WORDS: u32 = 4;
const WARRIOR_WORDS: u32 = 8;

@compute @workgroup_size(64)
fn load(@builtin(global_invocation_id) id: vec3u) {
  let battle = id.x;
  if (battle >= count) {
    return;
  }
  let setup = battle * (1 + 4 * WARRIORS);
  let state = battle * (BATTLE_WORDS + WARRIORS * WARRIOR_WORDS);
  let first = setups[setup];
  states[state] = WARRIORS * CYCLES;
  states[state + 1] = 0;
  states[state + 2] = WARRIORS;
  states[state + 3] = 0;
  for (var w = 0u; w < WARRIORS; w++) {
    let own = setup + 1 + 4 * w;
    let program = setups[own];
    let length = setups[own + 1];
    let position = setups[own + 3];
    for (var line = 0u; line < length; line++) {
      cells[battle * CORE + (position + line) % CORE] = programs[program + line];
    }
    queues[(battle * WARRIORS + w) * PROCESSES] = (position + setups[own + 2]) % CORE;
    let words = state + BATTLE_WORDS + w * WARRIOR_WORDS;
    states[words] = (first + w) % WARRIORS;
    states[words + 1] = 0;
    states[words + 2] = 1;
    states[words + 3] = 0;
    states[words + 4] = 0;
    states[words + 5] = 0;
    states[words + 6] = 0;
  }
}
