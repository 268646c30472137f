/**
 * The frozen panel: the warriors that newcomers are scored against. All were written for this project, after ideas that
 * have been public since the 1980s; each world takes those that fit it, in this order. Changing one changes every
 * score, so it raises the arena's version.
 */
import { numberOption, type Options } from '../../core/options.ts'
import { assemblySettingsOf } from './options.ts'
import { EVOLVED } from './panel-evolved.ts'
import { assemble } from './redcode/assemble.ts'
import type { Program } from './redcode/instruction.ts'

export interface PanelWarrior {
  readonly name: string
  readonly strategy: string
  readonly program: Program
}

interface Source {
  readonly name: string
  readonly strategy: string
  readonly code: string
}

/** In the language of 1988, so that they fit every world; labels and expressions make them fit every core size. */
const WRITTEN: readonly Source[] = [
  {
    name: 'Imp', strategy: 'Copies itself one cell ahead for ever. Hard to kill, hardly ever kills.',
    code: 'mov 0, 1',
  },
  {
    name: 'Dwarf', strategy: 'Bombs every fourth cell.',
    code: `
      loop  add   #4, bomb
            mov   bomb, @bomb
            jmp   loop
      bomb  dat   #0, #0`,
  },
  {
    name: 'Broom', strategy: 'Wipes the core from its own doorstep downwards, cell by cell.',
    code: `
      wipe  mov   dust, <edge
            jmp   wipe
      edge  dat   #0, #-4
      dust  dat   #0, #0`,
  },
  {
    name: 'Gate', strategy: 'Stands still and counts down the cell behind it, which stops imps.',
    code: 'hold  jmp   hold, <-2',
  },
  {
    name: 'Crowd', strategy: 'Makes as many processes as it may: hard to finish off.',
    code: `
      grow  spl   grow
            mov   0, 1`,
  },
  {
    name: 'Twin Dwarf', strategy: 'Two bombs a turn of the loop, with a stride that reaches every fifth cell.',
    code: `
      loop  mov   bomb, <aim
            mov   bomb, @aim
            sub   #5, aim
            jmp   loop
      aim   dat   #0, #-7
            for   MAXLENGTH > 5
      bomb  dat   #0, #0
            rof
            for   MAXLENGTH < 6
      bomb  equ   aim
            rof`,
  },
  {
    name: 'Ring', strategy: 'Three imps a third of the core apart that carry each other.',
    code: `
      third equ   ((CORESIZE+1)/3)
            spl   two
            spl   one
            jmp   imp+third
      one   jmp   imp+2*third
      two   jmp   imp
      imp   mov   0, third`,
  },
  {
    name: 'Copier', strategy: 'Writes itself elsewhere, starts the copy and does it again.',
    code: `
      size  equ   (last-first+1)
      first mov   #size, count
      copy  mov   @count, <goal
            djn   copy, count
            spl   @goal
            add   #(CORESIZE/12+3), goal
            jmz   first, count
      goal  dat   #0, #(CORESIZE/5+3)
      count dat   #0, #0
      last  equ   count
            end   first`,
  },
  {
    name: 'Vampire', strategy: 'Throws jumps into a pit, where captured processes waste their time.',
    code: `
      step  equ   (CORESIZE/10+1)
      bite  mov   fang, @fang
            add   less, fang
            jmp   bite
      less  dat   #-step, #step
      fang  jmp   pit-step, step
            dat   #0, #0
      pit   spl   pit
            jmp   pit`,
  },
  {
    name: 'Sieve', strategy: 'Looks for two cells that differ and wipes what it finds.',
    code: `
      step  equ   (CORESIZE/8-1)
      seek  add   next, look
      look  cmp   step, step+7
            slt   #24, look
            jmp   seek
            mov   trap, @look
            jmp   seek
      next  dat   #step, #step
      trap  spl   0`,
  },
  {
    name: 'Backstop', strategy: 'Wipes downwards with many processes while a gate guards the door.',
    code: `
            spl   0
      wipe  mov   dust, <edge
            djn   wipe, <edge-9
      edge  dat   #0, #-9
      dust  dat   #0, #0`,
  },
  {
    name: 'Spreader', strategy: 'Drops a process where its bombs fall, so that every hit is a foothold.',
    code: `
      step  equ   (CORESIZE/7+2)
      loop  add   #step, goal
            mov   seed, @goal
            spl   @goal
            jmp   loop
      goal  dat   #0, #step
      seed  mov   0, 1`,
  },
] // prettier-ignore

/** The opponents that fit this world, evolved ones after the written ones; at least Imp always does. */
export function panelOf(options: Options): readonly PanelWarrior[] {
  const settings = assemblySettingsOf(options)
  const sources = [...interleave(WRITTEN, EVOLVED[worldOf(options)] ?? [])]
  return sources.flatMap(({ name, strategy, code }) => {
    const { program } = assemble(code, settings)
    return program === null ? [] : [{ name, strategy, program: { ...program, pin: null } }]
  })
}

/** Which evolved warriors belong here: those of the same core, or none. */
const worldOf = (options: Options) =>
  options['icws88'] === true ? '' : `${numberOption(options, 'coreSize')}/${numberOption(options, 'maxLength')}`

/** a1 b1 a2 b2 ..., then the rest: a short panel still has both sorts. */
function* interleave<T>(a: readonly T[], b: readonly T[]): Generator<T> {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x, y] = [a[index], b[index]]
    if (x !== undefined) yield x
    if (y !== undefined) yield y
  }
}
