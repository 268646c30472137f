/** Names that people can say, the same on every machine. */
import { hashWords } from './hash.ts'

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aeiou'
const ENDINGS = ['', 'n', 'r', 's', 'l', 'm', 'k', 't']

/** Two syllables from the content hash, then the birth number. */
export function eliteName({ id, words }: { readonly id: number; readonly words: Uint32Array }): string {
  const hash = hashWords(words)
  const syllable = (at: number) => {
    const number = parseInt(hash.slice(at, at + 4), 16)
    return `${CONSONANTS[number % 16]}${VOWELS[(number >> 4) % 5]}${ENDINGS[(number >> 8) % 8]}`
  }
  const word = syllable(0) + syllable(4)
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${id}`
}
