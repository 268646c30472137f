/**
 * Draws a replay's core on a canvas: colour = who was there last, strength = how lately, bright points = processes; where
 * cells are large enough, a sign for the instruction in each.
 */
import { OPCODES, opcodeOf } from '../redcode/instruction.ts'
import { PixelPainter, shadesOf, type Shades } from './pixels.ts'
import { TOUCH, type Replay } from './replay.ts'

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export interface Palette {
  /** `#rrggbb`, all of them. */
  readonly background: string
  readonly empty: string
  readonly warriors: readonly string[]
  readonly process: string
}

/** How the ring of cells is laid out, row after row; what is seen of it is a window of the whole. Device pixels. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  readonly width: number
  readonly height: number
  /** The window: where it begins in the whole, and its size. */
  readonly left: number
  readonly top: number
  readonly viewWidth: number
  readonly viewHeight: number
}

/** The number of columns that makes cells squarest and leaves the last row fullest: no gap at all where that can be had. */
export function layoutFor(cells: number, width: number, height: number): Layout {
  let best = { columns: cells, rows: 1 }
  let least = Infinity
  for (let columns = 1; columns <= cells; columns++) {
    const rows = Math.ceil(cells / columns)
    const squareness = Math.abs(Math.log((width / columns) * (rows / height)))
    const left = columns * rows - cells
    const cost = squareness + (left === 0 ? 0 : 0.3 + (2 * left) / cells)
    if (cost < least) {
      least = cost
      best = { columns, rows }
    }
  }
  return { ...best, width, height, left: 0, top: 0, viewWidth: width, viewHeight: height }
}

/** The same cells `zoom` times as large, with the cell `centre` in the middle as far as the edges allow. */
export function zoomed(layout: Layout, zoom: number, centre: number): Layout {
  const { columns, rows, viewWidth, viewHeight } = layout
  const width = viewWidth * zoom
  const height = viewHeight * zoom
  const x = (((centre % columns) + 0.5) * width) / columns
  const y = ((Math.floor(centre / columns) + 0.5) * height) / rows
  const within = (at: number, room: number) => Math.round(Math.min(room, Math.max(0, at)))
  return {
    ...layout,
    width,
    height,
    left: within(x - viewWidth / 2, width - viewWidth),
    top: within(y - viewHeight / 2, height - viewHeight),
  }
}

/** Where a cell is drawn: its left and top edge and its size, a gap to the next one left out. */
function boxOf(
  { columns, rows, width, height, left, top }: Layout,
  cell: number,
  gap: number,
): readonly [number, number, number, number] {
  const column = cell % columns
  const row = Math.floor(cell / columns)
  const x = Math.floor((column * width) / columns)
  const y = Math.floor((row * height) / rows)
  const right = Math.floor(((column + 1) * width) / columns)
  const bottom = Math.floor(((row + 1) * height) / rows)
  return [x - left, y - top, Math.max(1, right - x - gap), Math.max(1, bottom - y - gap)]
}

/** The cell at a point of the canvas, or null beside them all. */
export function cellAt(
  { columns, rows, width, height, left, top }: Layout,
  cells: number,
  x: number,
  y: number,
): number | null {
  const column = Math.floor(((x + left) * columns) / width)
  const row = Math.floor(((y + top) * rows) / height)
  const cell = row * columns + column
  return column >= 0 && column < columns && row >= 0 && cell < cells ? cell : null
}

/** Instructions after which a touch has faded to a third of its strength. */
export const fadeOf = (cells: number): number => Math.max(40, cells * 0.35)

/** Cells narrower than this (device pixels) are drawn as one stretched picture. */
const LEAST_PITCH = 4
/** Cells this large get a sign; see {@link SIGNS}. */
const SIGN_PITCH = 20
/** Cells this large have room for the opcode's three letters. */
const WORD_PITCH = 52

/** One sign an opcode, in their order. */
const SIGNS = ['×', '→', '+', '−', '∗', '÷', '%', 'J', 'Z', 'N', '↓', '=', '=', '≠', '<', 'Y', '·', '◂', '▸']
export const signOf = (instruction: number): string => SIGNS[opcodeOf(instruction)] ?? ''

const painter = new PixelPainter()
let shades: { readonly palette: Palette; readonly shades: Shades } | null = null

export function paint(context: Context, replay: Replay, layout: Layout, palette: Palette): void {
  const pitch = Math.min(layout.width / layout.columns, layout.height / layout.rows)
  context.globalAlpha = 1
  context.fillStyle = palette.background
  context.fillRect(0, 0, layout.viewWidth, layout.viewHeight)
  if (pitch < LEAST_PITCH) {
    if (shades?.palette !== palette) shades = { palette, shades: shadesOf(palette) }
    painter.paint(context, replay, layout, shades.shades, fadeOf(replay.owner.length), 0, 0)
    return
  }
  const visible = cellsIn(layout, replay.owner.length)
  const gap = pitch >= 6 ? Math.round(pitch / 16) : 0
  paintCells(context, replay, layout, visible, pitch, Math.max(pitch >= LEAST_PITCH ? 1 : 0, gap), palette)
  if (pitch >= SIGN_PITCH) paintSigns(context, replay, layout, visible, pitch, palette)
  paintProcesses(context, replay, layout, pitch, Math.max(1, gap), palette)
}

/** The first and the last cell of the rows in the window. */
function cellsIn({ columns, rows, height, top, viewHeight }: Layout, cells: number): readonly [number, number] {
  const first = Math.floor((top * rows) / height)
  const last = Math.min(rows - 1, Math.floor(((top + viewHeight) * rows) / height))
  return [Math.max(0, first * columns), Math.min(cells, (last + 1) * columns)]
}

function paintCells(
  context: Context,
  { owner, touch, touchedAt, machine }: Replay,
  layout: Layout,
  [from, to]: readonly [number, number],
  pitch: number,
  gap: number,
  palette: Palette,
): void {
  const now = machine.instructionsExecuted
  const fade = fadeOf(owner.length)
  context.fillStyle = palette.empty
  for (let cell = from; cell < to; cell++) if (owner[cell] === 0) context.fillRect(...boxOf(layout, cell, gap))
  palette.warriors.forEach((colour, warrior) => {
    context.fillStyle = colour
    for (let cell = from; cell < to; cell++) {
      if (owner[cell] !== warrior + 1) continue
      const strength = touch[cell] === TOUCH.counted ? 0.75 : 1
      context.globalAlpha = strength * (0.28 + 0.72 * Math.exp(-(now - (touchedAt[cell] ?? 0)) / fade))
      const [x, y, width, height] = boxOf(layout, cell, gap)
      // The second warrior's cells have a notch, so that the two can be told apart without colour.
      if (warrior === 1 && pitch >= 7) {
        const notch = Math.max(2, Math.floor(pitch / 4))
        context.fillRect(x, y, width, height - notch)
        context.fillRect(x, y + height - notch, width - notch, notch)
      } else context.fillRect(x, y, width, height)
    }
  })
  context.globalAlpha = 1
}

/** Signs drawn once for a size and a colour, then only copied. */
let sheet: { readonly key: string; readonly canvas: OffscreenCanvas; readonly size: number } | null = null

function signSheet(pitch: number, colour: string): { readonly canvas: OffscreenCanvas; readonly size: number } {
  const size = Math.floor(pitch)
  const key = `${size} ${colour}`
  if (sheet?.key === key) return sheet
  const canvas = new OffscreenCanvas(size * OPCODES.length, size)
  const context = canvas.getContext('2d')
  if (context !== null) {
    const words = size >= WORD_PITCH
    context.fillStyle = colour
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.font = words
      ? `600 ${Math.floor(size * 0.34)}px "IBM Plex Mono", monospace`
      : `${Math.floor(size * 0.62)}px "IBM Plex Mono", monospace`
    OPCODES.forEach((name, code) =>
      context.fillText(words ? name : (SIGNS[code] ?? ''), (code + 0.5) * size, size * 0.53),
    )
  }
  sheet = { key, canvas, size }
  return sheet
}

function paintSigns(
  context: Context,
  { owner, machine }: Replay,
  layout: Layout,
  [from, to]: readonly [number, number],
  pitch: number,
  palette: Palette,
): void {
  const { canvas, size } = signSheet(pitch, palette.process)
  for (let cell = from; cell < to; cell++) {
    if (owner[cell] === 0) continue
    const [x, y, width, height] = boxOf(layout, cell, 0)
    if (x + width < 0 || x > layout.viewWidth) continue
    context.drawImage(
      canvas, opcodeOf(machine.instructions[cell] ?? 0) * size, 0, size, size,
      x + (width - size) / 2, y + (height - size) / 2, size, size,
    ) // prettier-ignore
  }
}

const MOST_POINTS = 400

function paintProcesses(
  context: Context,
  { machine }: Replay,
  layout: Layout,
  pitch: number,
  gap: number,
  palette: Palette,
): void {
  const signed = pitch >= SIGN_PITCH
  machine.queues.forEach((queue, warrior) => {
    const addresses = queue.list()
    context.fillStyle = palette.process
    context.strokeStyle = palette.process
    context.lineWidth = Math.max(1, pitch / 14)
    const inset = pitch >= 7 ? Math.floor(pitch / 4) : 0
    for (let index = 0; index < Math.min(MOST_POINTS, addresses.length); index++) {
      const [x, y, width, height] = boxOf(layout, addresses[index] ?? 0, gap)
      // A frame where the sign must stay readable, a bright point elsewhere.
      if (signed) context.strokeRect(x + 1, y + 1, width - 2, height - 2)
      else context.fillRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    }
    // The process that runs next has a frame in its warrior's colour.
    const next = addresses[0]
    if (next !== undefined && pitch >= 5) {
      const [x, y, width, height] = boxOf(layout, next, gap)
      const line = Math.max(2, pitch / 8)
      if (signed) {
        context.lineWidth = line
        context.strokeRect(x + line, y + line, width - 2 * line, height - 2 * line)
      } else context.fillRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
      context.strokeStyle = palette.warriors[warrior] ?? palette.process
      context.lineWidth = line
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
      (_, index) => named[index] ?? OKABE_ITO[index % OKABE_ITO.length] ?? '#999999',
    ),
    process: isDark ? '#ffffff' : '#000000',
  }
}

/** For melees: eight colours that people with any colour vision can tell apart (Okabe & Ito 2008). */
const OKABE_ITO = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#f0e442', '#0072b2', '#999999']
