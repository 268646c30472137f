/** Draws a replay's core on a canvas: colour = who was there last, strength = how lately, bright points = processes. */
import { TOUCH, type Replay } from './replay.ts'

export interface Palette {
  readonly background: string
  readonly empty: string
  readonly warriors: readonly string[]
  readonly process: string
}

/** How the ring of cells is laid out: row after row, filling the canvas. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  /** Device pixels of the canvas. */
  readonly width: number
  readonly height: number
}

/** The number of columns that makes cells squarest and leaves the last row fullest. */
export function layoutFor(cells: number, width: number, height: number): Layout {
  let best: Layout = { columns: cells, rows: 1, width, height }
  let least = Infinity
  for (let columns = 1; columns <= cells; columns++) {
    const rows = Math.ceil(cells / columns)
    const squareness = Math.abs(Math.log((width / columns) * (rows / height)))
    const cost = squareness + (2 * (columns * rows - cells)) / cells
    if (cost < least) {
      least = cost
      best = { columns, rows, width, height }
    }
  }
  return best
}

/** Where a cell is drawn: its left and top edge and its size, a gap to the next one left out. */
function boxOf(
  { columns, rows, width, height }: Layout,
  cell: number,
  gap: number,
): readonly [number, number, number, number] {
  const column = cell % columns
  const row = Math.floor(cell / columns)
  const left = Math.floor((column * width) / columns)
  const top = Math.floor((row * height) / rows)
  const right = Math.floor(((column + 1) * width) / columns)
  const bottom = Math.floor(((row + 1) * height) / rows)
  return [left, top, Math.max(1, right - left - gap), Math.max(1, bottom - top - gap)]
}

/** The cell at a point of the canvas, or null beside them all. */
export function cellAt({ columns, rows, width, height }: Layout, cells: number, x: number, y: number): number | null {
  const column = Math.floor((x * columns) / width)
  const row = Math.floor((y * rows) / height)
  const cell = row * columns + column
  return column >= 0 && column < columns && row >= 0 && cell < cells ? cell : null
}

/** Instructions after which a touch has faded to a third of its strength. */
const FADE = 0.35

export function paint(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  replay: Replay,
  layout: Layout,
  palette: Palette,
): void {
  const { owner, touch, touchedAt, machine } = replay
  const cells = owner.length
  const now = machine.instructionsExecuted
  const fade = Math.max(40, cells * FADE)
  const pitch = Math.min(layout.width / layout.columns, layout.height / layout.rows)
  const gap = pitch >= 4 ? 1 : 0
  context.globalAlpha = 1
  context.fillStyle = palette.background
  context.fillRect(0, 0, layout.width, layout.height)
  context.fillStyle = palette.empty
  for (let cell = 0; cell < cells; cell++) if (owner[cell] === 0) context.fillRect(...boxOf(layout, cell, gap))
  palette.warriors.forEach((colour, warrior) => {
    context.fillStyle = colour
    for (let cell = 0; cell < cells; cell++) {
      if (owner[cell] !== warrior + 1) continue
      const strength = touch[cell] === TOUCH.counted ? 0.75 : 1
      context.globalAlpha = strength * (0.28 + 0.72 * Math.exp(-(now - (touchedAt[cell] ?? 0)) / fade))
      const [x, y, width, height] = boxOf(layout, cell, gap)
      // The second warrior's cells have a notch, so that the two can be told apart without colour.
      if (warrior === 1 && pitch >= 7) {
        const notch = Math.max(2, Math.floor(pitch / 3))
        context.fillRect(x, y, width, height - notch)
        context.fillRect(x, y + height - notch, width - notch, notch)
      } else context.fillRect(x, y, width, height)
    }
  })
  context.globalAlpha = 1
  paintProcesses(context, replay, layout, pitch, gap, palette)
}

const MOST_POINTS = 400

function paintProcesses(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { machine }: Replay,
  layout: Layout,
  pitch: number,
  gap: number,
  palette: Palette,
): void {
  machine.queues.forEach((queue, warrior) => {
    const addresses = queue.list()
    context.fillStyle = palette.process
    const inset = pitch >= 7 ? Math.floor(pitch / 4) : 0
    for (let index = 0; index < Math.min(MOST_POINTS, addresses.length); index++) {
      const [x, y, width, height] = boxOf(layout, addresses[index] ?? 0, gap)
      context.fillRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    }
    // The process that runs next has a frame in its warrior's colour.
    const next = addresses[0]
    if (next !== undefined && pitch >= 5) {
      const [x, y, width, height] = boxOf(layout, next, gap)
      context.strokeStyle = palette.warriors[warrior] ?? palette.process
      context.lineWidth = 2
      context.strokeRect(x - 1, y - 1, width + 2, height + 2)
    }
  })
}

/** The colours of the theme, read from the page's custom properties. */
export function paletteOf(element: Element, warriors: number): Palette {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  const isDark = style.colorScheme !== 'light'
  const named = [read('--warrior-a'), read('--warrior-b')]
  return {
    background: read('--core'),
    empty: isDark ? '#131d29' : '#dcd5c4',
    warriors: Array.from(
      { length: warriors },
      (_, index) => named[index] ?? OKABE_ITO[index % OKABE_ITO.length] ?? '#999',
    ),
    process: isDark ? '#ffffff' : '#000000',
  }
}

/** For melees: eight colours that people with any colour vision can tell apart (Okabe & Ito 2008). */
const OKABE_ITO = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#f0e442', '#0072b2', '#999999']
