/** The shaders of the sampler. */
import type { ProgramKind } from '../../../gpu/programs.ts'
import type { DitShape } from '../model/shape.ts'

export type ProgramName = 'dense' | 'attend' | 'settle' | 'advance'

/** Threads of a workgroup of the dense kernel beside each other, two quads of outputs each: none is idle where outputs are multiples of the width. */
export const columnsOf = ({ width }: DitShape): number => width / 8

export const kindsFor = (shape: DitShape): Readonly<Record<ProgramName, ProgramKind>> => ({
  dense: { files: ['lib/dense.wgsl'], bindings: ['weights', 'source', '>goal', 'lists'], constants: { COLUMNS: columnsOf(shape) } },
  attend: { files: ['lib/attend.wgsl'], bindings: ['asked', 'known', '>seen'] },
  settle: {
    files: ['diffusion-cache/settle.wgsl'], bindings: ['lists', 'vectors', 'embedded', '>pages', '>normed'],
    constants: { QUADS: shape.width / 4 },
  },
  advance: { files: ['diffusion-cache/advance.wgsl'], bindings: ['lists', 'given', '>xs', 'bounds'] },
}) // prettier-ignore
