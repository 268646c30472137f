// The MARS: one thread fights one battle, a slice of instructions at a time. All state lives in buffers between slices.
// Oracle: src/arenas/core-war/reference.ts. Host: src/arenas/core-war/kernel.ts. Tests: tests/wgsl/mars.test.ts.

override CORE: u32 = 8000;
override WARRIORS: u32 = 2;
override PROCESSES: u32 = 8000;
override CYCLES: u32 = 80000;
override READ_LIMIT: u32 = 8000;
override WRITE_LIMIT: u32 = 8000;
override PSPACE: u32 = 1;
/// 1: a sole survivor goes on (Digital Red Queen); 0: the round ends with it (pMARS).
override GO_ON_ALONE: u32 = 0;

struct Slice {
  /// Battles still going on: entries of `going`.
  count: u32,
  /// Instructions each of them may execute in this dispatch.
  steps: u32,
}

// Cell: x = packed opcode, modifier and modes; y = A field | B field << 16. CORE cells a battle.
@group(0) @binding(0) var<storage, read_write> cells: array<vec2u>;
// PROCESSES slots a warrior, WARRIORS rings a battle.
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
// See BATTLE_* and WARRIOR_* below.
@group(0) @binding(2) var<storage, read_write> states: array<u32>;
// One bit a cell: was it ever queued. Each warrior's begins on a whole word.
@group(0) @binding(3) var<storage, read_write> seen: array<u32>;
// Each warrior's own cell 0 and the table of who shares what come first; see kernel.ts.
@group(0) @binding(4) var<storage, read_write> pspaces: array<u32>;
@group(0) @binding(5) var<storage, read> going: array<u32>;
@group(0) @binding(6) var<uniform> slice: Slice;

const BATTLE_WORDS: u32 = 4;
const BATTLE_REMAINING: u32 = 0;
const BATTLE_TURN: u32 = 1;
const BATTLE_ALIVE: u32 = 2;
const BATTLE_EXECUTED: u32 = 3;

const WARRIOR_WORDS: u32 = 8;
const WARRIOR_ORDER: u32 = 0;
const WARRIOR_HEAD: u32 = 1;
const WARRIOR_LENGTH: u32 = 2;
const WARRIOR_DIED_AT: u32 = 3;
const WARRIOR_SPAWNED: u32 = 4;
const WARRIOR_COVERED: u32 = 5;
const WARRIOR_TURNS: u32 = 6;

// Codes of src/arenas/core-war/redcode/instruction.ts.
const ADD: u32 = 2;
const SUB: u32 = 3;
const MUL: u32 = 4;
const DIV: u32 = 5;
const MOD: u32 = 6;
const MODIFIER_I: u32 = 6;

// Bit m: modifier m writes (and reads as B) the A field, the B field; and takes A's other field for it.
const WRITES_A: u32 = 0x73;
const WRITES_B: u32 = 0x6d;
const CROSSES_A: u32 = 0x30;
const CROSSES_B: u32 = 0x28;

fn wrap(address: u32) -> u32 {
  return select(address, address - CORE, address >= CORE);
}

/// Brings an address back to within half the limit of the program counter.
fn fold(address: u32, pc: u32, limit: u32) -> u32 {
  if (limit == CORE) {
    return wrap(address);
  }
  let offset = (address + CORE - pc) % limit;
  return (select(offset + CORE - limit, offset, offset <= limit / 2) + pc) % CORE;
}

fn fieldA(fields: u32) -> u32 {
  return fields & 0xffff;
}

fn fieldB(fields: u32) -> u32 {
  return fields >> 16;
}

fn bit(word: u32, index: u32) -> bool {
  return ((word >> index) & 1) != 0;
}

struct Operand {
  read: u32,
  write: u32,
  a: u32,
  b: u32,
}

/// Modes 2.. go through a cell in between: `@` 2, `<` 3, `>` 4 through its B field, `*` 5, `{` 6, `}` 7 through its A field.
fn through(mode: u32, field: u32, pc: u32, base: u32, isB: bool) -> Operand {
  let counts = mode != 2 && mode != 5;
  let read = fold(pc + field, pc, READ_LIMIT);
  let write = fold(pc + field, pc, WRITE_LIMIT);
  let middle = select(read, write, counts);
  let before = cells[base + middle].y;
  let isA = mode >= 5;
  var offset = select(fieldB(before), fieldA(before), isA);
  if (mode == 3 || mode == 6) {
    offset = select(offset - 1, CORE - 1, offset == 0);
    cells[base + middle].y = select((before & 0xffff) | (offset << 16), (before & 0xffff0000) | offset, isA);
  }
  var operand: Operand;
  operand.read = fold(middle + offset, pc, READ_LIMIT);
  operand.write = select(operand.read, fold(write + offset, pc, WRITE_LIMIT), isB);
  let target_fields = cells[base + operand.read].y;
  operand.a = fieldA(target_fields);
  operand.b = fieldB(target_fields);
  if (mode == 4 || mode == 7) {
    offset = select(offset + 1, 0, offset == CORE - 1);
    cells[base + middle].y = select((before & 0xffff) | (offset << 16), (before & 0xffff0000) | offset, isA);
  }
  return operand;
}

fn evaluateA(mode: u32, fields: u32, pc: u32, base: u32) -> Operand {
  if (mode >= 2) {
    return through(mode, fieldA(fields), pc, base, false);
  }
  if (mode == 1) {
    return Operand(pc, pc, fieldA(fields), fieldB(fields));
  }
  let read = fold(pc + fieldA(fields), pc, READ_LIMIT);
  let found = cells[base + read].y;
  return Operand(read, read, fieldA(found), fieldB(found));
}

/// An immediate B operand is the current cell as A's side effects left it.
fn evaluateB(mode: u32, fields: u32, pc: u32, base: u32) -> Operand {
  if (mode >= 2) {
    return through(mode, fieldB(fields), pc, base, true);
  }
  let isImmediate = mode == 1;
  let read = select(fold(pc + fieldB(fields), pc, READ_LIMIT), pc, isImmediate);
  let write = select(fold(pc + fieldB(fields), pc, WRITE_LIMIT), pc, isImmediate);
  let found = cells[base + read].y;
  return Operand(read, write, fieldA(found), fieldB(found));
}

struct Calculated {
  value: u32,
  ok: bool,
}

fn calculate(opcode: u32, x: u32, y: u32) -> Calculated {
  switch (opcode) {
    case ADD: {
      return Calculated(wrap(y + x), true);
    }
    case SUB: {
      return Calculated(wrap(y + CORE - x), true);
    }
    case MUL: {
      return Calculated((y * x) % CORE, true);
    }
    default: {
      if (x == 0) {
        return Calculated(y, false);
      }
      return Calculated(select(y % x, y / x, opcode == DIV), true);
    }
  }
}

/// Where P-space cell `index` of a warrior is. Layout a battle: WARRIORS words "whose shared cells are mine", WARRIORS own
/// cells 0, then PSPACE words a warrior.
fn pspaceSlot(battle: u32, warrior: u32, index: u32) -> u32 {
  let start = battle * WARRIORS * (2 + PSPACE);
  if (index == 0) {
    return start + WARRIORS + warrior;
  }
  return start + 2 * WARRIORS + pspaces[start + warrior] * PSPACE + index;
}

@compute @workgroup_size(64)
fn fight(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= slice.count) {
    return;
  }
  let battle = going[id.x];
  let base = battle * CORE;
  let ring = battle * WARRIORS * PROCESSES;
  let words = (CORE + 31) / 32;
  let bits = battle * WARRIORS * words;
  let state = battle * (BATTLE_WORDS + WARRIORS * WARRIOR_WORDS);
  let warriors = state + BATTLE_WORDS;

  var remaining = states[state + BATTLE_REMAINING];
  var turn = states[state + BATTLE_TURN];
  var alive = states[state + BATTLE_ALIVE];
  var executed = states[state + BATTLE_EXECUTED];

  for (var budget = slice.steps; budget > 0 && remaining > 0; budget--) {
    let w = states[warriors + turn * WARRIOR_WORDS + WARRIOR_ORDER];
    let own = warriors + w * WARRIOR_WORDS;
    let head = states[own + WARRIOR_HEAD];
    var length = states[own + WARRIOR_LENGTH] - 1;
    let queue = ring + w * PROCESSES;
    let pc = queues[queue + head];
    let newHead = select(head + 1, 0, head + 1 == PROCESSES);
    let turns = states[own + WARRIOR_TURNS] + 1;
    executed++;

    let cell = cells[base + pc];
    let opcode = cell.x >> 9;
    let modifier = (cell.x >> 6) & 7;
    let a = evaluateA((cell.x >> 3) & 7, cell.y, pc, base);
    let b = evaluateB(cell.x & 7, cell.y, pc, base);

    let toA = bit(WRITES_A, modifier);
    let toB = bit(WRITES_B, modifier);
    let fromA = select(a.a, a.b, bit(CROSSES_A, modifier));
    let fromB = select(a.b, a.a, bit(CROSSES_B, modifier));
    // Jumps test the fields that .A/.BA, .B/.AB and the others name.
    var next = wrap(pc + 1);
    var dies = false;
    var splits = false;

    switch (opcode) {
      case 0: { // DAT
        dies = true;
      }
      case 1: { // MOV
        let old = cells[base + b.write];
        let fields = select(old.y & 0xffff, fromA, toA) | select(old.y & 0xffff0000, fromB << 16, toB);
        cells[base + b.write] = vec2u(select(old.x, cells[base + a.read].x, modifier == MODIFIER_I), fields);
      }
      case 2, 3, 4, 5, 6: { // ADD SUB MUL DIV MOD
        let first = calculate(opcode, fromA, b.a);
        let second = calculate(opcode, fromB, b.b);
        let old = cells[base + b.write].y;
        cells[base + b.write].y = select(old & 0xffff, first.value, toA && first.ok)
          | select(old & 0xffff0000, second.value << 16, toB && second.ok);
        dies = (toA && !first.ok) || (toB && !second.ok);
      }
      case 7: { // JMP
        next = a.read;
      }
      case 8: { // JMZ
        if ((!toA || b.a == 0) && (!toB || b.b == 0)) {
          next = a.read;
        }
      }
      case 9: { // JMN
        if ((toA && b.a != 0) || (toB && b.b != 0)) {
          next = a.read;
        }
      }
      case 10: { // DJN
        let old = cells[base + b.write].y;
        let lessA = select(fieldA(old) - 1, CORE - 1, fieldA(old) == 0);
        let lessB = select(fieldB(old) - 1, CORE - 1, fieldB(old) == 0);
        cells[base + b.write].y = select(fieldA(old), lessA, toA) | (select(fieldB(old), lessB, toB) << 16);
        if ((toA && b.a != 1) || (toB && b.b != 1)) {
          next = a.read;
        }
      }
      case 11, 12, 13: { // CMP SEQ SNE
        var equal = (!toA || fromA == b.a) && (!toB || fromB == b.b);
        if (modifier == MODIFIER_I) {
          equal = equal && cells[base + a.read].x == cells[base + b.read].x;
        }
        if (equal != (opcode == 13)) {
          next = wrap(next + 1);
        }
      }
      case 14: { // SLT
        if ((!toA || fromA < b.a) && (!toB || fromB < b.b)) {
          next = wrap(next + 1);
        }
      }
      case 15: { // SPL
        splits = true;
      }
      case 17: { // LDP: modifiers of two fields act as .B
        let index = select(a.b, a.a, modifier == 1 || modifier == 3) % PSPACE;
        let value = pspaces[pspaceSlot(battle, w, index)];
        let old = cells[base + b.write].y;
        let isA = modifier == 1 || modifier == 4;
        cells[base + b.write].y = select((old & 0xffff) | (value << 16), (old & 0xffff0000) | value, isA);
      }
      case 18: { // STP
        let index = select(b.b, b.a, modifier == 1 || modifier == 4) % PSPACE;
        pspaces[pspaceSlot(battle, w, index)] = select(a.b, a.a, modifier == 1 || modifier == 3);
      }
      default: { // NOP
      }
    }

    states[own + WARRIOR_HEAD] = newHead;
    states[own + WARRIOR_TURNS] = turns;
    if (!dies) {
      length = enqueue(queue, newHead, length, next, bits + w * words, own);
      if (splits && length < PROCESSES) {
        length = enqueue(queue, newHead, length, a.read, bits + w * words, own);
        states[own + WARRIOR_SPAWNED] += 1;
      }
    }
    states[own + WARRIOR_LENGTH] = length;

    if (length > 0) {
      remaining--;
      turn++;
    } else {
      // Takes the dead out of the order of turns, and its share out of the time that is left: see Machine in reference.ts.
      states[own + WARRIOR_DIED_AT] = turns;
      for (var place = turn; place + 1 < alive; place++) {
        let after = warriors + place * WARRIOR_WORDS + WARRIOR_ORDER;
        states[after] = states[after + WARRIOR_WORDS];
      }
      var spent = 2 + (remaining - 1) / alive;
      if (GO_ON_ALONE == 1) {
        spent = 1 + CYCLES - turns;
      } else if (alive <= 2) {
        spent = remaining;
      }
      remaining -= min(spent, remaining);
      alive--;
    }
    turn = select(turn, 0, turn >= alive);
  }

  states[state + BATTLE_REMAINING] = remaining;
  states[state + BATTLE_TURN] = turn;
  states[state + BATTLE_ALIVE] = alive;
  states[state + BATTLE_EXECUTED] = executed;
}

/// Appends a process and marks its address as covered; the new length.
fn enqueue(queue: u32, head: u32, length: u32, address: u32, bits: u32, own: u32) -> u32 {
  let slot = head + length;
  queues[queue + select(slot, slot - PROCESSES, slot >= PROCESSES)] = address;
  let word = bits + address / 32;
  let mark = 1u << (address % 32);
  let before = seen[word];
  if ((before & mark) == 0) {
    seen[word] = before | mark;
    states[own + WARRIOR_COVERED] += 1;
  }
  return length + 1;
}
