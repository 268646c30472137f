// Task queues and coverage in storage. Comes before mars.wgsl.

// `maxProcesses` slots a warrior, `warriors` rings a battle.
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
// One bit a cell: was it ever queued. Each warrior's begins on a whole word.
@group(0) @binding(3) var<storage, read_write> seen: array<u32>;

fn processAt(place: u32, warrior: u32, slot: u32) -> u32 {
  return queues[(place * job.warriors + warrior) * job.maxProcesses + slot];
}

fn putProcess(place: u32, warrior: u32, slot: u32, address: u32) {
  queues[(place * job.warriors + warrior) * job.maxProcesses + slot] = address;
}

/// True when the warrior had not queued the address before.
fn cover(place: u32, warrior: u32, address: u32) -> bool {
  let word = (place * job.warriors + warrior) * ((job.coreSize + 31) / 32) + address / 32;
  let mark = 1u << (address % 32);
  let before = seen[word];
  if ((before & mark) == 0) {
    seen[word] = before | mark;
    return true;
  }
  return false;
}

fn clearCover(place: u32) {
  let words = job.warriors * ((job.coreSize + 31) / 32);
  for (var word = 0u; word < words; word++) {
    seen[place * words + word] = 0;
  }
}
