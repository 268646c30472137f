/**
 * Opponents of written warriors, as Redcode for nano: those whom a search meets, and others of their kind whom it never does. Of a
 * kind they differ by a step or a constant, or they come from other seeds of our evolution, whole seeds being held out
 * (training/redcode-lm/split.ts). The rest was written for this project, after ideas that have long been public.
 */
import type { AgainstId } from './against.ts'
import evolved from './evolved.json' with { type: 'json' }

export interface Opponents {
  readonly met: readonly string[]
  readonly held: readonly string[]
}

/** Lines are parted by `/`, so that a warrior is one line here. */
export const sourceOf = (warrior: string): string => warrior.replaceAll('/', '\n')

/** Four processes walk through a copying pair (a silk): to the copy, then each brings one line. */
const paper = (step: number): string => `spl 1 / spl 1 / spl @0, >${step} / mov.i }-1, >-1 / jmp -2, <-${step % 7}`
/** Bombs every so many cells. */
const dwarf = (step: number): string => `add #${step}, 3 / mov 2, @2 / jmp -2 / dat #0, #${step}`
/** Wipes upwards from `first` cells ahead of it, and starts more of itself. */
const clear = (first: number): string => `spl #0, }${first} / mov.i 2, >-1 / djn.f -1, >-2 / dat <2, {${first}`
/** Who everybody knows, for both halves: no two alike. */
const KNOWN = {
  met: ['mov 0, 1', dwarf(4), paper(23), clear(8)],
  held: [dwarf(12), paper(29), clear(13), 'jmp 0, <-2'],
}

export const OPPONENTS: Readonly<Record<AgainstId, Opponents>> = {
  panel: { met: [...evolved.met, ...KNOWN.met], held: [...evolved.held, ...KNOWN.held] },
  papers: { met: [17, 23, 31, 37].map(paper), held: [13, 19, 29, 43, 53].map(paper) },
  imps: {
    met: ['mov 0, 1', 'mov.i #7, 1', 'spl 0 / mov 0, 1', 'spl 1 / mov 0, 1'],
    held: ['mov.i #40, 1', 'spl 1 / spl 1 / mov 0, 1', 'spl 0, <-9 / mov 0, 1', 'spl 0 / spl 0 / mov 0, 1', 'jmp 2 / dat 0 / mov 0, 1'], // prettier-ignore
  },
  dwarf: { met: [dwarf(4)], held: [8, 12, 28, 36, 44].map(dwarf) },
  clear: { met: [clear(8)], held: [6, 10, 13, 17, 25].map(clear) },
}
