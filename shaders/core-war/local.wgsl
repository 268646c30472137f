// A whole battle of two in workgroup memory, for the smallest cores: cells as in narrow.wgsl, queues of a byte an address,
// coverage of a bit a cell. Neighbouring words belong to neighbouring lanes, so that they never wait for one memory bank.
// Comes before mars.wgsl, in the stead of narrow.wgsl and rings.wgsl. `place` is a thread of all; its lane has the memory.

/// The dictionary comes first; for the rest see setup.wgsl.
@group(0) @binding(7) var<storage, read> tables: array<u32>;
/// What the lanes had at the end of a dispatch.
@group(0) @binding(12) var<storage, read_write> saved: array<u32>;

const FIELD_BITS: u32 = 7;
/// Threads in a workgroup.
override LANES: u32 = 32;
/// Words of a lane: cells, then two queues of QUEUE_WORDS, then two times SEEN_WORDS.
override LANE_WORDS: u32 = 126;
override QUEUE_WORDS: u32 = 20;
override SEEN_WORDS: u32 = 3;
var<workgroup> memory: array<u32, LANE_WORDS * LANES>;

struct Cell {
  /// Equal exactly when the instructions are.
  code: u32,
  /// A's field in the lower FIELD_BITS, B's above.
  fields: u32,
}

fn at(place: u32, word: u32) -> u32 {
  return word * LANES + place % LANES;
}

fn cellAt(place: u32, address: u32) -> Cell {
  let cell = memory[at(place, address)];
  return Cell(cell >> (2 * FIELD_BITS), cell & ((1u << (2 * FIELD_BITS)) - 1));
}

fn controlOf(code: u32) -> u32 {
  return tables[code];
}

fn putFields(place: u32, address: u32, code: u32, fields: u32) {
  memory[at(place, address)] = (code << (2 * FIELD_BITS)) | fields;
}

fn put(place: u32, address: u32, code: u32, fields: u32, isAll: bool) {
  memory[at(place, address)] = (code << (2 * FIELD_BITS)) | fields;
}

/// Copies a line of a program.
fn write(place: u32, address: u32, line: u32) {
  memory[at(place, address)] = tables[job.linesAt + line];
}

fn processAt(place: u32, warrior: u32, slot: u32) -> u32 {
  return (memory[at(place, job.coreSize + warrior * QUEUE_WORDS + slot / 4)] >> (8 * (slot % 4))) & 0xff;
}

fn putProcess(place: u32, warrior: u32, slot: u32, address: u32) {
  let word = at(place, job.coreSize + warrior * QUEUE_WORDS + slot / 4);
  let shift = 8 * (slot % 4);
  memory[word] = (memory[word] & ~(0xffu << shift)) | (address << shift);
}

/// True when the warrior had not queued the address before.
fn cover(place: u32, warrior: u32, address: u32) -> bool {
  let word = at(place, job.coreSize + 2 * QUEUE_WORDS + warrior * SEEN_WORDS + address / 32);
  let mark = 1u << (address % 32);
  let before = memory[word];
  memory[word] = before | mark;
  return (before & mark) == 0;
}

fn clearCells(place: u32) {
  for (var word = 0u; word < LANE_WORDS; word++) {
    memory[at(place, word)] = 0;
  }
}

fn clearCover(place: u32) {}

fn bringBack(place: u32) {
  for (var word = 0u; word < LANE_WORDS; word++) {
    memory[at(place, word)] = saved[(place / LANES) * LANE_WORDS * LANES + at(place, word)];
  }
}

fn putAway(place: u32) {
  for (var word = 0u; word < LANE_WORDS; word++) {
    saved[(place / LANES) * LANE_WORDS * LANES + at(place, word)] = memory[at(place, word)];
  }
}
