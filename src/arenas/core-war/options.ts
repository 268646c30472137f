/**
 * The worlds warriors live in, as data: hill presets (KOTH.org and SAL settings) and the options behind them.
 * Every number of a preset has a source in docs/core-war-rules.md.
 */
import type { Preset } from '../../core/contracts.ts'
import { numberOption, textOption, type OptionField, type Options } from '../../core/options.ts'
import type { MarsSettings } from './mars/battle.ts'
import type { AssemblySettings } from './redcode/assembly.ts'

export const FIELDS: readonly OptionField[] = [
  {
    key: 'fitness', label: 'Fitness', kind: 'choice', group: 'selection', default: 'points',
    choices: [{ value: 'points', label: 'Points in duels' }, { value: 'survival', label: 'Survival in a melee' }],
    help: 'Points: 3 for a win, 1 for a tie, one opponent at a time. Survival: Digital Red Queen\'s share of the time alive, everyone in one core.',
  },
  {
    key: 'axes', label: 'Kinds are told apart by', kind: 'choice', group: 'selection', default: 'spawned-covered',
    choices: [
      { value: 'spawned-covered', label: 'Processes started and memory covered' },
      { value: 'spawned-length', label: 'Processes started and length' },
      { value: 'spawned-opcodes', label: 'Processes started and different opcodes' },
      { value: 'covered-length', label: 'Memory covered and length' },
      { value: 'covered-opcodes', label: 'Memory covered and different opcodes' },
      { value: 'opcodes-length', label: 'Different opcodes and length' },
    ],
    help: 'The two sides of the archive. One warrior is kept for each combination: the best of its kind.',
  },
  {
    key: 'rounds', label: 'Battles', kind: 'integer', group: 'selection', min: 1, max: 1000, default: 4,
    help: 'Duels against each opponent, or melees, from different starting places. More of them, less luck, slower.',
  },
  {
    key: 'opponents', label: 'Opponents', kind: 'integer', group: 'selection', min: 1, max: 24, default: 8,
    help: 'How many warriors of the frozen panel each newcomer has to face.',
  },
  {
    key: 'coreSize', label: 'Core size', kind: 'integer', group: 'world', min: 8, max: 65536, default: 800, unit: 'cells', advanced: true,
    help: 'Cells in the ring of memory that the warriors fight in.',
  },
  {
    key: 'maxCycles', label: 'Cycles', kind: 'integer', group: 'world', min: 1, max: 1000000, default: 8000, unit: 'turns', advanced: true,
    help: 'Turns each warrior gets before a battle counts as a tie.',
  },
  {
    key: 'maxProcesses', label: 'Processes', kind: 'integer', group: 'world', min: 1, max: 65535, default: 800, advanced: true,
    help: 'How many processes one warrior may have at once.',
  },
  {
    key: 'maxLength', label: 'Longest warrior', kind: 'integer', group: 'world', min: 1, max: 500, default: 20, unit: 'lines', advanced: true,
    help: 'Warriors longer than this are cut or refused.',
  },
  {
    key: 'minDistance', label: 'Least distance', kind: 'integer', group: 'world', min: 1, max: 5000, default: 20, unit: 'cells', advanced: true,
    help: 'Cells between the first lines of two warriors at the start, at least.',
  },
  {
    key: 'icws88', label: 'ICWS\'88 rules', kind: 'boolean', group: 'world', default: false, advanced: true,
    help: 'The language of 1988: eleven opcodes, four modes, no modifiers.',
  },
] // prettier-ignore

const world = (coreSize: number, maxProcesses: number, maxCycles: number, maxLength: number, minDistance: number) => ({
  coreSize, maxProcesses, maxCycles, maxLength, minDistance,
}) // prettier-ignore
const duels = { fitness: 'points', axes: 'spawned-covered', rounds: 4, opponents: 8, icws88: false }

/** DRQ's README, "full run": 20 x 250, 8 new ones at the beginning, one child in ten new, all champions remembered. */
const DRQ = {
  rounds: 20, iterations: 250, remembered: 20, fresh: 8, newShare: 0.1, warmRivals: true, warmChampions: true, guests: 20,
  threshold: 0, thresholdOf: 0,
} // prettier-ignore
const DRQ_WORLD = { ...duels, ...world(8000, 8000, 80000, 100, 100), fitness: 'survival', rounds: 20, opponents: 1 }
/** Classical operators are cheaper than calls to a language model: more of them in less time. */
const QUICK = { ...DRQ, fresh: 64 }

/** A preset for each world. */
export const WORLDS: readonly Preset[] = [
  {
    id: 'nano', label: 'Nano', options: { ...duels, ...world(80, 80, 800, 5, 5), rounds: 8, opponents: 12 },
    summary: 'Five lines in eighty cells. Battles last an eye-blink; evolution rivals people here.',
  },
  {
    id: 'tiny', label: 'Tiny', options: { ...duels, ...world(800, 800, 8000, 20, 20) },
    summary: 'Twenty lines in 800 cells: small enough to watch, large enough for real strategies.',
  },
  {
    id: '94nop', label: '\'94 no P-space', options: { ...duels, ...world(8000, 8000, 80000, 100, 100) },
    summary: 'The standard hill: 8,000 cells, 80,000 cycles, a hundred lines.',
  },
  {
    id: '94x', label: '\'94 experimental', options: { ...duels, ...world(55440, 10000, 500000, 200, 200), rounds: 2 },
    summary: 'The big hill: 55,440 cells and half a million cycles.',
  },
  {
    id: '88', label: 'ICWS\'88', options: { ...duels, ...world(8000, 8000, 80000, 100, 100), icws88: true },
    summary: 'The standard core under the language of 1988.',
  },
  {
    id: 'lp', label: 'Limited processes', options: { ...duels, ...world(8000, 8, 80000, 200, 200) },
    summary: 'Eight processes at most, so no swarm ever forms.',
  },
  {
    id: 'drq', label: 'DRQ, 20 x 250', summary: 'Digital Red Queen (2026) with the numbers of its full run, every round to its end: 20 rounds of 250 children, melees of all champions.',
    options: DRQ_WORLD, run: { strategy: 'red-queen', population: 1, tactics: DRQ },
  },
] // prettier-ignore

/** Other ways to evolve in some of them. */
const WAYS: readonly Preset[] = [
  {
    id: 'queen-nano', label: 'Red Queen, quick (nano)', options: { ...duels, ...world(80, 80, 800, 5, 5), rounds: 8, opponents: 1 },
    summary: 'Ten quick rounds in the smallest core: each champion has to be beaten by all that follow. Watch what they can do against strangers.',
    run: { strategy: 'red-queen', population: 64, tactics: { ...QUICK, rounds: 10, iterations: 1600 } },
  },
  {
    id: 'queen-tiny', label: 'Red Queen, quick (tiny)', options: { ...duels, ...world(800, 800, 8000, 20, 20), opponents: 1 },
    summary: 'Eight rounds among warriors of twenty lines, from Imp upwards.',
    run: { strategy: 'red-queen', population: 64, tactics: { ...QUICK, rounds: 8, iterations: 1600 } },
  },
  {
    id: 'drq-published', label: 'DRQ, as published', summary: 'The same with the command line of its README to the letter: there a round ends once the best has more than 0.8 of survival fitness, and a fair share is 1.',
    options: DRQ_WORLD, run: { strategy: 'red-queen', population: 1, tactics: { ...DRQ, threshold: 0.8, thresholdOf: 1 } },
  },
] // prettier-ignore

export const PRESETS: readonly Preset[] = [...WORLDS, ...WAYS]

/** The preset that a warrior's `;redcode` tag asks for, as hills have it; null for a tag that names none of them. */
export function presetOfTag(tag: string | null): string | null {
  if (tag === null) return null
  const word = tag.split(/\s/)[0] ?? ''
  const named: Readonly<Record<string, string>> = {
    '': '88',
    '88': '88',
    '94': '94nop',
    '94nop': '94nop',
    '94b': '94nop',
    '94m': '94nop',
    '94x': '94x',
    '94xm': '94x',
    nano: 'nano',
    tiny: 'tiny',
    lp: 'lp',
  }
  return named[word] ?? null
}

const WORLD = ['coreSize', 'maxCycles', 'maxProcesses', 'maxLength', 'minDistance', 'icws88'] as const

/** The tag line that brings a warrior back to this world: {@link presetOfTag} of a hill's own, of no hill for other worlds. */
export function tagOf(options: Options): string {
  const hill = PRESETS.find(
    (preset) => presetOfTag(preset.id) === preset.id && WORLD.every((key) => preset.options[key] === options[key]),
  )
  return `;redcode-${hill?.id ?? 'custom'}`
}

/** The rules of the machine that these options stand for. Evolution has no P-space: every hill preset is run with -S 1. */
export function rulesOf(
  options: Options,
): MarsSettings & Pick<AssemblySettings, 'maxLength' | 'minDistance' | 'icws88'> {
  const coreSize = numberOption(options, 'coreSize')
  return {
    coreSize,
    maxProcesses: numberOption(options, 'maxProcesses'),
    maxCycles: numberOption(options, 'maxCycles'),
    maxLength: numberOption(options, 'maxLength'),
    minDistance: numberOption(options, 'minDistance'),
    readLimit: coreSize,
    writeLimit: coreSize,
    pspaceSize: 1,
    endsWhen: textOption(options, 'fitness') === 'survival' ? 'none-left' : 'one-left',
    icws88: options['icws88'] === true,
  }
}

/** What the assembler has to know to read a warrior for this world. */
export function assemblySettingsOf(options: Options): AssemblySettings {
  return { ...rulesOf(options), rounds: numberOption(options, 'rounds'), warriors: 2 }
}
