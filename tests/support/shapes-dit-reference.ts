/** training/shapes-dit/model.py line by line, in doubles, with the sampler and the caches around it: slow, and plain to see. */
import { FREQUENCIES, HEADS, SLOTS, TOKENS, VALUES, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts' // prettier-ignore
import { usesOf, type Schedule } from '../../src/arenas/diffusion-cache/schedule.ts'

type Row = number[]
const zip = (a: Row, b: Row, f: (x: number, y: number) => number): Row => a.map((x, i) => f(x, b[i]!))
const add = (a: Row, b: Row): Row => zip(a, b, (x, y) => x + y)
const norm = (x: Row): Row => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length
  return x.map((value) => (value - mean) / Math.sqrt(variance + 1e-6))
}
const gelu = (x: Row): Row => x.map((v) => 0.5 * v * (1 + Math.tanh(0.7978845608028654 * (v + 0.044715 * v ** 3))))
const silu = (x: Row): Row => x.map((v) => v / (1 + Math.exp(-v)))

export function referenceSample(
  weights: DitWeights,
  schedule: Schedule,
  request: {
    readonly captions: Int32Array
    readonly noise: Float32Array
    readonly guidance: number
    readonly angles?: Float64Array
  },
): Float32Array {
  const { width, blocks, output } = weights.shape
  const { steps } = schedule
  const angles =
    request.angles ?? Float64Array.from({ length: steps + 1 }, (_, step) => (1.52 * (steps - step)) / steps)
  const tensor = (name: string) => weights.tensors.get(name)!
  const rows = (name: string): Row[] => {
    const all = [...tensor(name)]
    return Array.from({ length: all.length / width }, (_, at) => all.slice(at * width, (at + 1) * width))
  }
  const linear = (name: string, x: Row): Row => {
    const [matrix, bias] = [tensor(`${name}.weight`), tensor(`${name}.bias`)]
    return [...bias].map((b, out) => x.reduce((sum, value, i) => sum + matrix[out * x.length + i]! * value, b))
  }
  const attend = (name: string, x: Row[], source: Row[]): Row[] => {
    const [keys, values] = [source.map((row) => linear(`${name}.key`, row)), source.map((row) => linear(`${name}.value`, row))] // prettier-ignore
    const size = width / HEADS
    return x.map((row) => {
      const query = linear(`${name}.query`, row)
      const seen: Row = new Array<number>(width).fill(0)
      for (let head = 0; head < width; head += size) {
        const scores = keys.map((key) => {
          let score = 0
          for (let i = head; i < head + size; i++) score += query[i]! * key[i]!
          return Math.exp(score / Math.sqrt(size))
        })
        const total = scores.reduce((sum, score) => sum + score, 0)
        for (let i = head; i < head + size; i++)
          seen[i] = values.reduce((sum, value, at) => sum + (scores[at]! / total) * value[i]!, 0)
      }
      return linear(`${name}.output`, seen)
    })
  }
  const read = (caption: Int32Array): Row[] => {
    const [words, slots] = [rows('word'), rows('slot')]
    let x = [...caption].map((word, at) => add(words[word]!, slots[at]!))
    const y = x.map(norm)
    const looked = attend('text.attention', y, y)
    x = x.map((row, at) => add(row, looked[at]!))
    return x.map((row) => norm(add(row, linear('text.feed.down', gelu(linear('text.feed.up', norm(row)))))))
  }
  const modulate = (x: Row, scale: Row, shift: Row): Row => zip(zip(norm(x), scale, (v, s) => v * (1 + s)), shift, (v, s) => v + s) // prettier-ignore
  const uses = usesOf(schedule)

  /** The network with its caches, for one picture and branch. */
  const branch = (text: Row[]) => {
    const last: Row[][] = []
    const before: Row[][] = []
    return (x: Row[], step: number): Row[] => {
      const angle = angles[step]!
      const rates = Array.from({ length: FREQUENCIES }, (_, i) => 0.5 * 128 ** (i / (FREQUENCIES - 1)))
      const wave = [...rates.map((rate) => Math.sin(angle * rate)), ...rates.map((rate) => Math.cos(angle * rate))]
      const embedding = linear('time.1', silu(linear('time.0', wave)))
      const shared = linear('modulation', silu(embedding))
      const positions = rows('position')
      let h = x.map((row, at) => add(linear('patch', row), positions[at]!))
      for (let block = 0; block < blocks; block++) {
        const at = `blocks.${block}.`
        const m = rows(`${at}modulation`).map((row, kind) => add(row, shared.slice(kind * width, (kind + 1) * width)))
        const part = (component: number, gate: Row | null, compute: () => Row[]) => {
          const slot = block * 3 + component
          const { computes, ahead } = uses[step * blocks * 3 + slot]!
          if (computes) {
            if (last[slot] !== undefined) before[slot] = last[slot]
            last[slot] = compute()
          }
          h = h.map((row, i) => {
            let y = last[slot]![i]!
            if (ahead !== 0) y = zip(y, before[slot]![i]!, (now, then) => now + ahead * (now - then))
            return add(row, gate === null ? y : zip(gate, y, (g, v) => g * v))
          })
        }
        part(0, m[2]!, () => {
          const y = h.map((row) => modulate(row, m[1]!, m[0]!))
          return attend(`${at}attn1`, y, y)
        })
        part(1, null, () => attend(`${at}attn2`, h.map(norm), text))
        part(2, m[5]!, () => h.map((row) => linear(`${at}ff.down`, gelu(linear(`${at}ff.up`, modulate(row, m[4]!, m[3]!)))))) // prettier-ignore
      }
      const m = rows('last.modulation').map((row) => add(row, embedding))
      return h.map((row) => linear('last', modulate(row, m[1]!, m[0]!)))
    }
  }

  const { captions, noise, guidance } = request
  const size = TOKENS * VALUES
  const all = new Float32Array(noise.length)
  const ground = [0.07, 0.08, 0.12]
  for (let picture = 0; picture * size < noise.length; picture++) {
    const asked = branch(read(captions.subarray(picture * SLOTS, (picture + 1) * SLOTS)))
    const free = branch(read(new Int32Array(SLOTS).fill(1)))
    let x = Array.from({ length: TOKENS }, (_, token) =>
      [...noise.subarray(picture * size + token * VALUES, picture * size + (token + 1) * VALUES)],
    ) // prettier-ignore
    for (let step = 0; step < steps; step++) {
      const [a, b] = [angles[step]!, angles[step + 1]!]
      const yes = asked(x, step)
      const guided = guidance === 1 ? yes : free(x, step).map((row, at) => zip(row, yes[at]!, (f, y) => f + guidance * (y - f))) // prettier-ignore
      x = x.map((row, token) =>
        row.map((value, i) => {
          const given = guided[token]![i]!
          const guess = output === 'x0' ? given : (value - Math.sin(a) * given) / Math.cos(a)
          const x0 = Math.min(Math.max(guess, -2 * ground[i % 3]!), 2 * (1 - ground[i % 3]!))
          return Math.cos(b) * x0 + (Math.sin(b) * (value - Math.cos(a) * x0)) / Math.sin(a)
        }),
      )
    }
    all.set(x.flat(), picture * size)
  }
  return all
}
