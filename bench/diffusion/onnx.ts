/** The network as an ONNX graph, for onnxruntime-web: one pass, everything computed, a fixed number of rows. */
import * as ort from 'onnxruntime-web'
import { NO_CAPTION } from '../../src/arenas/diffusion-cache/model/reference.ts'
import { anglesOf, stepTo } from '../../src/arenas/diffusion-cache/model/sampler.ts'
import { HEADS, SLOTS, TOKENS, VALUES, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { keysAndValues, modulationOf, readCaption } from '../../src/arenas/diffusion-cache/model/text.ts'
import type { SamplePlan } from '../../src/arenas/diffusion-cache/model/wasm.ts'
import { tensor } from '../../src/arenas/diffusion-cache/model/weights.ts'
import { OnnxGraph } from '../peers/onnx.ts'

/** `rows` pictures of both branches. What depends on the step or the caption alone comes in ready, as it does for our engines. */
export function onnxOf(weights: DitWeights, rows: number): Uint8Array {
  const { width, blocks } = weights.shape
  const size = width / HEADS
  const graph = new OnnxGraph()
  const x = graph.input('x', [rows, TOKENS, VALUES])
  const modulations = graph.input('modulations', [blocks * 6, width])
  const last = graph.input('last', [2, width])
  // By block, head by head: keys turned on their side.
  const keys = graph.input('keys', [blocks, rows, HEADS, size, SLOTS])
  const values = graph.input('values', [blocks, rows, HEADS, SLOTS, size])
  const one = graph.constant([], Float32Array.of(1))
  const ones = graph.constant([width], new Float32Array(width).fill(1))
  const scale = graph.constant([], Float32Array.of(size ** -0.5))

  const linear = (name: string, input: string, inputs: number, outputs: number) => {
    const weight = tensor(weights, `${name}.weight`)
    const turned = Float32Array.from({ length: weight.length }, (_, i) => weight[(i % outputs) * inputs + Math.floor(i / outputs)]!) // prettier-ignore
    const product = graph.node('MatMul', [input, graph.constant([inputs, outputs], turned)])
    return graph.node('Add', [product, graph.constant([outputs], tensor(weights, `${name}.bias`))])
  }
  const norm = (input: string) => graph.node('LayerNormalization', [input, ones], { axis: 2 })
  const modulated = (input: string, shift: string, by: string) =>
    graph.node('Add', [graph.node('Mul', [norm(input), graph.node('Add', [by, one])]), shift])
  const heads = (input: string, order: readonly number[]) =>
    graph.node('Transpose', [graph.reshape(input, [rows, TOKENS, HEADS, size])], { perm: order })
  const attend = (query: string, key: string, seen: string, output: string) => {
    const scores = graph.node('Mul', [graph.node('MatMul', [heads(query, [0, 2, 1, 3]), key]), scale])
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: 3 }), seen])
    const joined = graph.reshape(graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), [rows, TOKENS, width])
    return linear(output, joined, width, width)
  }

  let h = graph.node('Add', [linear('patch', x, VALUES, width), graph.constant([TOKENS, width], tensor(weights, 'position'))]) // prettier-ignore
  for (let block = 0; block < blocks; block++) {
    const at = `blocks.${block}`
    const vector = (kind: number) => graph.slice(modulations, 0, 6 * block + kind, 6 * block + kind + 1)
    const gated = (output: string, kind: number) => graph.node('Mul', [output, vector(kind)])
    const own = (all: string, sides: readonly number[]) => graph.reshape(graph.slice(all, 0, block, block + 1), sides)
    const y = modulated(h, vector(0), vector(1))
    const [query, key, seen] = ['query', 'key', 'value'].map((name) => linear(`${at}.attn1.${name}`, y, width, width)) as [string, string, string] // prettier-ignore
    const a = attend(query, heads(key, [0, 2, 3, 1]), heads(seen, [0, 2, 1, 3]), `${at}.attn1.output`)
    h = graph.node('Add', [h, gated(a, 2)])
    const c = attend(linear(`${at}.attn2.query`, norm(h), width, width), own(keys, [rows, HEADS, size, SLOTS]), own(values, [rows, HEADS, SLOTS, size]), `${at}.attn2.output`) // prettier-ignore
    h = graph.node('Add', [h, c])
    const inner = linear(`${at}.ff.up`, modulated(h, vector(3), vector(4)), width, 4 * width)
    const f = linear(`${at}.ff.down`, graph.node('Gelu', [inner], { approximate: 'tanh' }), 4 * width, width)
    h = graph.node('Add', [h, gated(f, 5)])
  }
  const shift = graph.slice(last, 0, 0, 1)
  const by = graph.slice(last, 0, 1, 2)
  graph.named(linear('last', modulated(h, shift, by), width, VALUES), 'guess')
  graph.output('guess', [rows, TOKENS, VALUES])
  return graph.bytes()
}

/** Samples with everything computed; guided, so every picture is two rows. */
export async function onnxSampler(weights: DitWeights, pictures: number, threads: number) {
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
  const rows = 2 * pictures
  const session = await ort.InferenceSession.create(onnxOf(weights, rows), { executionProviders: ['wasm'] })
  const { width, blocks } = weights.shape
  const size = width / HEADS
  const float = (data: Float32Array, ...sides: number[]) => new ort.Tensor('float32', data, sides)

  /** Keys and values of all blocks: asked, then free, by head. */
  const textsOf = ({ captions }: SamplePlan) => {
    const keys = new Float32Array(blocks * rows * SLOTS * width)
    const values = new Float32Array(keys.length)
    for (let row = 0; row < rows; row++) {
      const asked = Array.from({ length: SLOTS }, (_, slot) => captions[row * SLOTS + slot] ?? 0)
      const text = readCaption(weights, row < pictures ? asked : NO_CAPTION)
      for (let block = 0; block < blocks; block++) {
        const one = keysAndValues(weights, block, text)
        for (let slot = 0; slot < SLOTS; slot++)
          for (let i = 0; i < width; i++) {
            const first = ((block * rows + row) * HEADS + Math.floor(i / size)) * size * SLOTS
            keys[first + (i % size) * SLOTS + slot] = one.keys[slot * width + i]!
            values[first + slot * size + (i % size)] = one.values[slot * width + i]!
          }
      }
    }
    return { keys: float(keys, blocks, rows, HEADS, size, SLOTS), values: float(values, blocks, rows, HEADS, SLOTS, size) } // prettier-ignore
  }

  return async (plan: SamplePlan, steps: number): Promise<Float32Array> => {
    const texts = textsOf(plan)
    const angles = anglesOf(steps)
    const x = plan.noise.slice()
    let guess = x
    for (let step = 0; step < steps; step++) {
      const modulation = modulationOf(weights, angles[step]!)
      const both = new Float32Array(2 * x.length)
      both.set(x)
      both.set(x, x.length)
      const given = await session.run({
        ...texts,
        x: float(both, rows, TOKENS, VALUES),
        modulations: float(Float32Array.from(modulation.blocks.flatMap((block) => [...block])), blocks * 6, width),
        last: float(Float32Array.from(modulation.last), 2, width),
      })
      const all = given['guess']?.data as Float32Array
      guess = x.map((_, i) => all[x.length + i]! + plan.guidance * (all[i]! - all[x.length + i]!))
      stepTo(x, guess, angles[step]!, angles[step + 1]!, weights.shape.output)
    }
    return guess
  }
}
