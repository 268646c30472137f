/**
 * The swarm: four small battles for each kind in the archive, where that kind lives in the map, each against another one of
 * the panel. A picture is drawn within a given time: whoever did not get a turn in one gets it in the next.
 */
import { rng } from '../../../core/rng.ts'
import type { Options } from '../../../core/options.ts'
import type { CreateSwarm, SwarmKind, SwarmLook, SwarmScene, SwarmTally } from '../../../engine/swarm.ts'
import { warriorCodec } from '../genome.ts'
import { rulesOf } from '../options.ts'
import { panelOf } from '../panel.ts'
import type { Program } from '../redcode/instruction.ts'
import { fadeOf, layoutFor, type Layout, type Palette } from './paint.ts'
import { PixelPainter, shadesOf, type Shades } from './pixels.ts'
import { Replay } from './replay.ts'

/** Battles along each side of a kind, while that makes no more than {@link MOST}. */
const SIDE = 2
const MOST = 256
/** Milliseconds that a finished battle stays to be seen. */
const REST_MS = 1200
/** A battle takes about this many pictures, however long it is. */
const PICTURES = 160

interface Bout {
  readonly replay: Replay
  /** When it ended; 0 while it goes on. */
  endedAt: number
}

class CoreWarSwarm implements SwarmScene {
  readonly #canvas: OffscreenCanvas
  readonly #context: OffscreenCanvasRenderingContext2D | null
  readonly #rules
  readonly #panel
  readonly #decode: (words: Uint32Array) => Program
  readonly #painter = new PixelPainter()
  #look: SwarmLook | null = null
  #shades: Shades | null = null
  #frames: readonly string[] = []
  #kinds = new Map<number, SwarmKind>()
  #bouts = new Map<number, Bout>()
  /** The tile that comes next: drawing goes round. */
  #next = 0
  #begun = 0
  #won = 0
  #lost = 0

  constructor(options: Options, canvas: OffscreenCanvas) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d', { alpha: false })
    this.#rules = { ...rulesOf(options), endsWhen: 'one-left' as const }
    this.#panel = panelOf(options)
    const codec = warriorCodec(options)
    this.#decode = (words) => codec.decode(words)
  }

  get tally(): SwarmTally {
    return { shown: this.#bouts.size, begun: this.#begun, won: this.#won, lost: this.#lost }
  }

  setLook(look: SwarmLook): void {
    const palette = look.palette as Palette
    this.#look = look
    this.#shades = shadesOf(palette)
    this.#frames = palette.warriors
    this.#canvas.width = look.width
    this.#canvas.height = look.height
    if (this.#context === null) return
    this.#context.fillStyle = palette.background
    this.#context.fillRect(0, 0, look.width, look.height)
  }

  setKinds(kinds: readonly SwarmKind[]): void {
    this.#kinds = new Map(kinds.map((kind) => [kind.cell, kind]))
    for (const tile of this.#bouts.keys()) if (!this.#kinds.has(this.#cellOf(tile))) this.#bouts.delete(tile)
  }

  draw(milliseconds: number): void {
    const look = this.#look
    if (look === null || this.#context === null) return
    const until = performance.now() + milliseconds
    const side = this.#side
    const tiles = look.rows * look.columns * side * side
    for (let count = 0; count < tiles; count++) {
      this.#tile(this.#next)
      this.#next = (this.#next + 1) % tiles
      if (performance.now() > until) return
    }
  }

  get #side(): number {
    const kinds = (this.#look?.rows ?? 1) * (this.#look?.columns ?? 1)
    return kinds * SIDE * SIDE <= MOST ? SIDE : 1
  }

  #cellOf(tile: number): number {
    return Math.floor(tile / this.#side ** 2)
  }

  #tile(tile: number): void {
    const kind = this.#kinds.get(this.#cellOf(tile))
    const box = this.#boxOf(tile)
    const shades = this.#shades
    if (box === null || shades === null) return
    let bout = this.#bouts.get(tile)
    const now = performance.now()
    if (kind === undefined) return this.#empty(box)
    if (bout === undefined || (bout.endedAt > 0 && now - bout.endedAt > REST_MS)) {
      bout = this.#begin(kind)
      if (bout === undefined) return
      this.#bouts.set(tile, bout)
    }
    this.#advance(bout, now)
    const [x, y, layout] = box
    if (this.#context === null) return
    this.#painter.paint(this.#context, bout.replay, layout, shades, fadeOf(this.#rules.coreSize), x, y)
    this.#frame(bout, x, y, layout)
  }

  #begin(kind: SwarmKind): Bout | undefined {
    const draw = rng(++this.#begun)
    const rival = this.#panel[draw.int(this.#panel.length)]
    if (rival === undefined) return undefined
    const { coreSize, minDistance } = this.#rules
    const position = (minDistance + draw.int(Math.max(1, coreSize + 1 - 2 * minDistance))) % coreSize
    const warriors = [{ program: this.#decode(kind.words), position: 0 }, { program: rival.program, position }] // prettier-ignore
    return { replay: new Replay(this.#rules, { warriors, first: this.#begun % 2 }, false), endedAt: 0 }
  }

  #advance(bout: Bout, now: number): void {
    const { replay } = bout
    if (this.#look?.playing === false || bout.endedAt > 0) return
    // Slow at first, so that short battles can be seen, then faster and faster.
    const cycles = Math.max(2, Math.round((replay.cycle + this.#rules.maxCycles / 40) / PICTURES) * 4)
    replay.advance(replay.cycle + cycles, 4)
    if (!replay.machine.isOver) return
    bout.endedAt = now
    if (replay.machine.diedAt[0] !== -1) this.#lost++
    else if (replay.machine.diedAt[1] !== -1) this.#won++
  }

  /** Where a tile lies: kinds as in the map, a little apart, the battles of one kind close together. */
  #boxOf(tile: number): readonly [number, number, Layout] | null {
    const look = this.#look
    if (look === null) return null
    const side = this.#side
    const cell = this.#cellOf(tile)
    const inner = tile % (side * side)
    const gap = Math.max(2, Math.round(look.width / 220))
    const kindWidth = look.width / look.columns
    const kindHeight = look.height / look.rows
    const width = Math.floor((kindWidth - gap - (side - 1)) / side)
    const height = Math.floor((kindHeight - gap - (side - 1)) / side)
    if (width < 4 || height < 4) return null
    const x = Math.floor((cell % look.columns) * kindWidth + gap / 2) + (inner % side) * (width + 1)
    const row = look.rows - 1 - Math.floor(cell / look.columns)
    const y = Math.floor(row * kindHeight + gap / 2) + Math.floor(inner / side) * (height + 1)
    return [x, y, this.#layoutOf(width, height)]
  }

  #layout: Layout | null = null
  /** All small battles are of one size, so their layout is found once. */
  #layoutOf(width: number, height: number): Layout {
    if (this.#layout?.width !== width || this.#layout.height !== height)
      this.#layout = layoutFor(this.#rules.coreSize, width, height)
    return this.#layout
  }

  #empty([x, y, { width, height }]: readonly [number, number, Layout]): void {
    if (this.#context === null) return
    this.#context.fillStyle = (this.#look?.palette as Palette).empty
    this.#context.fillRect(x, y, width, height)
  }

  /** A finished battle gets its winner's colour as a frame; a tie a dashed one. */
  #frame({ replay }: Bout, x: number, y: number, { width, height }: Layout): void {
    if (!replay.machine.isOver || this.#context === null) return
    const [a, b] = replay.machine.diedAt
    const line = Math.max(2, Math.round(width / 40))
    this.#context.lineWidth = line
    this.#context.strokeStyle = (a === -1 ? this.#frames[0] : this.#frames[1]) ?? ''
    this.#context.setLineDash(a === -1 && b === -1 ? [line * 2, line * 2] : [])
    this.#context.strokeRect(x + line / 2, y + line / 2, width - line, height - line)
  }
}

const createSwarm: CreateSwarm = (options, canvas) => new CoreWarSwarm(options, canvas)
export default createSwarm
