// The MARS: one thread fights one battle, an instruction at a time. Comes after job.wgsl, control.wgsl, and
// files with cells, rings and P-space. Oracle: src/arenas/core-war/reference.ts. Host: src/arenas/core-war/kernel.ts. Tests: tests/wgsl/mars.test.ts.
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

// Codes of src/arenas/core-war/redcode/instruction.ts.
const DAT: u32 = 0;
const MOV: u32 = 1;
const SUB: u32 = 3;
const MUL: u32 = 4;
const DIV: u32 = 5;
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

fn low() -> u32 {
  return (1u << FIELD_BITS) - 1;
}

fn high() -> u32 {
  return low() << FIELD_BITS;
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
  return ((fields << FIELD_BITS) & high()) | (fields >> FIELD_BITS);
}

struct Operand {
  read: u32,
  /// Other than `read` under limits only.
  write: u32,
  /// The cell as it was read.
  cell: Cell,
}

/// Evaluates the operand `number` of the instruction at `pc`, with what its mode does to the cell in between.
fn evaluate(mode: u32, number: u32, pc: u32, place: u32) -> Operand {
  let offset = select(number, 0, has(mode, IMMEDIATE));
  let countsDown = has(mode, COUNTS_DOWN);
  let countsUp = has(mode, COUNTS_UP);
  let counts = countsDown || countsUp;
  let near = fold(pc + offset, pc, job.readLimit);
  let nearWrite = fold(pc + offset, pc, job.writeLimit);
  let middle = select(near, nearWrite, counts);
  var operand: Operand;
  operand.read = near;
  operand.write = nearWrite;
  operand.cell = cellAt(place, middle);

  let code = operand.cell.code;
  let fields = operand.cell.fields;
  let shift = select(FIELD_BITS, 0u, has(mode, BY_A));
  let before = (fields >> shift) & low();
  let pointer = select(before, oneLess(before), countsDown);
  let after = select(pointer, wrap(pointer + 1), countsUp);
  let others = fields & ~(low() << shift);
  if (has(mode, THROUGH)) {
    operand.read = fold(middle + pointer, pc, job.readLimit);
    operand.write = fold(nearWrite + pointer, pc, job.writeLimit);
    operand.cell = cellAt(place, operand.read);
    // A pointer to itself is read counted down, but not yet counted up.
    operand.cell.fields = select(operand.cell.fields, others | (pointer << shift), operand.read == middle);
  }
  if (counts) {
    putFields(place, middle, code, others | (after << shift));
  }
  return operand;
}

struct Warrior {
  index: u32,
  head: u32,
  length: u32,
  spawned: u32,
  covered: u32,
}

/// The living warrior that is so far on in the order of turns.
fn warriorAt(place: u32, turn: u32) -> Warrior {
  let warriors = stateOf(place) + BATTLE_WORDS;
  let index = states[warriors + turn * WARRIOR_WORDS + WARRIOR_ORDER];
  let own = warriors + index * WARRIOR_WORDS;
  return Warrior(
    index,
    states[own + WARRIOR_HEAD],
    states[own + WARRIOR_LENGTH],
    states[own + WARRIOR_SPAWNED],
    states[own + WARRIOR_COVERED],
  );
}

fn save(place: u32, warrior: Warrior) {
  let own = stateOf(place) + BATTLE_WORDS + warrior.index * WARRIOR_WORDS;
  states[own + WARRIOR_HEAD] = warrior.head;
  states[own + WARRIOR_LENGTH] = warrior.length;
  states[own + WARRIOR_SPAWNED] = warrior.spawned;
  states[own + WARRIOR_COVERED] = warrior.covered;
}

/// Appends a process and marks its address as covered.
fn enqueue(place: u32, warrior: ptr<function, Warrior>, address: u32) {
  let slot = (*warrior).head + (*warrior).length;
  putProcess(place, (*warrior).index, select(slot, slot - job.maxProcesses, slot >= job.maxProcesses), address);
  (*warrior).length += 1;
  if (cover(place, (*warrior).index, address)) {
    (*warrior).covered += 1;
  }
}

/// A battle under way, in registers.
struct Battle {
  place: u32,
  remaining: u32,
  turn: u32,
  alive: u32,
  executed: u32,
  /// Every living warrior has one turn in each lap of the order, so this is how many turns each has had before.
  lap: u32,
  /// Whose turn it is.
  me: Warrior,
  /// In a duel, whose turn is next.
  other: Warrior,
}

fn resume(place: u32) -> Battle {
  let state = stateOf(place);
  var battle: Battle;
  battle.place = place;
  battle.remaining = states[state + BATTLE_REMAINING];
  battle.turn = states[state + BATTLE_TURN];
  battle.alive = states[state + BATTLE_ALIVE];
  battle.executed = states[state + BATTLE_EXECUTED];
  battle.lap = states[state + BATTLE_LAP];
  battle.me = warriorAt(place, battle.turn);
  battle.other = battle.me;
  if (DUEL && battle.alive == 2) {
    battle.other = warriorAt(place, 1 - battle.turn);
  }
  return battle;
}

fn suspend(battle: ptr<function, Battle>) {
  let state = stateOf((*battle).place);
  save((*battle).place, (*battle).me);
  if (DUEL && (*battle).alive == 2) {
    save((*battle).place, (*battle).other);
  }
  states[state + BATTLE_REMAINING] = (*battle).remaining;
  states[state + BATTLE_TURN] = (*battle).turn;
  states[state + BATTLE_ALIVE] = (*battle).alive;
  states[state + BATTLE_EXECUTED] = (*battle).executed;
  states[state + BATTLE_LAP] = (*battle).lap;
}

/// Executes an instruction of the warrior whose turn it is; the battle must not be over.
fn step(battle: ptr<function, Battle>) {
  let place = (*battle).place;
  var me = (*battle).me;
  let pc = processAt(place, me.index, me.head);
  me.head = select(me.head + 1, 0, me.head + 1 == job.maxProcesses);
  me.length -= 1;
  (*battle).executed += 1;

  let instruction = cellAt(place, pc);
  let control = controlOf(instruction.code);
  let opcode = (control >> RAW_OPCODE) & 31;
  let modifier = (control >> RAW_MODIFIER) & 7;
  let a = evaluate(control >> MODE_A, instruction.fields & low(), pc, place);
  // An immediate B operand is the current cell as A's side effects left it.
  let b = evaluate(control >> MODE_B, instruction.fields >> FIELD_BITS, pc, place);

  let toA = !has(control, SPARES_A);
  let toB = !has(control, SPARES_B);
  var written = select(0, low(), toA) | select(0, high(), toB);
  // A's value with its fields where the modifier wants them.
  let source = select(a.cell.fields, exchanged(a.cell.fields), has(control, EXCHANGES));
  let sourceA = source & low();
  let sourceB = source >> FIELD_BITS;
  let targetA = b.cell.fields & low();
  let targetB = b.cell.fields >> FIELD_BITS;

  var dies = opcode == DAT;
  if (has(control, STORES)) {
    let memory = cellAt(place, b.write);
    let isSub = opcode == SUB;
    var resultA = wrap(targetA + select(sourceA, job.coreSize - sourceA, isSub));
    var resultB = wrap(targetB + select(sourceB, job.coreSize - sourceB, isSub));
    if (opcode == DJN) {
      resultA = oneLess(memory.fields & low());
      resultB = oneLess(memory.fields >> FIELD_BITS);
    }
    if (has(control, IS_RARE)) {
      // What cannot be divided is left alone, and the process dies.
      let divides = opcode != MUL;
      let failsA = divides && sourceA == 0;
      let failsB = divides && sourceB == 0;
      dies = (toA && failsA) || (toB && failsB);
      written &= ~(select(0, low(), failsA) | select(0, high(), failsB));
      let byA = max(sourceA, 1);
      let byB = max(sourceB, 1);
      resultA = select(select(targetA % byA, targetA / byA, opcode == DIV), (targetA * sourceA) % job.coreSize, !divides);
      resultB = select(select(targetB % byB, targetB / byB, opcode == DIV), (targetB * sourceB) % job.coreSize, !divides);
    }
    let result = select(resultA | (resultB << FIELD_BITS), source, opcode == MOV);
    let isAll = has(control, STORES_ALL);
    let fields = (memory.fields & ~written) | (result & written);
    put(place, b.write, select(memory.code, a.cell.code, isAll), fields, isAll);
  }
  if (PSPACES && (opcode == LDP || opcode == STP)) {
    // Modifiers of two fields act as .B.
    let fromA = modifier == MODIFIER_A || modifier == MODIFIER_AB;
    let isToA = modifier == MODIFIER_A || modifier == MODIFIER_BA;
    let value = select(a.cell.fields >> FIELD_BITS, a.cell.fields & low(), fromA);
    if (opcode == STP) {
      let index = select(targetB, targetA, isToA) % job.pspaceSize;
      putPspace(place, me.index, index, value);
    } else {
      let found = pspaceAt(place, me.index, value % job.pspaceSize);
      let memory = cellAt(place, b.write);
      let fields = select((memory.fields & low()) | (found << FIELD_BITS), (memory.fields & high()) | found, isToA);
      putFields(place, b.write, memory.code, fields);
    }
  }

  let differs = (source ^ b.cell.fields) & written;
  let isEqual = differs == 0 && (!has(control, COMPARES_ALL) || a.cell.code == b.cell.code);
  let isLess = (!toA || sourceA < targetA) && (!toB || sourceB < targetB);
  let isZero = (b.cell.fields & written) == 0;
  // DJN tests the copy: what was 1 is 0 now.
  let isOne = ((b.cell.fields ^ ((1u << FIELD_BITS) | 1)) & written) == 0;
  let jumps = opcode == JMP || (opcode == JMZ && isZero) || (opcode == JMN && !isZero) || (opcode == DJN && !isOne);
  let skips = ((opcode == CMP || opcode == SEQ) && isEqual) || (opcode == SNE && !isEqual) || (opcode == SLT && isLess);
  let next = select(wrap(pc + select(1u, 2u, skips)), a.read, jumps);
  if (!dies) {
    enqueue(place, &me, next);
    if (opcode == SPL && me.length < job.maxProcesses) {
      enqueue(place, &me, a.read);
      me.spawned += 1;
    }
  }
  (*battle).me = me;
  endTurn(battle);
}

/// Whose turn comes next, and how much time is left.
fn endTurn(battle: ptr<function, Battle>) {
  let place = (*battle).place;
  let state = stateOf(place);
  let isDead = (*battle).me.length == 0;
  if (!isDead) {
    (*battle).remaining -= 1;
    (*battle).turn += 1;
  } else {
    // Takes the dead out of the order of turns, and its share out of the time that is left: see Machine in reference.ts.
    let alive = (*battle).alive;
    let order = state + BATTLE_WORDS + WARRIOR_ORDER;
    states[state + BATTLE_WORDS + (*battle).me.index * WARRIOR_WORDS + WARRIOR_DIED_AT] = (*battle).lap + 1;
    for (var next = (*battle).turn; next + 1 < alive; next++) {
      states[order + next * WARRIOR_WORDS] = states[order + (next + 1) * WARRIOR_WORDS];
    }
    var spent = 2 + ((*battle).remaining - 1) / alive;
    if (job.goesOnAlone == 1) {
      spent = job.maxCycles - (*battle).lap;
    } else if (alive <= 2) {
      spent = (*battle).remaining;
    }
    (*battle).remaining -= min(spent, (*battle).remaining);
    (*battle).alive -= 1;
  }
  if ((*battle).turn >= (*battle).alive) {
    (*battle).turn = 0;
    (*battle).lap += 1;
  }
  if (!DUEL) {
    if ((*battle).alive != 1 || isDead) {
      save(place, (*battle).me);
      (*battle).me = warriorAt(place, (*battle).turn);
    }
  } else if ((*battle).alive == 2) {
    let me = (*battle).me;
    (*battle).me = (*battle).other;
    (*battle).other = me;
  } else if (isDead && (*battle).alive == 1) {
    save(place, (*battle).me);
    (*battle).me = (*battle).other;
  }
}
