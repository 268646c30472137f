/** Damaged and hostile `.evo` files, made from good ones. Each is a function of its seed, so that a failure can be repeated. */
import { gunzipSync, gzipSync } from 'node:zlib'
import { deriveSeed, rng, type Rng } from '../../../src/core/rng.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Mutator = (random: Rng, packed: Buffer, text: string) => Buffer

const pack = (text: string | Buffer) => gzipSync(text, { level: 1 })
const bytesOf = (random: Rng, length: number) => Buffer.from(Array.from({ length }, () => random.int(256)))

function flip(random: Rng, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let flips = 1 + random.int(4); flips > 0; flips--) copy[random.int(copy.length)] = random.int(256)
  return copy
}

function splice(random: Rng, bytes: Buffer): Buffer {
  const [from, to] = [random.int(bytes.length), random.int(bytes.length)]
  const piece = random.chance(0.3)
    ? bytesOf(random, 1 + random.int(64))
    : bytes.subarray(from, from + 1 + random.int(400))
  return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to + (random.chance(0.5) ? piece.length : 0))])
}

/** Every value in the tree, as its holder and key. */
function places(value: Json, found: [Json[] | { [key: string]: Json }, string | number][] = []) {
  if (Array.isArray(value)) {
    value.forEach((part, index) => (found.push([value, index]), places(part, found)))
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      found.push([value, key])
      places(part, found)
    }
  }
  return found
}

/** Puts `raw`, which need not be JSON, in the place of one value of the text. */
function replaceOne(random: Rng, text: string, raw: string): string {
  const tree = JSON.parse(text) as Json
  const [holder, key] = random.pick(places(tree))
  ;(holder as Record<string | number, Json>)[key] = '@HERE@'
  return JSON.stringify(tree).replace('"@HERE@"', () => raw)
}

const NUMBERS = ['NaN', 'Infinity', '-Infinity', '1e400', '-1e400', '-1', '-0', '1.5', '0', '4294967296', '9007199254740993', '1e21', `1${'0'.repeat(400)}`, '0x10', '01', 'null'] // prettier-ignore
const SURROGATES = [
  '"\\ud800"',
  '"\\udfff x"',
  '"a\\ud83d"',
  '{"\\ud800":1}',
  '"\\u0000"',
  '"\\u202e"',
  '"😀"',
  '"\ufeff"',
]
const POLLUTION = [
  '{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"prototype":{"polluted":1}}', '{"__proto__":null}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1,"length":-1}', '{"__proto__":[],"__defineGetter__":1}', '{"then":1,"toJSON":1}',
] // prettier-ignore

export const mutators: Readonly<Record<string, Mutator>> = {
  'flipped bytes in the packed file': (random, packed) => flip(random, packed),
  'flipped bytes in the text': (random, _packed, text) => pack(flip(random, Buffer.from(text))),
  'a packed file cut short': (random, packed) => packed.subarray(0, random.int(packed.length)),
  'a text cut short': (random, _packed, text) => pack(text.slice(0, random.int(text.length))),
  'spliced packed files': (random, packed) => splice(random, packed),
  'spliced texts': (random, _packed, text) => pack(splice(random, Buffer.from(text))),
  'deep nesting': (random, _packed, text) => {
    const depth = random.pick([3, 31, 32, 33, 1000, 100_000])
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const)
    return pack(replaceOne(random, text, `${open.repeat(depth)}1${random.chance(0.8) ? close.repeat(depth) : ''}`))
  },
  'huge claims': (random, _packed, text) => {
    const piece = random.pick(['1,', '"",', '[],', '{},', 'null,', '{"id":1},'])
    return pack(replaceOne(random, text, `[${piece.repeat(random.pick([100, 5000, 70_000]))}1]`))
  },
  'keys that reach prototypes': (random, _packed, text) =>
    pack(
      random.chance(0.5)
        ? replaceOne(random, text, random.pick(POLLUTION))
        : text.replace('{', () => `${random.pick(POLLUTION).slice(0, -1)},`),
    ),
  'ids and cells that occur twice': (random, _packed, text) => {
    const tree = JSON.parse(text) as { births: Json[]; state: { elites: Json[] } }
    const list = random.chance(0.5) ? tree.births : tree.state.elites
    const chosen = random.pick(list)
    if (random.chance(0.5)) list.splice(random.int(list.length), 0, chosen)
    else list[random.int(list.length)] = chosen
    if (random.chance(0.3)) list.reverse()
    return pack(JSON.stringify(tree))
  },
  'numbers that are none': (random, _packed, text) => pack(replaceOne(random, text, random.pick(NUMBERS))),
  'strange strings': (random, _packed, text) =>
    pack(replaceOne(random, text, random.chance(0.8) ? random.pick(SURROGATES) : JSON.stringify('x'.repeat(random.int(300_000))))), // prettier-ignore
  'one value for another': (random, _packed, text) => {
    const [holder, key] = random.pick(places(JSON.parse(text) as Json))
    return pack(replaceOne(random, text, JSON.stringify((holder as Record<string | number, Json>)[key])))
  },
  'missing values': (random, _packed, text) => {
    const tree = JSON.parse(text) as Json
    const [holder, key] = random.pick(places(tree))
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else Reflect.deleteProperty(holder, key)
    return pack(JSON.stringify(tree))
  },
  'noise behind a good beginning': (random, packed) =>
    Buffer.concat([packed.subarray(0, random.int(40)), bytesOf(random, random.int(2000))]),
}

/** Seeds are spread first: neighbouring ones begin alike. The same mutant for the same kind, seed and source. */
export const mutant = (kind: string, seed: number, packed: Buffer): Buffer =>
  mutators[kind]!(rng(deriveSeed(kind, seed)), packed, gunzipSync(packed).toString())
