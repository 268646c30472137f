/** What is asked of a network, and whether it can be done. */
import { linearsOf, type Network } from '../model/network.ts'
import type { Adapter, Examples } from '../model/shape.ts'
import type { Batch } from './work.ts'

/** Fours of the widest head that attend.wgsl takes. */
const MOST_HEAD = 8
/** Rows of join.wgsl's workgroup, eight, are to fit into its memory. */
const MOST_WIDTH = 256

/** Why the shaders cannot take a network, for people; null where they can. */
export function unfitness(network: Network, adapters: readonly Adapter[]): string | null {
  const linears = new Map(linearsOf(network).map((linear) => [linear.name, linear.weight]))
  const odd = adapters.find(({ name, v, u }) => linears.get(name)?.rows !== u.rows || linears.get(name)?.columns !== v.columns)
  if (odd !== undefined) return `The adapter of ${odd.name} does not fit the network: it changes ${odd.u.rows} x ${odd.v.columns} numbers.`
  if (network.kind === 'fashion') return null
  const { width, heads, hidden, vocabulary } = network.shape
  if (width % (4 * heads) !== 0 || width / heads > 4 * MOST_HEAD || width > MOST_WIDTH || hidden % 4 !== 0)
    return `The graphics card's code takes widths up to ${MOST_WIDTH} with heads of 4 to ${4 * MOST_HEAD} numbers, in fours; not ${width} with ${heads} heads and a hidden width of ${hidden}.`
  return vocabulary > 256 ? `The graphics card's code tells answers as bytes; ${vocabulary} tokens are too many.` : null
} // prettier-ignore

/** The size of a batch of these, or what is wrong with it, for people. Genomes are members x dimensions; of none, there is one member. */
export function batchOf(
  network: Network,
  dimensions: number,
  genomes: Float32Array,
  { count, inputs, targets }: Examples,
): Batch | string {
  if (dimensions === 0 ? genomes.length > 0 : genomes.length % dimensions !== 0)
    return `A genome here is ${dimensions} numbers; ${genomes.length} are no multiple of it.`
  if (!genomes.every(Number.isFinite)) return 'A genome has a value that is not a number.'
  const members = dimensions === 0 ? 1 : genomes.length / dimensions
  if (!Number.isInteger(count) || count < 0) return `There cannot be ${count} examples.`
  if (count === 0) return { members, examples: 0, places: 1, answers: 1 }
  const [places, answers] = [inputs.length / count, targets.length / count]
  if (!Number.isInteger(places) || !Number.isInteger(answers))
    return `There are ${inputs.length} inputs and ${targets.length} targets for ${count} examples; each must have as many as the others.`
  if (network.kind === 'fashion') {
    const pixels = network.base.weight.columns
    if (places !== pixels || answers !== 1)
      return `A picture here has ${pixels} pixels and one class; these have ${places} and ${answers}.`
    if (!inputs.every(Number.isFinite)) return 'A picture has a value that is not a number.'
    return { members, examples: count, places, answers }
  }
  const { context, vocabulary } = network.shape
  if (places < 1 || places > context) return `A text here has 1 to ${context} tokens; these have ${places}.`
  if (answers < 1 || answers > places)
    return `${answers} answers cannot be read off ${places} places: take 1 to ${places}.`
  if (!inputs.every((token) => Number.isInteger(token) && token >= 0 && token < vocabulary))
    return `A text has a token that is none of the ${vocabulary}, 0 to ${vocabulary - 1}.`
  return { members, examples: count, places, answers }
}
