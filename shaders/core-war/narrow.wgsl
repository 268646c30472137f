// Cells of one word in storage: a number in a dictionary of the batch's control words, then B's field, then A's. For small
// cores: no instruction can make another opcode, modifier or mode, so the dictionary is never added to.

@group(0) @binding(0) var<storage, read_write> cells: array<u32>;
/// The dictionary comes first; for the rest see setup.wgsl.
@group(0) @binding(7) var<storage, read> tables: array<u32>;

/// Bits of a field: 7 for cores of up to 128 cells, 10 for those of up to 1024.
override FIELD_BITS: u32 = 10;

struct Cell {
  /// Equal exactly when the instructions are.
  code: u32,
  /// A's field in the lower FIELD_BITS, B's above.
  fields: u32,
}

fn cellAt(place: u32, address: u32) -> Cell {
  let cell = cells[place * job.coreSize + address];
  return Cell(cell >> (2 * FIELD_BITS), cell & ((1u << (2 * FIELD_BITS)) - 1));
}

fn controlOf(code: u32) -> u32 {
  return tables[code];
}

fn putFields(place: u32, address: u32, code: u32, fields: u32) {
  cells[place * job.coreSize + address] = (code << (2 * FIELD_BITS)) | fields;
}

fn put(place: u32, address: u32, code: u32, fields: u32, isAll: bool) {
  cells[place * job.coreSize + address] = (code << (2 * FIELD_BITS)) | fields;
}

/// Copies a line of a program.
fn write(place: u32, address: u32, line: u32) {
  cells[place * job.coreSize + address] = tables[job.linesAt + line];
}

fn clearCells(place: u32) {
  for (var cell = 0u; cell < job.coreSize; cell++) {
    cells[place * job.coreSize + cell] = 0;
  }
}
