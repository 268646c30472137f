/** The shaders of a network. */
import type { ProgramKind } from '../../../gpu/programs.ts'
import type { Network } from '../model/network.ts'

/** Products of few outputs are apart: no thread of theirs is to be idle. */
export type ProgramName =
  | 'dense'
  | 'thin'
  | 'whole'
  | 'quantise'
  | 'attend'
  | 'embed'
  | 'join'
  | 'scale'
  | 'adapt'
  | 'draw'
  | 'see'
  | 'add'
  | 'pick'

/** Threads of a workgroup of a product beside each other, two quads of outputs each; and where outputs are few. */
export const WIDE = 8
export const THIN = 2
export const columnsFor = (quads: number): number => (quads < 2 * WIDE ? THIN : WIDE)

/** What multiplies whole numbers, where something does; `isPacked`: the device has an instruction for it. */
const wholeFiles = (network: Network, isPacked: boolean): readonly string[] => [
  isPacked ? 'lib/packed-dot.wgsl' : 'lib/plain-dot.wgsl',
  network.precision === 'int4' ? 'lib/nibbles.wgsl' : 'lib/bytes.wgsl',
  'lib/whole.wgsl',
]

/** Those that the network needs; `isOwn`: members have directions of their own instead of singular values. */
export function kindsFor(network: Network, isPacked: boolean, isOwn: boolean): Readonly<Record<ProgramName, ProgramKind>> {
  const product = { files: ['lib/dense.wgsl'], bindings: ['weights', 'source', '>goal', 'lists'] }
  const kinds: Readonly<Record<ProgramName, ProgramKind>> = {
    dense: { ...product, constants: { COLUMNS: WIDE } },
    thin: { ...product, constants: { COLUMNS: THIN } },
    whole: { files: wholeFiles(network, isPacked), bindings: ['weights', 'source', '>goal'], constants: { COLUMNS: WIDE } },
    quantise: { files: ['lib/quantise.wgsl'], bindings: ['numbers', '>packed'] },
    attend: { files: ['lib/attend.wgsl'], bindings: ['asked', 'known', '>seen'] },
    embed: { files: ['singular-values/embed.wgsl'], bindings: ['weights', 'tokens', '>xs'] },
    join: {
      files: ['singular-values/join.wgsl'], bindings: ['weights', 'added', '>xs', '>normed'],
      constants: { QUADS: network.kind === 'fashion' ? 1 : network.shape.width / 4 },
    },
    scale: { files: ['singular-values/scale.wgsl'], bindings: ['weights', 'spectra', 'seen', '>scaled'] },
    adapt: { files: ['singular-values/adapt.wgsl'], bindings: ['weights', 'scaled', 'base', '>goal'] },
    draw: { files: ['lib/counter.wgsl', 'singular-values/draw.wgsl'], bindings: ['moves', '>own'] },
    see: { files: ['singular-values/see.wgsl'], bindings: ['own', 'source', '>scaled'] },
    add: { files: ['singular-values/add.wgsl'], bindings: ['own', 'scaled', 'base', '>goal'] },
    pick: { files: ['singular-values/pick.wgsl'], bindings: ['numbers', '>answers'] },
  }
  const isWhole = network.precision === 'int8' || network.precision === 'int4'
  const unused: readonly ProgramName[] = [
    ...(isOwn ? (['scale', 'adapt'] as const) : (['draw', 'see', 'add'] as const)),
    ...(isWhole ? [] : (['whole', 'quantise'] as const)),
    ...(network.kind === 'fashion' ? (['dense', 'attend', 'embed', 'join'] as const) : []),
  ]
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => !unused.includes(name as ProgramName))) as typeof kinds
} // prettier-ignore
