/** All captions there are, by what they are for. The training script splits them in the same way. */
import { captionOf, COLOURS, objectsOf, relationOf, RELATIONS, SHAPES, SIZES, type Caption, type SceneObject } from './words.ts' // prettier-ignore

/** Colours and shapes that training never drew together, to see whether what was learnt apart comes together. */
const UNSEEN = new Set(['blue triangle', 'purple square', 'white circle'])

/**
 * Seven words a caption, one after the other. `single` and `double` were trained on (one object, two); `held` are two objects
 * of pairs of colour and shape that were, in a caption that was not (1 in 10); `pair` has a pair that was never drawn.
 */
export type Parts = Readonly<Record<'single' | 'double' | 'held' | 'pair', Int32Array>>

export function hasUnseenPair(caption: Caption): boolean {
  return objectsOf(caption).some(({ colour, shape }) => UNSEEN.has(`${COLOURS[colour]} ${SHAPES[shape]}`))
}

/** FNV-1a over the words. */
function hashed(caption: Caption): number {
  let value = 0x811c9dc5
  for (let slot = 0; slot < caption.length; slot++) value = Math.imul(value ^ (caption[slot] ?? 0), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

/** 36 captions of one object and 4,320 of two, which differ in colour. */
export function allCaptions(): Int32Array[] {
  const objects: SceneObject[] = SIZES.flatMap((_, size) =>
    COLOURS.flatMap((_, colour) => SHAPES.map((_, shape) => ({ size, colour, shape }))),
  )
  const double = objects.flatMap((first) =>
    RELATIONS.flatMap((_, relation) =>
      objects.filter((second) => second.colour !== first.colour).map((second) => captionOf(first, relation, second)),
    ),
  )
  return [...objects.map((object) => captionOf(object)), ...double]
}

function partOf(caption: Caption): keyof Parts {
  if (hasUnseenPair(caption)) return 'pair'
  if (relationOf(caption) === null) return 'single'
  return hashed(caption) % 10 === 0 ? 'held' : 'double'
}

let kept: Parts | null = null

/** Made once; not to be written to. */
export function split(): Parts {
  if (kept !== null) return kept
  const rows: Record<keyof Parts, number[]> = { single: [], double: [], held: [], pair: [] }
  for (const caption of allCaptions()) rows[partOf(caption)].push(...caption)
  kept = {
    single: Int32Array.from(rows.single),
    double: Int32Array.from(rows.double),
    held: Int32Array.from(rows.held),
    pair: Int32Array.from(rows.pair),
  }
  return kept
}
