/** The diffusion transformer's weights from a safetensors file: whatever the bytes, weights or a sentence. */
import { fail, ok, type Result } from '../../../core/result.ts'
import { floatsOf, readTensors } from '../../../share/safetensors.ts'
import { WORDS } from '../scenes/words.ts'
import { FEED, FREQUENCIES, HEADS, SLOTS, TOKENS, VALUES, type DitShape, type DitWeights } from './shape.ts'

const MOST_WIDTH = 512
const MOST_BLOCKS = 32

/** The tensors of a shape, by name. */
export function tensorsOf({ width, blocks }: DitShape): ReadonlyMap<string, readonly number[]> {
  const tensors = new Map<string, readonly number[]>()
  const linear = (name: string, out: number, into: number) => {
    tensors.set(`${name}.weight`, [out, into])
    tensors.set(`${name}.bias`, [out])
  }
  linear('patch', width, VALUES)
  tensors.set('position', [TOKENS, width])
  linear('time.0', width, 2 * FREQUENCIES)
  linear('time.1', width, width)
  linear('modulation', 6 * width, width)
  tensors.set('word', [WORDS.length, width])
  tensors.set('slot', [SLOTS, width])
  for (const name of ['query', 'key', 'value', 'output']) linear(`text.attention.${name}`, width, width)
  linear('text.feed.up', FEED * width, width)
  linear('text.feed.down', width, FEED * width)
  for (let block = 0; block < blocks; block++) {
    const at = `blocks.${block}`
    tensors.set(`${at}.modulation`, [6, width])
    for (const kind of ['attn1', 'attn2'])
      for (const name of ['query', 'key', 'value', 'output']) linear(`${at}.${kind}.${name}`, width, width)
    linear(`${at}.ff.up`, FEED * width, width)
    linear(`${at}.ff.down`, width, FEED * width)
  }
  tensors.set('last.modulation', [2, width])
  linear('last', VALUES, width)
  return tensors
}

export function readDit(bytes: Uint8Array): Result<DitWeights> {
  const file = readTensors(bytes)
  if (!file.ok) return file
  const bad = (what: string) => fail('bad-weights', `The picture model's file cannot be used: ${what}.`)
  const { tensors, metadata } = file.value
  const width = tensors.get('patch.weight')?.shape[0] ?? 0
  let blocks = 0
  while (tensors.has(`blocks.${blocks}.ff.up.weight`)) blocks++
  if (width < 8 || width > MOST_WIDTH || width % (2 * HEADS) !== 0)
    return bad(`its width is ${width}, and must be a multiple of ${2 * HEADS} from 8 to ${MOST_WIDTH}`)
  if (blocks < 1 || blocks > MOST_BLOCKS) return bad(`it has ${blocks} blocks, and must have 1 to ${MOST_BLOCKS}`)
  const output = metadata.get('output') ?? 'x0'
  if (output !== 'x0' && output !== 'noise')
    return bad(`it says that it gives "${output.slice(0, 40)}", not x0 or noise`)
  const shape: DitShape = { width, blocks, output }
  const found = new Map<string, Float32Array>()
  for (const [name, sides] of tensorsOf(shape)) {
    const tensor = tensors.get(name)
    if (tensor === undefined) return bad(`the tensor ${name} is missing`)
    if (tensor.shape.join() !== sides.join())
      return bad(`the tensor ${name} is ${tensor.shape.join(' x ')}, and must be ${sides.join(' x ')}`)
    const floats = floatsOf(tensor)
    if (floats === null) return bad(`the tensor ${name} is not of floating-point numbers`)
    if (!floats.every(Number.isFinite)) return bad(`the tensor ${name} has a value that is not a number`)
    found.set(name, floats)
  }
  return ok({ shape, tensors: found })
}

/** A tensor that {@link readDit} has found. */
export function tensor({ tensors }: DitWeights, name: string): Float32Array {
  const found = tensors.get(name)
  if (found === undefined) throw new Error(`no tensor ${name}`)
  return found
}
