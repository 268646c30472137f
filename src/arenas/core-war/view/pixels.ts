/** A core as a picture with one pixel a cell: for many battles at once, and for cores too large to draw cell by cell. */
import type { Layout, Palette } from './paint.ts'
import type { Replay } from './replay.ts'

/** Shades from just touched to long ago. */
const SHADES = 48

export interface Shades {
  readonly empty: number
  readonly outside: number
  readonly process: number
  /** By warrior and age. */
  readonly aged: readonly Uint32Array[]
}

const channels = (hex: string): readonly [number, number, number] => {
  const number = parseInt(hex.slice(1), 16)
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255]
}
/** As ImageData's bytes lie in memory: red first. */
const pixel = ([r, g, b]: readonly [number, number, number]): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0

export function shadesOf(palette: Palette): Shades {
  const ground = channels(palette.empty)
  return {
    empty: pixel(ground),
    outside: pixel(channels(palette.background)),
    process: pixel(channels(palette.process)),
    aged: palette.warriors.map((colour) => {
      const [r, g, b] = channels(colour)
      return Uint32Array.from({ length: SHADES }, (_, age) => {
        const strength = 0.28 + 0.72 * Math.exp((-3 * age) / SHADES)
        const mix = (from: number, to: number) => Math.round(from + (to - from) * strength)
        return pixel([mix(ground[0], r), mix(ground[1], g), mix(ground[2], b)])
      })
    }),
  }
}

/** Writes one pixel a cell; what lies past the last cell is ground. `fade` is as in paint.ts. */
export function writePixels(pixels: Uint32Array, replay: Replay, shades: Shades, fade: number): void {
  const { owner, touchedAt, machine } = replay
  const now = machine.instructionsExecuted
  const scale = SHADES / (3 * fade)
  for (let cell = 0; cell < owner.length; cell++) {
    const aged = shades.aged[(owner[cell] ?? 0) - 1]
    pixels[cell] =
      aged === undefined
        ? shades.empty
        : (aged[Math.min(SHADES - 1, Math.floor((now - (touchedAt[cell] ?? 0)) * scale))] ?? shades.empty)
  }
  pixels.fill(shades.outside, owner.length)
  for (const queue of machine.queues)
    for (const address of queue.list().subarray(0, 400)) pixels[address] = shades.process
}

/** Draws by pixels, stretched over the layout. */
export class PixelPainter {
  #canvas: OffscreenCanvas | null = null
  #image: ImageData | null = null

  paint(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    replay: Replay,
    layout: Layout,
    shades: Shades,
    fade: number,
    x: number,
    y: number,
  ): void {
    const { columns, rows, width, height, left, top } = layout
    if (this.#image?.width !== columns || this.#image.height !== rows) {
      this.#image = new ImageData(columns, rows)
      this.#canvas = new OffscreenCanvas(columns, rows)
    }
    const small = this.#canvas?.getContext('2d')
    if (this.#canvas === null || small === null || small === undefined) return
    writePixels(new Uint32Array(this.#image.data.buffer), replay, shades, fade)
    small.putImageData(this.#image, 0, 0)
    context.imageSmoothingEnabled = width < columns || height < rows
    context.drawImage(this.#canvas, x - left, y - top, width, height)
  }
}
