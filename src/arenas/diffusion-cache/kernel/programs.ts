/** The shaders of the sampler. */
import type { ProgramKind } from '../../../gpu/programs.ts'
import { shareOf, type Tiers } from '../../../gpu/tiers.ts'
import type { DitShape } from '../model/shape.ts'
import type { Packed } from './pack.ts'

/** `halfDense`: products with weights of 16 bits. */
export type ProgramName = 'dense' | 'halfDense' | 'attend' | 'settle' | 'advance'

/** Threads of a workgroup of the dense kernel beside each other, two quads of outputs each: none is idle where outputs are multiples of the width. */
export const columnsOf = ({ width }: DitShape): number => width / 8

/** Those that the weights need. */
export function kindsFor(
  shape: DitShape,
  tiers: Tiers,
  { hasHalves, hasFloats }: Pick<Packed, 'hasHalves' | 'hasFloats'>,
): Readonly<Record<ProgramName, ProgramKind>> {
  const product = { bindings: ['weights', 'source', '>goal', 'lists'], constants: { COLUMNS: columnsOf(shape) } }
  const share = shareOf(tiers)
  const kinds: Readonly<Record<ProgramName, ProgramKind>> = {
    dense: { ...product, files: ['lib/floats.wgsl', 'lib/dense.wgsl', 'lib/product.wgsl'] },
    halfDense: { ...product, files: ['lib/halves.wgsl', 'lib/dense.wgsl', 'lib/product.wgsl'] },
    attend: { files: ['lib/attend.wgsl'], bindings: ['asked', 'known', '>seen'] },
    settle: {
      files: [...share.files, 'lib/norm.wgsl', 'diffusion-cache/settle.wgsl'],
      bindings: ['lists', 'vectors', 'embedded', '>pages', '>normed'],
      constants: { ...share.constants, QUADS: shape.width / 4 },
    },
    advance: { files: ['diffusion-cache/advance.wgsl'], bindings: ['lists', 'given', '>xs', 'bounds'] },
  }
  const unused: readonly ProgramName[] = [
    ...(hasFloats ? [] : (['dense'] as const)),
    ...(hasHalves ? [] : (['halfDense'] as const)),
  ]
  return Object.fromEntries(
    Object.entries(kinds).filter(([name]) => !unused.includes(name as ProgramName)),
  ) as typeof kinds
}
