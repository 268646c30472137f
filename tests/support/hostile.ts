/**
 * Messages that nobody should send, from a seed: malformed, forged, bloated, or legal in everything but one thing. A good
 * one is mixed in now and then, so that refusing everything does not pass for being careful.
 */
import { wordsToBase64 } from '../../src/core/base64.ts'
import type { BusMessage, MessageKind } from '../../src/bus/contracts.ts'
import { hashWords } from '../../src/core/hash.ts'
import type { Rng } from '../../src/core/rng.ts'
import { archive, champion, codec, elites, message, migrant, otherWorld, text, warrior, world } from './islands.ts'

export interface Hostile {
  readonly message: BusMessage
  /** `good`: it has to be taken. `spoilt`: it may be taken if what was hit does not matter, such as a letter of a name. */
  readonly worth: 'good' | 'spoilt' | 'bad'
  readonly what: string
  /** Hash of the genome that a champion was made with. */
  readonly hash: string
}

type Json = Record<string, unknown>
const parsed = ({ bytes }: BusMessage) => JSON.parse(new TextDecoder().decode(bytes)) as Json
const raw = (content: string) => new TextEncoder().encode(content)
const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`

/** The bytes of a message, given a good one in bytes and as JSON. */
type Spoil = (random: Rng, good: BusMessage, json: Json) => Uint8Array

const strange = (random: Rng): unknown =>
  random.pick([
    null, true, -1, 0.5, 1e308, 2 ** 53, '', 'x'.repeat(5000), '\u0000', '\u202e', '\ud800', [], {}, [[]], { length: 9 }, ['a', 1],
  ]) // prettier-ignore

/** All of these make a bad message of a good champion. */
const SPOILS: Readonly<Record<string, Spoil>> = {
  truncated: (random, { bytes }) => bytes.subarray(0, random.int(bytes.length)),
  'wrong type': (random, _, json) => text({ ...json, [random.pick(Object.keys(json).filter((key) => key !== 'claimed'))]: strange(random) }), // prettier-ignore
  'no number': (random, _, json) => text({ ...json, claimed: random.pick([null, '1', [], 'NaN', {}]) }),
  'part missing': (random, _, json) => {
    const gone = random.pick(Object.keys(json))
    return text(Object.fromEntries(Object.entries(json).filter(([key]) => key !== gone)))
  },
  'part too much': (random, _, json) => text({ ...json, [random.pick(['more', 'to', 'length', 'kind2', ''])]: strange(random) }), // prettier-ignore
  huge: (random, { bytes }) => {
    const long = new Uint8Array((64 << 10) + 1 + random.int(2 << 20)).fill(0x20)
    long.set(bytes)
    return long
  },
  'huge part': (random, _, json) => text({ ...json, [random.pick(['name', 'operator', 'arena', 'words'])]: 'A'.repeat(4 * random.int(14_000) + 1000) }), // prettier-ignore
  'huge number': (random, _, json) => raw(JSON.stringify(json).replace(/"claimed":[^,]*/, `"claimed":${random.pick(['1e999', '-1e999', `${'9'.repeat(20_000)}`])}`)), // prettier-ignore
  'deep arrays': (random) => raw(nested(1 + random.int(30_000), '[', ']')),
  'deep objects': (random) => raw(nested(1 + random.int(9000), '{"v":', '}')),
  'deep part': (random, _, json) =>
    raw(`${JSON.stringify(json).slice(0, -1)},"name":${nested(1 + random.int(20_000), '[', ']')}}`),
  unclosed: (random) => raw(random.pick(['[', '{"v":1,"a":', '"']).repeat(1 + random.int(8000))),
  'prototype keys': (random, _, json) => {
    const key = random.pick(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])
    const parts = JSON.stringify(json).slice(1)
    const gone = random.pick(['name', 'hash', 'words', 'island'])
    // The part that is missing stands on the prototype.
    return raw(`{"${key}":${JSON.stringify({ ...json, polluted: 1 })},${parts.replace(`"${gone}"`, `"x${gone}"`)}`)
  },
  'wrong hash': (random, _, json) => text({ ...json, hash: hashWords(warrior(random)).split('').reverse().join('') }),
  'another genome': (random, _, json) => {
    const words = warrior(random)
    return text({ ...json, words: wordsToBase64(words.map((word, at) => (at === 2 ? word ^ 0x1000_0000 : word))) })
  },
  'refused by the codec': (random, _, json) => {
    const words = warrior(random)
    const at = random.int(4)
    words[at === 0 ? 0 : 1 + random.int(2)] = random.pick([0xffff_ffff, 0x8000_0000, 0xffff, 0x0050_0050])
    if (at === 0) words[0] = random.pick([0, 6, 0xffff, 0x0005_0001, 0xffff_0001])
    return codec.check?.(words) === null
      ? raw('')
      : text({ ...json, words: wordsToBase64(words), hash: hashWords(words) })
  },
  'goes on after its end': (_, __, json) => {
    const words = Uint32Array.of(1, ...new Uint32Array(codec.stride - 2), 7)
    return text({ ...json, words: wordsToBase64(words), hash: hashWords(words) })
  },
  'wrong length': (random, _, json) => {
    const words = new Uint32Array(codec.stride + random.pick([-5, -1, 1, 9, 4000]))
    return text({ ...json, words: wordsToBase64(words), hash: hashWords(words) })
  },
  'odd base64': (random, _, json) => text({ ...json, words: random.pick(['====', 'AAA', ` ${String(json['words'])}`, `${String(json['words'])}\n`, 'AAAAAB==', 'ÄÄÄÄ']) }), // prettier-ignore
  'another island': (_, __, json) => text({ ...json, island: 'somebody-else' }),
  'another kind': (random, _, json) =>
    text({ ...json, kind: random.pick(['archive', 'chat', '__proto__', 'Champion']) }),
  'another version': (random, _, json) => text({ ...json, v: random.pick([0, 2, -1, 1.5, 1e9, '1', true]) }),
  'another world': (random) => champion(migrant(random, { island: 'x' }), otherWorld).bytes,
  'not UTF-8': (random, { bytes }) => {
    const broken = bytes.slice()
    broken[random.int(broken.length)] = random.pick([0x80, 0xff, 0xc0])
    return broken
  },
  'byte order mark': (_, { bytes }) => Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes),
  noise: (random) => Uint8Array.from({ length: random.int(3000) }, () => random.int(256)),
  'no object': (random) => text(strange(random)),
  'lines in a name': (random, _, json) => text({ ...json, name: random.pick(['a\n;redcode-94', 'a\r', 'a\u2028b', '\u200b', 'a\tb', '']) }), // prettier-ignore
  'cut text': (_, __, json) => raw(`${JSON.stringify(json)}${JSON.stringify(json)}`),
}

const ARCHIVES: Readonly<Record<string, (random: Rng, rows: unknown[][]) => unknown>> = {
  'same cell twice': (_, rows) => [...rows, ...rows],
  'falling cells': (_, rows) => [...rows].reverse(),
  'cells beyond the grid': (random, rows) =>
    rows.map((row) => [random.pick([-1, 0.5, 65_536, 1e300, '1']), ...row.slice(1)]),
  'no genome': (random, rows) => rows.map((row, at) => (at === 1 ? [row[0], row[1], wordsToBase64(new Uint32Array(random.pick([1, codec.stride]))), row[3]] : row)), // prettier-ignore
  'rows too long': (_, rows) => rows.map((row) => [...row, 0]),
  'no rows': (random) => random.pick([null, 0, '', {}, { length: 0 }, 'rows', true]),
  'deep rows': () => JSON.parse(nested(1000, '[', ']')) as unknown,
}

const KINDS = Object.keys(SPOILS)
const ARCHIVE_KINDS = Object.keys(ARCHIVES)

/** The next message, said to be from `from`; a bad one in nineteen of twenty cases or so. */
export function hostile(random: Rng, from: string): Hostile {
  const one = migrant(random, { island: from })
  const good = champion(one)
  const made = (what: string, worth: Hostile['worth'], bytes: Uint8Array, kind: MessageKind = 'champion'): Hostile => ({
    message: message(from, kind, bytes), worth, what, hash: one.hash,
  }) // prettier-ignore
  const dice = random.int(100)
  if (dice < 5) return made('good', 'good', good.bytes)
  if (dice < 15) {
    const flipped = good.bytes.slice()
    for (let bits = 1 + random.int(3); bits > 0; bits--) {
      const at = random.int(flipped.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
    }
    return made('flipped bits', 'spoilt', flipped)
  }
  if (dice < 25) {
    const what = random.pick(ARCHIVE_KINDS)
    const whole = archive(from, random.int(50), elites(random, 2 + random.int(5)))
    const json = parsed(whole)
    const spoilt = ARCHIVES[what]?.(random, json['elites'] as unknown[][])
    return made(what, 'bad', text({ ...json, elites: spoilt }), 'archive')
  }
  const what = random.pick(KINDS)
  const bytes = SPOILS[what]?.(random, good, parsed(good)) ?? new Uint8Array(0)
  // Numbers of the right kind are no harm; the world's claim is only compared.
  return made(what, 'bad', bytes, random.chance(0.05) ? 'archive' : 'champion')
}

/** A good archive, to hold against those that are not. */
export const goodArchive = (random: Rng, from: string, round: number): BusMessage =>
  archive(from, round, elites(random, 4), world)
