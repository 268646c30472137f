/** What a compiled model brings along, for one whose next token depends on the last alone: row of a table, sampled. */
import { Type, type Heap, type List, type Packed, type Tensor, type Value } from './heap.ts'

const tensor = (value: Value) => value as Tensor

export function modelFunctions(heap: Heap, vocabulary: number): Readonly<Record<string, Packed>> {
  /** Logits after the last token: the weights are the table's rows, cut into equal pieces. */
  const forward: Packed = (embeddings, state, params) => {
    const tokens = heap.floats(tensor(embeddings))
    const last = tokens[tokens.length - 1] ?? 0
    const pieces = (params as List).items.map(tensor)
    const rows = pieces[0]?.shape[0] ?? 1
    const piece = pieces[Math.floor(last / rows)]
    if (piece === undefined) throw new Error(`the weights have no row ${last}`)
    const logits = heap.tensor([1, 1, vocabulary], 'float32')
    const at = (last % rows) * vocabulary
    heap.floats(logits).set(heap.floats(piece).slice(at, at + vocabulary))
    const both = heap.list([logits, state])
    logits.refs--
    return both
  }
  return {
    create_tir_paged_kv_cache: () => heap.object(Type.own, {}),
    /** One number a token: the token. */
    embed: (tokens) => {
      const ids = heap.ints(tensor(tokens)).slice()
      const embeddings = heap.tensor([ids.length, 1], 'float32')
      heap.floats(embeddings).set(ids)
      return embeddings
    },
    prefill: forward,
    decode: forward,
    apply_bitmask_inplace: (logits, _sequences, mask): undefined => {
      const values = heap.floats(tensor(logits))
      const bits = heap.ints(tensor(mask))
      for (let id = 0; id < values.length; id++)
        if ((((bits[id >> 5] ?? 0) >> (id & 31)) & 1) === 0) values[id] = -Infinity
    },
    apply_logit_bias_inplace: (logits, _positions, ids, biases): undefined => {
      const values = heap.floats(tensor(logits))
      heap.ints(tensor(ids)).forEach((id, i) => {
        values[id] = (values[id] ?? 0) + (heap.floats(tensor(biases))[i] ?? 0)
      })
    },
    apply_penalty_inplace: (): undefined => undefined,
    softmax_with_temperature: (logits, temperatures) => {
      const [temperature = 1] = heap.floats(tensor(temperatures))
      const values = Array.from(heap.floats(tensor(logits)), (value) => value / temperature)
      const most = Math.max(...values)
      const powers = values.map((value) => Math.exp(value - most))
      const sum = powers.reduce((total, value) => total + value, 0)
      const probabilities = heap.tensor(tensor(logits).shape, 'float32')
      heap.floats(probabilities).set(powers.map((value) => value / sum))
      return probabilities
    },
    argsort_probs: (probabilities) => {
      const values = heap.floats(tensor(probabilities)).slice()
      const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
      const sorted = heap.tensor(tensor(probabilities).shape, 'float32')
      const ids = heap.tensor(tensor(probabilities).shape, 'int32')
      heap.floats(sorted).set(order.map((id) => values[id] ?? 0))
      heap.ints(ids).set(order)
      const both = heap.list([sorted, ids])
      sorted.refs--
      ids.refs--
      return both
    },
    sample_with_top_p: (sorted, ids, uniform, _indices, topP) => {
      const probabilities = heap.floats(tensor(sorted)).slice()
      const [most = 1] = heap.floats(tensor(topP))
      const [chance = 0] = heap.floats(tensor(uniform))
      let total = 0
      const within = probabilities.findIndex((p) => (total += p) >= most)
      let left = chance * Math.min(total, 1)
      let chosen = 0
      const last = within < 0 ? probabilities.length - 1 : within
      while (chosen < last && left >= (probabilities[chosen] ?? 0)) left -= probabilities[chosen++] ?? 0
      while (chosen > 0 && probabilities[chosen] === 0) chosen--
      const token = heap.ints(tensor(ids))[chosen] ?? 0
      const sampled = heap.tensor([1], 'int32')
      heap.ints(sampled)[0] = token
      return sampled
    },
  }
}
