/** Words as base64 of their bytes, least significant first. */

const STEP = 0x2000

export function wordsToBase64(words: Uint32Array): string {
  const view = new DataView(new ArrayBuffer(words.length * 4))
  words.forEach((word, index) => view.setUint32(index * 4, word, true))
  const bytes = new Uint8Array(view.buffer)
  let text = ''
  // In pieces, because arguments stand on the stack.
  for (let from = 0; from < bytes.length; from += STEP)
    text += String.fromCharCode(...bytes.subarray(from, from + STEP))
  return btoa(text)
}

/** Null unless it is exactly what {@link wordsToBase64} makes of at least one word: a genome has one spelling. */
export function wordsFromBase64(text: string): Uint32Array | null {
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null
  const bytes = atob(text)
  // The bits that fill up the last characters have to be none.
  const tail = bytes.slice(bytes.length - (bytes.length % 3 || 3))
  if (bytes.length === 0 || bytes.length % 4 !== 0 || !text.endsWith(btoa(tail))) return null
  const words = new Uint32Array(bytes.length / 4)
  for (let at = 0; at < bytes.length; at++)
    words[at >> 2] = (words[at >> 2] ?? 0) | (bytes.charCodeAt(at) << (8 * (at & 3)))
  return words
}
