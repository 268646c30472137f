/** How large a network is, and what one example takes. */
import { linearsOf, type Network } from './network.ts'

/** Numbers in the matrices of its linear layers, biases and embeddings aside: what stays frozen. */
export const weightsIn = (network: Network): number =>
  linearsOf(network).reduce((sum, { weight }) => sum + weight.rows * weight.columns, 0)

/** Multiply-adds of one example of `places` inputs without its adapters; causal attention included. */
export function macsOf(network: Network, places: number): number {
  if (network.kind === 'fashion') return weightsIn(network)
  const { layers, width } = network.shape
  return places * weightsIn(network) + layers * width * places * (places + 1)
}
