/** A child flies from its parent's cell to its own: what caused a cell to change can be seen. */
import type { Snapshot } from '../engine/protocol.ts'

const FLIGHT_MS = 190
/** More at once would be a cloud. */
const MOST = 12

/** `cells` are the archive's buttons by cell. They must not be moved while this measures. */
export function fly(layer: HTMLElement, cells: ReadonlyMap<number, Element>, news: Snapshot['news']): void {
  const origin = layer.getBoundingClientRect()
  const middle = (cell: number) => {
    const box = cells.get(cell)?.getBoundingClientRect()
    return box === undefined ? null : [box.x + box.width / 2 - origin.x, box.y + box.height / 2 - origin.y]
  }
  const paths = news
    .filter(({ cell, fromCell }) => fromCell >= 0 && fromCell !== cell)
    .slice(-MOST)
    .map(({ cell, fromCell }) => [middle(fromCell), middle(cell)])
  for (const [from, to] of paths) {
    if (from === undefined || from === null || to === undefined || to === null) continue
    const seed = document.createElement('span')
    seed.className = 'flight'
    layer.append(seed)
    const at = ([x, y]: readonly number[]) => `translate(${x}px, ${y}px)`
    const flight = seed.animate([{ transform: at(from) }, { transform: at(to) }], {
      duration: FLIGHT_MS,
      easing: 'ease-in-out',
    })
    flight.onfinish = flight.oncancel = () => seed.remove()
  }
}
