// Battles for small cores: threads that fight one after another, until none is left or the steps of the dispatch are used
// up. One loop, not one a battle: a thread whose battle is over begins the next while its neighbours fight on. What a thread
// is in the middle of lasts from dispatch to dispatch. Comes after mars.wgsl, setup.wgsl, tally.wgsl and lasting.wgsl or local.wgsl.

/// What battles left is kept, for tests: states, cells, queues of each.
override KEEPS: bool = false;
@group(0) @binding(13) var<storage, read_write> finals: array<u32>;

fn keep(place: u32, battle: u32) {
  let words = stateOf(1);
  let own = battle * (words + job.coreSize + job.warriors * job.maxProcesses);
  for (var word = 0u; word < words; word++) {
    finals[own + word] = states[stateOf(place) + word];
  }
  for (var cell = 0u; cell < job.coreSize; cell++) {
    let held = cellAt(place, cell);
    finals[own + words + cell] = (held.code << (2 * FIELD_BITS)) | held.fields;
  }
  let queues = own + words + job.coreSize;
  for (var w = 0u; w < job.warriors; w++) {
    for (var slot = 0u; slot < job.maxProcesses; slot++) {
      finals[queues + w * job.maxProcesses + slot] = processAt(place, w, slot);
    }
  }
}

@compute @workgroup_size(LANES)
fn rota(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  var battle: Battle;
  /// One more than the number of the battle; 0: there is none.
  var number = states[stateOf(place) + BATTLE_NUMBER];
  if (number > 0) {
    bringBack(place);
    battle = resume(place);
  }
  var more = 1u;
  for (var budget = job.steps; budget > 0 && more > 0; budget--) {
    if (number == 0) {
      // Looked at first, so that it never goes further beyond the end than there are threads.
      var next = atomicLoad(&tallies[NEXT]);
      if (next < job.count) {
        next = atomicAdd(&tallies[NEXT], 1);
      }
      if (next < job.count) {
        number = next + 1;
        clearCells(place);
        clearCover(place);
        setUp(place, next);
        battle = resume(place);
      } else {
        more = 0;
      }
    }
    if (number > 0) {
      step(&battle);
      if (battle.remaining == 0) {
        suspend(&battle);
        count(place, number - 1);
        if (KEEPS) {
          keep(place, number - 1);
        }
        atomicAdd(&tallies[FINISHED], 1);
        number = 0;
      }
    }
  }
  if (number > 0) {
    suspend(&battle);
    putAway(place);
  }
  states[stateOf(place) + BATTLE_NUMBER] = number;
}
