// Control words: an instruction without its fields, and beside it all that executing it asks, one bit each. The low bits are
// the packed instruction of src/arenas/core-war/redcode/instruction.ts, so two control words are equal exactly when opcode,
// modifier and modes are. The empty cell's is 0. Made by src/arenas/core-war/kernel/control.ts.

const RAW_OPCODE: u32 = 9;
const RAW_MODIFIER: u32 = 6;

/// What an operand's mode does: five bits, A's first, then B's.
const MODE_A: u32 = 14;
const MODE_B: u32 = 19;
/// `#`: the operand is this cell.
const IMMEDIATE: u32 = 1;
/// `@` `<` `>` `*` `{` `}`: it is reached through a cell,
const THROUGH: u32 = 2;
/// by the A field of that (`*` `{` `}`),
const BY_A: u32 = 4;
/// which is counted down before, or up after.
const COUNTS_DOWN: u32 = 8;
const COUNTS_UP: u32 = 16;

/// The modifier does not write (or compare with, or test) B's A field, its B field.
const SPARES_A: u32 = 1u << 24;
const SPARES_B: u32 = 1u << 25;
/// A's fields meet the other ones of B.
const EXCHANGES: u32 = 1u << 26;
/// MOV, ADD to MOD, and DJN write fields.
const STORES: u32 = 1u << 27;
/// MOV.I writes the rest too.
const STORES_ALL: u32 = 1u << 28;
/// MUL, DIV, MOD.
const IS_RARE: u32 = 1u << 29;
/// `.I`: the rest is compared too.
const COMPARES_ALL: u32 = 1u << 30;

fn has(word: u32, mask: u32) -> bool {
  return (word & mask) != 0;
}
