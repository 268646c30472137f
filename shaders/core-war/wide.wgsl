// Cells of two words in storage: a control word and the fields, A's in the lower half. For any core. One of the kinds of
// cells that come before mars.wgsl.

@group(0) @binding(0) var<storage, read_write> cells: array<vec2u>;
/// See setup.wgsl.
@group(0) @binding(7) var<storage, read> tables: array<u32>;

const FIELD_BITS: u32 = 16;

struct Cell {
  /// Equal exactly when the instructions are.
  code: u32,
  /// A's field in the lower FIELD_BITS, B's above.
  fields: u32,
}

fn cellAt(place: u32, address: u32) -> Cell {
  let cell = cells[place * job.coreSize + address];
  return Cell(cell.x, cell.y);
}

fn controlOf(code: u32) -> u32 {
  return code;
}

/// The code is what is there already.
fn putFields(place: u32, address: u32, code: u32, fields: u32) {
  cells[place * job.coreSize + address].y = fields;
}

/// The code is what is there already unless `isAll`.
fn put(place: u32, address: u32, code: u32, fields: u32, isAll: bool) {
  cells[place * job.coreSize + address].y = fields;
  if (isAll) {
    cells[place * job.coreSize + address].x = code;
  }
}

/// Copies a line of a program.
fn write(place: u32, address: u32, line: u32) {
  let source = job.linesAt + 2 * line;
  cells[place * job.coreSize + address] = vec2u(tables[source], tables[source + 1]);
}

fn clearCells(place: u32) {
  for (var cell = 0u; cell < job.coreSize; cell++) {
    cells[place * job.coreSize + cell] = vec2u(0, 0);
  }
}
