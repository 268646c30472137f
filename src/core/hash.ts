/** Content hashes name things: equal content, equal name, on every machine. SHA-256, from @noble/hashes. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** The first 128 bits of the SHA-256 of `words` in little-endian order, as 32 hex digits. */
export function hashWords(words: Uint32Array): string {
  const bytes = new Uint8Array(words.length * 4)
  const view = new DataView(bytes.buffer)
  words.forEach((word, index) => view.setUint32(index * 4, word, true))
  return hashBytes(bytes)
}

export const hashBytes = (bytes: Uint8Array): string => bytesToHex(sha256(bytes)).slice(0, 32)
