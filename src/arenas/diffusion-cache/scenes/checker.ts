/**
 * Says which of a caption's requirements a picture meets. No network: colours are read off pixel by pixel, shapes compared with
 * renders. On clean renders every requirement is met; `training/shapes-dit/checker.py` is the same in Python and measures how
 * much noise and blur it bears, and that it refuses captions in which one word is wrong.
 */
import { amountOf, LEAST, massesOf, read, silhouetteOf, spotOf } from './reading.ts'
import { cover, PIXELS } from './render.ts'
import { objectsOf, relationOf, SHAPES, type Caption } from './words.ts'

/** Square pixels: a colour of more is no object. */
const MOST = 56
/** Between the two areas, and what is too big for the larger, in square pixels. */
const BETWEEN = 24
const LARGEST = 46
/** Share of an object's area that may lie elsewhere than in its shape. */
const UNLIKE = 0.25
/** Widths of an edge in pixels that a shape may have: as rendered, and blurred. */
const EDGES = [1, 1.7] as const
/** Pixels that centroids have to be apart along the named axis, and the share of how far they are apart along the other. */
const APART = 2
const STEEP = 0.9
/** Square pixels of a colour that nobody asked for. */
const STRAY = 5

export type Kind = 'colour' | 'shape' | 'size' | 'relation' | 'only'

/** One requirement. `only`: there is nothing of another colour. */
export interface Verdict {
  readonly kind: Kind
  /** Which object it is about: 0, 1, or null for the whole scene. */
  readonly object: number | null
  readonly met: boolean
}

/** Four requirements of a scene of one object, eight of one of two. `picture`: SIZE * SIZE * 3 numbers, RGB of 0..1. */
export function check(caption: Caption, picture: ArrayLike<number>): Verdict[] {
  const reading = read(picture)
  const masses = massesOf(reading)
  const wanted = objectsOf(caption)
  const verdicts: Verdict[] = []
  const spots = wanted.map(({ size, colour, shape }, object) => {
    const { mass, centre } = spotOf(amountOf(reading, colour))
    const present = mass > LEAST && mass < MOST
    const looks = present ? shapeOf(silhouetteOf(reading, masses, colour)) : null
    verdicts.push(
      { kind: 'colour', object, met: present },
      { kind: 'shape', object, met: looks !== null && looks.shape === shape && looks.unlike < UNLIKE },
      { kind: 'size', object, met: present && mass < LARGEST && mass > BETWEEN === (size === 1) },
    )
    return { present, centre }
  })
  const relation = relationOf(caption)
  const [one, two] = spots
  if (relation !== null && one !== undefined && two !== undefined) {
    const [dx, dy] = [two.centre[0] - one.centre[0], two.centre[1] - one.centre[1]]
    const along = relation < 2 ? dx : dy
    const ahead = relation % 2 === 0 ? along : -along
    const across = Math.abs(relation < 2 ? dy : dx)
    const met = one.present && two.present && ahead > APART && ahead > STEEP * across
    verdicts.push({ kind: 'relation', object: null, met })
  }
  const clean = masses.every((mass, colour) => mass < STRAY || wanted.some((object) => object.colour === colour))
  verdicts.push({ kind: 'only', object: null, met: clean })
  return verdicts
}

/** Share of its caption's requirements that a picture meets, 0..1. */
export function agreementOf(caption: Caption, picture: ArrayLike<number>): number {
  const verdicts = check(caption, picture)
  return verdicts.filter(({ met }) => met).length / verdicts.length
}

/** The shape whose render of the same area and centroid is nearest, and the share of the area that lies elsewhere. */
function shapeOf(outline: Float64Array): { readonly shape: number; readonly unlike: number } {
  const { mass, centre } = spotOf(outline)
  const cells = new Float64Array(PIXELS)
  let best = { shape: -1, unlike: Infinity }
  let least = Infinity
  SHAPES.forEach((_, shape) => {
    for (const edge of EDGES) {
      cover(shape, mass, centre, cells, edge)
      let [squares, off, inside] = [0, 0, 0]
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        const covered = cells[pixel] ?? 0
        const apart = (outline[pixel] ?? 0) - covered
        inside += covered
        squares += apart * apart
        off += Math.abs(apart)
      }
      if (squares < least) {
        least = squares
        // What of the shape would lie outside of the picture is missing too.
        best = { shape, unlike: (off + Math.max(0, mass - inside)) / mass }
      }
    }
  })
  return best
}
