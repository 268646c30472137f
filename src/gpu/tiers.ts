/**
 * What kernels may use beyond their base line, which is weights of 32 bits and sums through the workgroup's memory. Each tier is a
 * WGSL file instead of another one; a kernel is the same text in all of them.
 *
 * - `subgroups` (a device feature): what the threads of a row find is put together within their subgroup.
 * - Halves need no feature: `unpack2x16float` is in every WGSL. Only weights that are 16-bit numbers anyway are kept as such, so no
 *   number changes. `shader-f16` would bring 16-bit arithmetic, which sums of 32 bits have no use for, so it is not asked for.
 */
import type { ProgramKind } from './programs.ts'

export interface Tiers {
  /** Threads that the smallest subgroup has; 0: reductions go through the workgroup's memory. */
  readonly subgroups: number
  /** Weights that 16 bits hold exactly take 16 bits. */
  readonly halves: boolean
}

/** The base line. */
export const PLAIN: Tiers = { subgroups: 0, halves: false }

/** WGSL promises 4. */
const LEAST = 4
/** Threads that share a row at most (plain-share.wgsl has as many). */
const MOST_SHARE = 8

/** All that a device with these features can do. */
export const tiersFor = (features: readonly string[], info: Partial<GPUAdapterInfo>): Tiers => ({
  subgroups: features.includes('subgroups') ? Math.max(LEAST, info.subgroupMinSize ?? LEAST) : 0,
  halves: true,
})

/** Tiers for people, e.g. `subgroups, 16-bit weights`; empty for the base line. */
export const tiersText = ({ subgroups, halves }: Tiers): string =>
  [...(subgroups > 0 ? ['subgroups'] : []), ...(halves ? ['16-bit weights'] : [])].join(', ')

/** An engine's name for people: the card, and what of it is used. */
export const labelWith = (card: string, tiers: Tiers): string => [card, tiersText(tiers)].filter(Boolean).join(', ')

type Pieces = Pick<ProgramKind, 'files'> & { readonly constants: NonNullable<ProgramKind['constants']> }

/** How the threads of a row put together what they find; before kernels that do. */
export const shareOf = ({ subgroups }: Tiers): Pieces =>
  subgroups === 0
    ? { files: ['lib/plain-share.wgsl'], constants: {} }
    : {
        files: ['lib/subgroup-share.wgsl'],
        constants: { SHARE: Math.min(MOST_SHARE, 2 ** Math.floor(Math.log2(subgroups))) },
      }
