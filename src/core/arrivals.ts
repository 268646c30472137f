/** What becomes of a completion: a child, or one of the reasons why not. Pure, so that a tape gives the same again. */
import { MOST_TEXT, type Completion } from './completion.ts'
import type { Codec, PromptKit } from './contracts.ts'
import type { RunState } from './journal.ts'
import { hashWords } from './hash.ts'
import { nearestText, signatureOf, type Signature } from './novelty.ts'

export type Verdict = 'novel' | 'refused' | 'duplicate' | 'lazy'

export interface Judged {
  readonly completion: Completion
  readonly verdict: Verdict
  /** The child's encoded genome; null when refused. */
  readonly words: Uint32Array | null
  /** The child's content hash; null when refused. */
  readonly hash: string | null
  /** Why not, for people and for the next attempt; empty for a novel child. */
  readonly reason: string
}

/** What a completion is compared with. */
export interface Known {
  /** Content hashes of everybody in the archive and in the batch. */
  readonly hashes: ReadonlySet<string>
  /** Short hashes of children seen earlier. */
  readonly seen: ReadonlySet<number>
  /** The encoded genomes of the completion's parents, those that still live; their text is what edits apply to. */
  parents(completion: Completion): readonly Uint32Array[]
  /** Least distance by text (`novelty.ts`) to everybody in the archive; 0 asks for no more than another genome. */
  readonly novelty: number
  /** The texts of everybody in the archive; asked for only where {@link novelty} is above 0. */
  signatures(): readonly Signature[]
}

/** Children that a run remembers beside its archive: a model that circles is noticed, and a state stays small. */
export const MOST_SEEN = 4096

/** The first 32 bits of a content hash. */
export const shortHash = (hash: string): number => parseInt(hash.slice(0, 8), 16)

export function judge(codec: Codec<unknown>, kit: PromptKit | null, completion: Completion, known: Known): Judged {
  const no = (verdict: Verdict, reason: string, words: Uint32Array | null = null): Judged => ({
    completion,
    verdict,
    words,
    hash: words === null ? null : hashWords(words),
    reason,
  })
  if (completion.finish === 'aborted') return no('refused', 'The answer was broken off.')
  if (completion.text.length > MOST_TEXT) return no('refused', 'The answer is longer than any genome can be.')
  const parents = known.parents(completion)
  const source =
    kit === null
      ? completion.text
      : kit.extract(completion.text, completion.base === undefined ? [] : [completion.base])
  const parsed = codec.parse(source)
  if (!parsed.ok) return no('refused', parsed.fault.message)
  const words = codec.encode(parsed.value)
  const hash = hashWords(words)
  if (parents.some((parent) => hashWords(parent) === hash)) return no('lazy', 'The answer is the parent again.', words)
  if (known.hashes.has(hash) || known.seen.has(shortHash(hash)))
    return no('duplicate', 'The answer is one that is known already.', words)
  if (known.novelty > 0) {
    const text = signatureOf(codec.print(parsed.value, ''))
    if (nearestText(text, known.signatures()).distance < known.novelty)
      return no('duplicate', 'The answer differs too little from one that is known already.', words)
  }
  return no('novel', '', words)
}

/** What completions are judged against in a state: the archive, and who was seen lately. */
export function knownIn(codec: Codec<unknown>, state: Pick<RunState, 'elites' | 'models'>, novelty: number): Known {
  const byId = new Map(state.elites.map((elite) => [elite.id, elite.words]))
  let signatures: readonly Signature[] | null = null
  return {
    hashes: new Set(state.elites.map(({ words }) => hashWords(words))),
    seen: new Set(state.models?.seen),
    parents: ({ parents }) => parents.flatMap((id) => byId.get(id) ?? []),
    novelty,
    signatures: () =>
      (signatures ??= state.elites.map(({ words }) => signatureOf(codec.print(codec.decode(words), '')))),
  }
}
