/**
 * The ladder: warriors of rising strength, to see how far a champion climbs. Imp and Dwarf everybody knows; those above them
 * were written for this project, after ideas that have long been public, and their constants chosen by games against the
 * frozen panel. Which of two is stronger is measured, not guessed (tests/unit/core-war/ladder.test.ts,
 * docs/core-war-panels.md). Changing one changes what old exams of the ladder mean.
 */
import type { Named } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { assemblySettingsOf } from './options.ts'
import { panelOf } from './panel.ts'
import { assemble } from './redcode/assemble.ts'
import type { Program } from './redcode/instruction.ts'

interface Rung {
  readonly name: string
  readonly code: string
}

/** Both are of the frozen panel too. */
const LOWEST = ['Imp', 'Dwarf']

/** Lines of the longest rung of {@link LONG}. */
const ROOM = 12

/** From below, in the language of 1994. */
const LONG: readonly Rung[] = [
  {
    // Many processes drop bombs at every tenth cell, where none of its own lines is in the way; three imps outlive a defeat.
    name: 'Stone and Imps',
    code: `
      step   equ   (10*71)
      third  equ   ((CORESIZE+1)/3)
      imp    mov.i #17, third
      boot   spl   one
             spl   two
             spl   stone
             jmp   imp
      one    jmp   imp+third
      two    jmp   imp+2*third
      stone  spl   #0, <-41
      loop   mov   bomb, @aim
      aim    add   #step, #(step+2)
             djn.f loop, <-34
      bomb   dat   <1, <1
             end   boot`,
  },
  {
    // Eight processes walk through two copying pairs: each goes ahead to the copy, then brings one line. A few bombs on the way.
    name: 'Paper',
    code: `
             spl   1
             spl   1
             spl   1
      near   spl   @near, >(CORESIZE*63/100+7)
             mov   }near, >near
      far    spl   @far, >(CORESIZE*68/100+11)
             mov   }far, >far
             mov   bomb, >(CORESIZE*65/100)
             mov   bomb, }(CORESIZE*31/100)
             jmp   far, <far
      bomb   dat   <7, <16`,
  },
  {
    // Wipes the whole core twice, first with SPL to stun, then with DAT to kill. What it wipes with follows from the cell that
    // counts: once it has wiped that, it starts behind itself and with the other bomb.
    name: 'Clear',
    code: `
      edge   dat   #stun-edge, #14
             dat   0, 0
             dat   0, 0
      kill   dat   #kill-edge, #16
      stun   spl   #kill-edge, #16
      start  spl   #0, <edge-2
      loop   mov   *edge, >edge
             djn.f loop, <edge-20
             end   start`,
  },
  {
    // Looks at two cells at a time; where they differ somebody lives, and the wiping of the rung below begins just there.
    name: 'Scanner',
    code: `
      gap    equ   (MAXLENGTH/2-2)
      step   equ   (10*gap-2)
      edge   dat   #gap-step, #-step
             dat   0, 0
      stride dat   #-step, #-step
      scan   add.f stride, edge
             sne.i *edge, @edge
             jmp   scan
             mov.a #stun-edge, edge
             spl   #0, <edge-6
             mov   *edge, >edge
             djn.f -1, <edge-25
      kill   dat   #kill-edge, #18
      stun   spl   #kill-edge, #18
             end   scan`,
  },
] // prettier-ignore

/** From below, in five lines. */
const SHORT: readonly Rung[] = [
  {
    // Two processes copy two lines at a time, erase one behind themselves and begin again.
    name: 'Paper',
    code: `
             spl   1
      body   spl   @body, <28
             mov   }body, >body
             mov   }body, {-11
             jmp   -1, <10`,
  },
  {
    // Bombs at every ninth cell; the line that adds holds the distance itself.
    name: 'Stone',
    code: `
             spl   #0, {20
      loop   mov   bomb, @aim
      aim    add   #9, #-7
             djn.f loop, <26
      bomb   dat   {26, }29`,
  },
  {
    // Wipes upwards with as many processes as it may have.
    name: 'Clear',
    code: `
             spl   #0, }-29
      loop   mov   dust, >edge
             djn.f loop, <-3
      dust   dat   >-34, }23
      edge   dat   #0, #3`,
  },
  {
    // Wipes downwards, so that what comes upwards meets it.
    name: 'Back Clear',
    code: `
             spl   #0, }-15
      loop   mov   dust, <edge
             djn.f loop, <-4
      dust   dat   <-33, >-4
      edge   dat   #0, #-14`,
  },
] // prettier-ignore

/** From below, in the language of 1988. */
const OLD: readonly Rung[] = [
  {
    name: 'Stone and Imps',
    code: `
      step   equ   710
      third  equ   ((CORESIZE+1)/3)
      imp    mov   0, third
      boot   spl   one
             spl   two
             spl   stone
             jmp   imp
      one    jmp   imp+third
      two    jmp   imp+2*third
      stone  spl   0, <-41
      loop   mov   bomb, @aim
             add   #step, aim
             djn   loop, <-34
      aim    dat   #0, #step+2
      bomb   dat   <1, <1
             end   boot`,
  },
  {
    name: 'Clear',
    code: `
      edge   dat   #0, #-16
      kill   dat   #-10, #-12
      start  spl   0, <edge-5
      loop   mov   kill, <edge
             djn   loop, <edge-20
             end   start`,
  },
  {
    // Two cells that differ, and that are not its own: there it begins to wipe.
    name: 'Scanner',
    code: `
      gap    equ   (MAXLENGTH/2)
      step   equ   (2*gap+2)
      scan   sub   stride, look
      look   cmp   gap-step, -step
             slt   #24, look
             jmp   scan
             mov   look, edge
             spl   0, <-14
             mov   kill, <edge
             djn   -1, <-15
      edge   dat   #0, #0
      kill   dat   <-16, #-18
      stride dat   #step, #step
             end   scan`,
  },
] // prettier-ignore

/** The rungs that this world has room for, from below. */
export function ladderOf(options: Options): readonly Named<Program>[] {
  const panel = panelOf(options)
  const lowest = LOWEST.flatMap((name) =>
    panel.flatMap((one) => (one.name === name ? [{ name, genome: one.program }] : [])),
  )
  const settings = assemblySettingsOf(options)
  const written = rungsFor(options).flatMap(({ name, code }) => {
    const { program } = assemble(code, settings)
    return program === null ? [] : [{ name, genome: { ...program, pin: null } }]
  })
  return [...lowest, ...written]
}

function rungsFor(options: Options): readonly Rung[] {
  if (options['icws88'] === true) return OLD
  return numberOption(options, 'maxLength') < ROOM ? SHORT : LONG
}
