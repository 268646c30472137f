/** The compute shaders of shaders/core-war: which fixed files make one, and which buffers it uses. */

/** By buffer of group 0: its binding, the same in all files. */
export const BINDINGS = {
  cells: 0,
  queues: 1,
  states: 2,
  seen: 3,
  pspaces: 4,
  going: 5,
  roll: 6,
  tables: 7,
  nextGoing: 8,
  nextRoll: 9,
  tallies: 10,
  lives: 11,
  saved: 12,
  finals: 13,
} as const
export type BindingName = keyof typeof BINDINGS
export type Bound = Readonly<Partial<Record<BindingName, GPUBuffer>>>

export interface Shader {
  readonly entryPoint: string
  /** Read one after another. */
  readonly files: readonly string[]
  /** Spelt out, because an `auto` layout drops those that a variant does not use. */
  readonly writes: readonly BindingName[]
  readonly reads: readonly BindingName[]
}

const files = (...names: readonly string[]) => names.map((name) => `core-war/${name}.wgsl`)

const LOAD = { entryPoint: 'load', writes: ['cells', 'queues', 'states', 'going'], reads: ['tables'] } as const
const FIGHT = {
  entryPoint: 'fight',
  writes: ['cells', 'queues', 'states', 'seen', 'pspaces'],
  reads: ['going', 'roll', 'tables'],
} as const
const ROTA = { entryPoint: 'rota', reads: ['tables'] } as const
const SUMS = ['tallies', 'lives'] as const

export const SHADERS = {
  loadWide: { ...LOAD, files: files('job', 'wide', 'rings', 'setup', 'load') },
  loadNarrow: { ...LOAD, files: files('job', 'narrow', 'rings', 'setup', 'load') },
  fightWide: { ...FIGHT, files: files('job', 'control', 'wide', 'rings', 'pspace', 'mars', 'fight') },
  fightNarrow: { ...FIGHT, files: files('job', 'control', 'narrow', 'rings', 'pspace', 'mars', 'fight') },
  gather: {
    entryPoint: 'gather',
    files: files('job', 'tally', 'gather'),
    writes: ['states', 'nextGoing', 'nextRoll', ...SUMS],
    reads: ['going', 'roll'],
  },
  rotaStorage: {
    ...ROTA,
    files: files('job', 'control', 'narrow', 'rings', 'no-pspace', 'mars', 'setup', 'tally', 'lasting', 'rota'),
    writes: ['cells', 'queues', 'states', 'seen', ...SUMS, 'finals'],
  },
  rotaLocal: {
    ...ROTA,
    files: files('job', 'control', 'local', 'no-pspace', 'mars', 'setup', 'tally', 'rota'),
    writes: ['states', 'saved', ...SUMS, 'finals'],
  },
} as const satisfies Record<string, Shader>
export type ShaderName = keyof typeof SHADERS
