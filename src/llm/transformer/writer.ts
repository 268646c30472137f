/** Writes many texts with an engine on the CPU ({@link Desk}), and lets others have their turn meanwhile. */
import type { Dialect } from '../dialect.ts'
import { Desk, writing } from './desk.ts'
import type { Network } from './network.ts'
import type { Writing, Written } from './sequence.ts'

/** What writes: {@link CpuWriter}, or the GPU. */
export interface Writer {
  /**
   * One text for each writing, in order, told as they are finished. When aborted, it comes back soon with what there is; what is
   * unfinished then has finish `aborted`.
   */
  write(
    dialect: Dialect,
    writings: readonly Writing[],
    onWritten: (index: number, written: Written) => void,
    signal: AbortSignal,
  ): Promise<readonly Written[]>
  dispose(): void
}

/** So long at a stretch; then messages, such as one that stops it, get their turn. */
const STRETCH_MS = 25

export class CpuWriter implements Writer {
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  async write(
    dialect: Dialect,
    writings: readonly Writing[],
    onWritten: (index: number, written: Written) => void,
    signal: AbortSignal,
  ): Promise<readonly Written[]> {
    const desk = new Desk(this.#network, dialect)
    const written: (Written | undefined)[] = writings.map(() => undefined)
    let rested = performance.now()
    for (const [index, one] of writing(desk, dialect, writings, signal)) {
      if (one !== null) {
        written[index] = one
        onWritten(index, one)
      } else if (performance.now() - rested > STRETCH_MS) {
        await turn()
        rested = performance.now()
      }
    }
    for (const { index, sequence } of desk.unfinished()) written[index] = { answer: sequence.answer, finish: 'aborted' }
    return written.map((one) => one ?? { answer: [], finish: 'aborted' })
  }

  dispose(): void {
    // Memory goes with the object.
  }
}

/** Lets whatever waits have its turn: unlike a timer, without the pause that browsers add. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
