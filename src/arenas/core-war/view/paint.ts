/** Draws a replay's core on a canvas: colour = who was there last, strength = how lately, bright points = processes. */
import { TOUCH, type Replay } from './replay.ts'

export interface Palette {
  readonly background: string
  readonly empty: string
  readonly warriors: readonly string[]
  readonly process: string
}

/** How the ring of cells is laid out: row after row. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  /** Device pixels from one cell to the next. */
  readonly pitch: number
}

export function layoutFor(cells: number, width: number, height: number): Layout {
  let best: Layout = { columns: cells, rows: 1, pitch: 1 }
  for (let columns = Math.ceil(Math.sqrt(cells / 4)); columns <= Math.ceil(Math.sqrt(cells * 6)); columns++) {
    const rows = Math.ceil(cells / columns)
    const pitch = Math.floor(Math.min(width / columns, height / rows))
    // Of equal sizes the one with the fuller last row looks tidier.
    const waste = columns * rows - cells
    if (pitch > best.pitch || (pitch === best.pitch && waste < best.columns * best.rows - cells))
      best = { columns, rows, pitch }
  }
  return best
}

/** Instructions after which a touch has faded to a third of its strength. */
const FADE = 0.35

export function paint(
  context: CanvasRenderingContext2D,
  replay: Replay,
  { columns, pitch }: Layout,
  palette: Palette,
): void {
  const { owner, touch, touchedAt, machine } = replay
  const cells = owner.length
  const now = machine.instructionsExecuted
  const fade = Math.max(40, cells * FADE)
  const gap = pitch >= 4 ? 1 : 0
  const size = pitch - gap
  context.globalAlpha = 1
  context.fillStyle = palette.background
  context.fillRect(0, 0, context.canvas.width, context.canvas.height)
  context.fillStyle = palette.empty
  for (let cell = 0; cell < cells; cell++) {
    if (owner[cell] === 0) context.fillRect((cell % columns) * pitch, Math.floor(cell / columns) * pitch, size, size)
  }
  palette.warriors.forEach((colour, warrior) => {
    context.fillStyle = colour
    for (let cell = 0; cell < cells; cell++) {
      if (owner[cell] !== warrior + 1) continue
      const strength = touch[cell] === TOUCH.counted ? 0.75 : 1
      context.globalAlpha = strength * (0.28 + 0.72 * Math.exp(-(now - (touchedAt[cell] ?? 0)) / fade))
      const x = (cell % columns) * pitch
      const y = Math.floor(cell / columns) * pitch
      // The second warrior's cells have a notch, so that the two can be told apart without colour.
      if (warrior === 1 && size >= 6) {
        const notch = Math.max(2, Math.floor(size / 3))
        context.fillRect(x, y, size, size - notch)
        context.fillRect(x, y + size - notch, size - notch, notch)
      } else context.fillRect(x, y, size, size)
    }
  })
  context.globalAlpha = 1
  paintProcesses(context, replay, columns, pitch, size, palette)
}

const MOST_POINTS = 400

function paintProcesses(
  context: CanvasRenderingContext2D,
  { machine }: Replay,
  columns: number,
  pitch: number,
  size: number,
  palette: Palette,
): void {
  machine.queues.forEach((queue, warrior) => {
    const addresses = queue.list()
    context.fillStyle = palette.process
    const inset = size >= 6 ? Math.floor(size / 4) : 0
    for (let index = 0; index < Math.min(MOST_POINTS, addresses.length); index++) {
      const cell = addresses[index] ?? 0
      context.fillRect(
        (cell % columns) * pitch + inset,
        Math.floor(cell / columns) * pitch + inset,
        size - 2 * inset,
        size - 2 * inset,
      )
    }
    // The process that runs next has a frame in its warrior's colour.
    const next = addresses[0]
    if (next !== undefined && size >= 4) {
      context.strokeStyle = palette.warriors[warrior] ?? palette.process
      context.lineWidth = 2
      context.strokeRect((next % columns) * pitch - 1, Math.floor(next / columns) * pitch - 1, size + 2, size + 2)
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
