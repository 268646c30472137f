/* Times exhaust's simulator on many battles of two, and nothing else.
 * Input: core size, processes, cycles, number of warriors; each warrior's length and start, then its lines as packed
 * instruction, A, B; number of battles, then each as two warriors, the address of the second, and who begins.
 * Output: seconds, then a digit a battle: 0 the first won, 1 the second, 2 neither. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "exhaust.h"
#include "insn.h"
#include "sim.h"

struct warrior {
  insn_t *code;
  unsigned length, start;
};

static unsigned number(void) {
  unsigned value;
  if (scanf("%u", &value) != 1) exit(2);
  return value;
}

int main(void) {
  unsigned core = number(), processes = number(), cycles = number(), count = number();
  struct warrior *warriors = calloc(count, sizeof *warriors);
  for (unsigned i = 0; i < count; i++) {
    warriors[i].length = number();
    warriors[i].start = number();
    warriors[i].code = calloc(warriors[i].length, sizeof(insn_t));
    for (unsigned line = 0; line < warriors[i].length; line++) {
      warriors[i].code[line].in = number();
      warriors[i].code[line].a = number();
      warriors[i].code[line].b = number();
    }
  }
  unsigned battles = number();
  unsigned(*setups)[4] = calloc(battles, sizeof *setups);
  for (unsigned i = 0; i < battles; i++)
    for (unsigned k = 0; k < 4; k++) setups[i][k] = number();
  if (!sim_alloc_bufs(2, core, processes, cycles)) return 3;
  char *results = calloc(battles + 1, 1);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (unsigned i = 0; i < battles; i++) {
    struct warrior *one = &warriors[setups[i][0]], *other = &warriors[setups[i][1]];
    unsigned place = setups[i][2];
    sim_clear_core();
    sim_load_warrior(0, one->code, one->length);
    sim_load_warrior(place, other->code, other->length);
    field_t begin = one->start % core, meet = (place + other->start) % core;
    int outcome = setups[i][3] == 0 ? sim(2, begin, meet, cycles, 0) : sim(2, meet, begin, cycles, 0);
    if (outcome < 0) return 4;
    results[i] = '0' + (outcome == 2 ? 2 : outcome ^ setups[i][3]);
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%.6f %s\n", (to.tv_sec - from.tv_sec) + 1e-9 * (to.tv_nsec - from.tv_nsec), results);
  return 0;
}
