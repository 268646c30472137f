/** The shaders of a network. */
import type { ProgramKind } from '../../../gpu/programs.ts'
import { shareOf, type Tiers } from '../../../gpu/tiers.ts'
import type { Network } from '../model/network.ts'

/** Products of few outputs are apart: no thread of theirs is to be idle. So are those with weights of 16 bits. */
export type ProgramName =
  | 'dense'
  | 'thin'
  | 'halfDense'
  | 'halfThin'
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
export const denseFor = (quads: number, isHalf: boolean): ProgramName =>
  columnsFor(quads) === THIN ? (isHalf ? 'halfThin' : 'thin') : isHalf ? 'halfDense' : 'dense'

/** What multiplies whole numbers, where something does; `isPacked`: the device has an instruction for it. */
const wholeFiles = (network: Network, isPacked: boolean): readonly string[] => [
  isPacked ? 'lib/packed-dot.wgsl' : 'lib/plain-dot.wgsl',
  network.precision === 'int4' ? 'lib/nibbles.wgsl' : 'lib/bytes.wgsl',
  'lib/whole.wgsl',
]

const isWhole = ({ precision }: Network): boolean => precision === 'int8' || precision === 'int4'

/** Threads put together what they find of a row: in norms, and for scales of whole numbers. */
export const sharesRows = (network: Network): boolean => network.kind === 'sums' || isWhole(network)

/** Those that the network needs; `isOwn`: members have directions of their own instead of singular values. */
export function kindsFor(network: Network, isPacked: boolean, isOwn: boolean, tiers: Tiers): Readonly<Record<ProgramName, ProgramKind>> {
  const product = (weights: 'floats' | 'halves', columns: number): ProgramKind => ({
    files: [`lib/${weights}.wgsl`, 'lib/dense.wgsl', 'lib/product.wgsl'], bindings: ['weights', 'source', '>goal', 'lists'], constants: { COLUMNS: columns },
  })
  const share = shareOf(tiers)
  const kinds: Readonly<Record<ProgramName, ProgramKind>> = {
    dense: product('floats', WIDE),
    thin: product('floats', THIN),
    halfDense: product('halves', WIDE),
    halfThin: product('halves', THIN),
    whole: { files: wholeFiles(network, isPacked), bindings: ['weights', 'source', '>goal'], constants: { COLUMNS: WIDE } },
    quantise: { files: [...share.files, 'lib/quantise.wgsl'], bindings: ['numbers', '>packed'], constants: share.constants },
    attend: { files: ['lib/attend.wgsl'], bindings: ['asked', 'known', '>seen'] },
    embed: { files: ['singular-values/embed.wgsl'], bindings: ['weights', 'tokens', '>xs'] },
    join: {
      files: [...share.files, 'lib/norm.wgsl', 'singular-values/join.wgsl'], bindings: ['weights', 'added', '>xs', '>normed'],
      constants: { ...share.constants, QUADS: network.kind === 'fashion' ? 1 : network.shape.width / 4 },
    },
    scale: { files: ['singular-values/scale.wgsl'], bindings: ['weights', 'spectra', 'seen', '>scaled'] },
    adapt: {
      files: ['lib/floats.wgsl', 'singular-values/adapt.wgsl', 'lib/product.wgsl'], bindings: ['weights', 'scaled', 'base', '>goal'],
      constants: { COLUMNS: WIDE },
    },
    draw: { files: ['lib/counter.wgsl', 'singular-values/draw.wgsl'], bindings: ['moves', '>own'] },
    see: { files: ['singular-values/see.wgsl'], bindings: ['own', 'source', '>scaled'] },
    add: { files: ['singular-values/add.wgsl'], bindings: ['own', 'scaled', 'base', '>goal'] },
    pick: { files: ['singular-values/pick.wgsl'], bindings: ['numbers', '>answers'] },
  }
  const unused: readonly ProgramName[] = [
    ...(isOwn ? (['scale', 'adapt'] as const) : (['draw', 'see', 'add'] as const)),
    ...(isWhole(network) ? [] : (['whole', 'quantise'] as const)),
    ...(tiers.halves ? [] : (['halfDense', 'halfThin'] as const)),
    ...(network.kind === 'fashion' ? (['dense', 'halfDense', 'attend', 'embed', 'join'] as const) : []),
  ]
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => !unused.includes(name as ProgramName))) as typeof kinds
} // prettier-ignore
