/** A child flies from its parent's cell to its own: what caused a cell to change can be seen. */
import type { Snapshot } from '../engine/protocol.ts'

const FLIGHT_MS = 190
/** More at once would be a cloud. */
const MOST = 12

export type Point = readonly [number, number]

/** The middles of the archive's cells, by cell, seen from `layer`. Measuring lays the page out: to be kept while sizes stay. */
export function middlesOf(layer: HTMLElement, grid: HTMLElement): ReadonlyMap<number, Point> {
  const origin = layer.getBoundingClientRect()
  return new Map(
    [...grid.querySelectorAll<HTMLElement>('[data-cell]')].map((cell) => {
      const { x, y, width, height } = cell.getBoundingClientRect()
      return [Number(cell.dataset['cell']), [x + width / 2 - origin.x, y + height / 2 - origin.y]]
    }),
  )
}

export function fly(layer: HTMLElement, middles: ReadonlyMap<number, Point>, news: Snapshot['news']): void {
  const paths = news
    .filter(({ cell, fromCell }) => fromCell >= 0 && fromCell !== cell)
    .slice(-MOST)
    .map(({ cell, fromCell, operator }) => [middles.get(fromCell), middles.get(cell), isModels(operator)] as const)
  for (const [from, to, byModel] of paths) {
    if (from === undefined || to === undefined) continue
    const seed = document.createElement('span')
    seed.className = byModel ? 'flight by-model' : 'flight'
    layer.append(seed)
    const at = ([x, y]: Point) => `translate(${x}px, ${y}px)`
    const flight = seed.animate([{ transform: at(from) }, { transform: at(to) }], {
      duration: FLIGHT_MS,
      easing: 'ease-in-out',
    })
    flight.onfinish = flight.oncancel = () => seed.remove()
  }
}

/** Whether a child was written by a language model: no operator of ours has a slash in its id. */
export const isModels = (operator: string): boolean => operator.includes('/')
