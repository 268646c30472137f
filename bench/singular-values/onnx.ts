/** The sums transformer as an ONNX graph, for onnxruntime-web: the base model, a fixed number of examples. */
import * as ort from 'onnxruntime-web'
import type { Linear, Norm, SumsNetwork } from '../../src/arenas/singular-values/model/network.ts'
import type { Examples, Matrix } from '../../src/arenas/singular-values/model/shape.ts'
import { OnnxGraph } from '../peers/onnx.ts'

const turned = ({ rows, columns, values }: Matrix): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!)

/** Of the last layer, as in our engine, only the last `answers` places ask and go on. */
export function onnxOf({ shape, layers, norm: last, embedding }: SumsNetwork, count: number, places: number, answers: number): Uint8Array {
  const { width, heads } = shape
  const size = width / heads
  const graph = new OnnxGraph()
  let h = graph.input('x', [count, places, width])
  const scale = graph.constant([], Float32Array.of(size ** -0.5))
  const linear = ({ weight, bias }: Linear, input: string) => {
    const product = graph.node('MatMul', [input, graph.constant([weight.columns, weight.rows], turned(weight))])
    return graph.node('Add', [product, graph.constant([weight.rows], bias)])
  }
  const norm = ({ gain, bias }: Norm, input: string) =>
    graph.node('LayerNormalization', [input, graph.constant([width], gain), graph.constant([width], bias)], { axis: 2 })
  const byHead = (input: string, rows: number, order: readonly number[]) =>
    graph.node('Transpose', [graph.reshape(input, [count, rows, heads, size])], { perm: order })

  layers.forEach((layer, at) => {
    const asking = at === layers.length - 1 ? answers : places
    const few = (input: string) => (asking === places ? input : graph.slice(input, 1, places - asking, places))
    const y = norm(layer.norm1, h)
    const query = byHead(linear(layer.query, few(y)), asking, [0, 2, 1, 3])
    const key = byHead(linear(layer.key, y), places, [0, 2, 3, 1])
    const value = byHead(linear(layer.value, y), places, [0, 2, 1, 3])
    const mask = Float32Array.from({ length: asking * places }, (_, i) => (i % places > places - asking + Math.floor(i / places) ? -1e9 : 0))
    const scores = graph.node('Add', [graph.node('Mul', [graph.node('MatMul', [query, key]), scale]), graph.constant([asking, places], mask)])
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: 3 }), value])
    const seen = graph.reshape(graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), [count, asking, width])
    h = graph.node('Add', [few(h), linear(layer.output, seen)])
    const inner = graph.node('Relu', [linear(layer.up, norm(layer.norm2, h))])
    h = graph.node('Add', [h, linear(layer.down, inner)])
  })
  graph.named(graph.node('MatMul', [norm(last, h), graph.constant([width, shape.vocabulary], turned(embedding))]), 'logits')
  graph.output('logits', [count, answers, shape.vocabulary])
  return graph.bytes()
} // prettier-ignore

/** Logits of examples, as many and as long as these: [example][answer][token]. Rows of the embedding are looked up before. */
export async function onnxSums(network: SumsNetwork, { count, inputs, targets }: Examples, threads: number) {
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
  const { width } = network.shape
  const places = inputs.length / count
  const model = onnxOf(network, count, places, targets.length / count)
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })
  return async ({ inputs: tokens }: Examples): Promise<Float32Array> => {
    const x = new Float32Array(tokens.length * width)
    for (let row = 0; row < tokens.length; row++)
      for (let i = 0; i < width; i++)
        x[row * width + i] = network.embedding.values[tokens[row]! * width + i]! + network.position.values[(row % places) * width + i]! // prettier-ignore
    const given = await session.run({ x: new ort.Tensor('float32', x, [count, places, width]) })
    return given['logits']?.data as Float32Array
  }
}
