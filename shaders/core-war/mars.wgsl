// The MARS: one thread fights one battle, a slice of instructions at a time. All state lives in buffers between slices. Comes after
// job.wgsl. Oracle: src/arenas/core-war/reference.ts. Host: src/arenas/core-war/kernel.ts. Tests: tests/wgsl/mars.test.ts.
//
// Neighbouring threads are at different instructions, and whatever branches on the instruction would be done by all of
// them in turn. So every instruction takes the same way (a "micro step"): all results are calculated, masks and selects
// choose; an `if` guards a load, a store or something rare, and nothing long.

/// Two warriors a battle: both are kept in registers.
override DUEL: bool = false;
/// Some warrior has LDP or STP.
override PSPACES: bool = false;
/// Reads or writes reach less far than the core.
override LIMITS: bool = false;

// Cell: x = packed opcode, modifier and modes; y = A field | B field << 16. `coreSize` cells a battle.
@group(0) @binding(0) var<storage, read_write> cells: array<vec2u>;
// `maxProcesses` slots a warrior, `warriors` rings a battle.
@group(0) @binding(1) var<storage, read_write> queues: array<u32>;
// See BATTLE_* and WARRIOR_* in job.wgsl.
@group(0) @binding(2) var<storage, read_write> states: array<u32>;
// One bit a cell: was it ever queued. Each warrior's begins on a whole word.
@group(0) @binding(3) var<storage, read_write> seen: array<u32>;
// Each warrior's own cell 0 and the table of who shares what come first; see pspaceSlot.
@group(0) @binding(4) var<storage, read_write> pspaces: array<u32>;
/// Places of the battles that go on.
@group(0) @binding(5) var<storage, read> going: array<u32>;
@group(0) @binding(6) var<storage, read> roll: Roll;

// Codes of src/arenas/core-war/redcode/instruction.ts.
const DAT: u32 = 0;
const MOV: u32 = 1;
const SUB: u32 = 3;
const MUL: u32 = 4;
const DIV: u32 = 5;
const MOD: u32 = 6;
const JMP: u32 = 7;
const JMZ: u32 = 8;
const JMN: u32 = 9;
const DJN: u32 = 10;
const CMP: u32 = 11;
const SEQ: u32 = 12;
const SNE: u32 = 13;
const SLT: u32 = 14;
const SPL: u32 = 15;
const LDP: u32 = 17;
const STP: u32 = 18;
const MODIFIER_A: u32 = 1;
const MODIFIER_AB: u32 = 3;
const MODIFIER_BA: u32 = 4;
const MODIFIER_X: u32 = 5;
const MODIFIER_I: u32 = 6;
const IMMEDIATE: u32 = 1;

// Bit n of each: is it so for modifier, mode or opcode n.
/// Modifiers that write (or compare with, or test) B's A field, its B field.
const TO_A: u32 = 0x73;
const TO_B: u32 = 0x6d;
/// Modes that count their pointer down before (`<` `{`), or up after (`>` `}`).
const COUNTS_DOWN: u32 = 0x48;
const COUNTS_UP: u32 = 0x90;
/// MOV, ADD to MOD, and DJN write fields.
const STORES: u32 = 0x47e;

const LOW: u32 = 0xffff;
const HIGH: u32 = 0xffff0000;

fn bit(word: u32, index: u32) -> bool {
  return ((word >> index) & 1) != 0;
}

fn wrap(address: u32) -> u32 {
  return select(address, address - job.coreSize, address >= job.coreSize);
}

fn oneLess(value: u32) -> u32 {
  return select(value, job.coreSize, value == 0) - 1;
}

/// Brings an address back to within half the limit of the program counter.
fn fold(address: u32, pc: u32, limit: u32) -> u32 {
  if (!LIMITS) {
    return wrap(address);
  }
  let offset = (address + job.coreSize - pc) % limit;
  return (select(offset + job.coreSize - limit, offset, offset <= limit / 2) + pc) % job.coreSize;
}

/// Both fields, in B's place those of A.
fn exchanged(fields: u32) -> u32 {
  return (fields << 16) | (fields >> 16);
}

struct Operand {
  read: u32,
  /// Other than `read` under limits only.
  write: u32,
  /// The cell as it was read.
  cell: vec2u,
}

/// Evaluates the operand `number` of the instruction at `pc`, with what its mode does to the cell in between. The modes
/// from 2 on go through such a cell: `@` `<` `>` by its B field, `*` `{` `}` by its A field.
fn evaluate(mode: u32, number: u32, pc: u32, base: u32) -> Operand {
  let offset = select(number, 0, mode == IMMEDIATE);
  let goesThrough = mode >= 2;
  let countsDown = bit(COUNTS_DOWN, mode);
  let countsUp = bit(COUNTS_UP, mode);
  let counts = countsDown || countsUp;
  let near = fold(pc + offset, pc, job.readLimit);
  let nearWrite = fold(pc + offset, pc, job.writeLimit);
  let middle = select(near, nearWrite, counts);
  var operand: Operand;
  operand.read = near;
  operand.write = nearWrite;
  operand.cell = cells[base + middle];

  let fields = operand.cell.y;
  let shift = select(16u, 0u, mode >= 5);
  let before = (fields >> shift) & LOW;
  let pointer = select(before, oneLess(before), countsDown);
  let after = select(pointer, wrap(pointer + 1), countsUp);
  let others = fields & ~(LOW << shift);
  if (goesThrough) {
    operand.read = fold(middle + pointer, pc, job.readLimit);
    operand.write = fold(nearWrite + pointer, pc, job.writeLimit);
    operand.cell = cells[base + operand.read];
    // A pointer to itself is read counted down, but not yet counted up.
    operand.cell.y = select(operand.cell.y, others | (pointer << shift), operand.read == middle);
  }
  if (counts) {
    cells[base + middle].y = others | (after << shift);
  }
  return operand;
}

struct Warrior {
  index: u32,
  head: u32,
  length: u32,
  spawned: u32,
  covered: u32,
  /// Where its ring begins in `queues`, and its bits in `seen`.
  queue: u32,
  bits: u32,
}

/// The living warrior at a place in the order of turns.
fn warriorAt(battle: u32, place: u32) -> Warrior {
  let warriors = stateOf(battle) + BATTLE_WORDS;
  let index = states[warriors + place * WARRIOR_WORDS + WARRIOR_ORDER];
  let own = warriors + index * WARRIOR_WORDS;
  let number = battle * job.warriors + index;
  return Warrior(
    index,
    states[own + WARRIOR_HEAD],
    states[own + WARRIOR_LENGTH],
    states[own + WARRIOR_SPAWNED],
    states[own + WARRIOR_COVERED],
    number * job.maxProcesses,
    number * ((job.coreSize + 31) / 32),
  );
}

fn save(battle: u32, warrior: Warrior) {
  let own = stateOf(battle) + BATTLE_WORDS + warrior.index * WARRIOR_WORDS;
  states[own + WARRIOR_HEAD] = warrior.head;
  states[own + WARRIOR_LENGTH] = warrior.length;
  states[own + WARRIOR_SPAWNED] = warrior.spawned;
  states[own + WARRIOR_COVERED] = warrior.covered;
}

/// Appends a process and marks its address as covered.
fn enqueue(warrior: ptr<function, Warrior>, address: u32) {
  let slot = (*warrior).head + (*warrior).length;
  queues[(*warrior).queue + select(slot, slot - job.maxProcesses, slot >= job.maxProcesses)] = address;
  (*warrior).length += 1;
  let word = (*warrior).bits + address / 32;
  let mark = 1u << (address % 32);
  let before = seen[word];
  if ((before & mark) == 0) {
    seen[word] = before | mark;
    (*warrior).covered += 1;
  }
}

/// Where P-space cell `index` of a warrior is. Layout a battle: a word a warrior "whose shared cells are mine", then each
/// warrior's own cell 0, then `pspaceSize` words a warrior.
fn pspaceSlot(battle: u32, warrior: u32, index: u32) -> u32 {
  let start = battle * job.warriors * (2 + job.pspaceSize);
  if (index == 0) {
    return start + job.warriors + warrior;
  }
  return start + 2 * job.warriors + pspaces[start + warrior] * job.pspaceSize + index;
}

@compute @workgroup_size(64)
fn fight(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= roll.count) {
    return;
  }
  let battle = going[id.x];
  let base = battle * job.coreSize;
  let state = stateOf(battle);

  var remaining = states[state + BATTLE_REMAINING];
  var turn = states[state + BATTLE_TURN];
  var alive = states[state + BATTLE_ALIVE];
  var executed = states[state + BATTLE_EXECUTED];
  // Every living warrior has one turn in each lap of the order, so this is how many turns each has had before.
  var lap = states[state + BATTLE_LAP];
  var me = warriorAt(battle, turn);
  // In a duel, whose turn is next.
  var other = me;
  if (DUEL && alive == 2) {
    other = warriorAt(battle, 1 - turn);
  }

  for (var budget = job.steps; budget > 0 && remaining > 0; budget--) {
    let pc = queues[me.queue + me.head];
    me.head = select(me.head + 1, 0, me.head + 1 == job.maxProcesses);
    me.length -= 1;
    executed++;

    let instruction = cells[base + pc];
    let opcode = instruction.x >> 9;
    let modifier = (instruction.x >> 6) & 7;
    let a = evaluate((instruction.x >> 3) & 7, instruction.y & LOW, pc, base);
    // An immediate B operand is the current cell as A's side effects left it.
    let b = evaluate(instruction.x & 7, instruction.y >> 16, pc, base);

    let toA = bit(TO_A, modifier);
    let toB = bit(TO_B, modifier);
    var written = select(0, LOW, toA) | select(0, HIGH, toB);
    // A's value with its fields where the modifier wants them.
    let source = select(a.cell.y, exchanged(a.cell.y), modifier >= MODIFIER_AB && modifier <= MODIFIER_X);
    let sourceA = source & LOW;
    let sourceB = source >> 16;
    let targetA = b.cell.y & LOW;
    let targetB = b.cell.y >> 16;

    var dies = opcode == DAT;
    if (bit(STORES, opcode)) {
      let memory = cells[base + b.write].y;
      let isSub = opcode == SUB;
      var resultA = wrap(targetA + select(sourceA, job.coreSize - sourceA, isSub));
      var resultB = wrap(targetB + select(sourceB, job.coreSize - sourceB, isSub));
      if (opcode == DJN) {
        resultA = oneLess(memory & LOW);
        resultB = oneLess(memory >> 16);
      }
      if (opcode >= MUL && opcode <= MOD) {
        // What cannot be divided is left alone, and the process dies.
        let divides = opcode != MUL;
        let failsA = divides && sourceA == 0;
        let failsB = divides && sourceB == 0;
        dies = (toA && failsA) || (toB && failsB);
        written &= ~(select(0, LOW, failsA) | select(0, HIGH, failsB));
        let byA = max(sourceA, 1);
        let byB = max(sourceB, 1);
        resultA = select(select(targetA % byA, targetA / byA, opcode == DIV), (targetA * sourceA) % job.coreSize, !divides);
        resultB = select(select(targetB % byB, targetB / byB, opcode == DIV), (targetB * sourceB) % job.coreSize, !divides);
      }
      let result = select(resultA | (resultB << 16), source, opcode == MOV);
      cells[base + b.write].y = (memory & ~written) | (result & written);
      if (opcode == MOV && modifier == MODIFIER_I) {
        cells[base + b.write].x = a.cell.x;
      }
    }
    if (PSPACES && (opcode == LDP || opcode == STP)) {
      // Modifiers of two fields act as .B.
      let fromA = modifier == MODIFIER_A || modifier == MODIFIER_AB;
      let isToA = modifier == MODIFIER_A || modifier == MODIFIER_BA;
      let value = select(a.cell.y >> 16, a.cell.y & LOW, fromA);
      if (opcode == STP) {
        let index = select(targetB, targetA, isToA) % job.pspaceSize;
        pspaces[pspaceSlot(battle, me.index, index)] = value;
      } else {
        let found = pspaces[pspaceSlot(battle, me.index, value % job.pspaceSize)];
        let memory = cells[base + b.write].y;
        cells[base + b.write].y = select((memory & LOW) | (found << 16), (memory & HIGH) | found, isToA);
      }
    }

    let isEqual = ((source ^ b.cell.y) & written) == 0 && (modifier != MODIFIER_I || a.cell.x == b.cell.x);
    let isLess = (!toA || sourceA < targetA) && (!toB || sourceB < targetB);
    let isZero = (b.cell.y & written) == 0;
    // DJN tests the copy: what was 1 is 0 now.
    let isOne = ((b.cell.y ^ 0x10001) & written) == 0;
    let jumps = opcode == JMP || (opcode == JMZ && isZero) || (opcode == JMN && !isZero) || (opcode == DJN && !isOne);
    let skips = ((opcode == CMP || opcode == SEQ) && isEqual) || (opcode == SNE && !isEqual) || (opcode == SLT && isLess);
    let next = select(wrap(pc + select(1u, 2u, skips)), a.read, jumps);
    if (!dies) {
      enqueue(&me, next);
      if (opcode == SPL && me.length < job.maxProcesses) {
        enqueue(&me, a.read);
        me.spawned += 1;
      }
    }

    if (me.length > 0) {
      remaining--;
      turn++;
    } else {
      // Takes the dead out of the order of turns, and its share out of the time that is left: see Machine in reference.ts.
      let order = state + BATTLE_WORDS + WARRIOR_ORDER;
      states[state + BATTLE_WORDS + me.index * WARRIOR_WORDS + WARRIOR_DIED_AT] = lap + 1;
      for (var place = turn; place + 1 < alive; place++) {
        states[order + place * WARRIOR_WORDS] = states[order + (place + 1) * WARRIOR_WORDS];
      }
      var spent = 2 + (remaining - 1) / alive;
      if (job.goesOnAlone == 1) {
        spent = job.maxCycles - lap;
      } else if (alive <= 2) {
        spent = remaining;
      }
      remaining -= min(spent, remaining);
      alive--;
    }
    if (turn >= alive) {
      turn = 0;
      lap++;
    }
    if (!DUEL) {
      if (alive != 1 || me.length == 0) {
        save(battle, me);
        me = warriorAt(battle, turn);
      }
    } else if (alive == 2) {
      let mine = me;
      me = other;
      other = mine;
    } else if (me.length == 0 && alive == 1) {
      save(battle, me);
      me = other;
    }
  }

  save(battle, me);
  if (DUEL && alive == 2) {
    save(battle, other);
  }
  states[state + BATTLE_REMAINING] = remaining;
  states[state + BATTLE_TURN] = turn;
  states[state + BATTLE_ALIVE] = alive;
  states[state + BATTLE_EXECUTED] = executed;
  states[state + BATTLE_LAP] = lap;
}
