// Writes a battle's warriors in list order into its core, which is empty, and queues their first processes. Every candidate
// fights the same battles, so these come once, and the candidate takes its place in them. Comes after a kind of cells.
//
// `tables`, beside the lines as cells from `linesAt` on and the dictionary, holds
//   from programsAt: first line, number of lines and start of each program;
//   from candidatesAt: which program each candidate is;
//   from setupsAt: per battle of a candidate, who begins; then per warrior, which program (CANDIDATE: the candidate) and where.

const CANDIDATE: u32 = 0xffffffff;

fn setUp(place: u32, battle: u32) {
  let setup = job.setupsAt + (battle % job.each) * (1 + 2 * job.warriors);
  let candidate = tables[job.candidatesAt + battle / job.each];
  let state = stateOf(place);
  let beginner = tables[setup];
  states[state + BATTLE_REMAINING] = job.warriors * job.maxCycles;
  states[state + BATTLE_TURN] = 0;
  states[state + BATTLE_ALIVE] = job.warriors;
  states[state + BATTLE_EXECUTED] = 0;
  states[state + BATTLE_LAP] = 0;
  states[state + BATTLE_NUMBER] = battle + 1;
  for (var w = 0u; w < job.warriors; w++) {
    let named = tables[setup + 1 + 2 * w];
    let position = tables[setup + 2 + 2 * w];
    let program = job.programsAt + 3 * select(named, candidate, named == CANDIDATE);
    let first = tables[program];
    let length = tables[program + 1];
    for (var line = 0u; line < length; line++) {
      write(place, (position + line) % job.coreSize, first + line);
    }
    putProcess(place, w, 0, (position + tables[program + 2]) % job.coreSize);
    let words = state + BATTLE_WORDS + w * WARRIOR_WORDS;
    states[words + WARRIOR_ORDER] = (beginner + w) % job.warriors;
    states[words + WARRIOR_HEAD] = 0;
    states[words + WARRIOR_LENGTH] = 1;
    states[words + WARRIOR_DIED_AT] = 0;
    states[words + WARRIOR_SPAWNED] = 0;
    states[words + WARRIOR_COVERED] = 0;
  }
}
