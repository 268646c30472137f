/** Words as base64 of their little-endian bytes, and back. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Words to base64 of their bytes, least significant first. */
export function wordsToBase64(words: Uint32Array): string {
  const bytes = new Uint8Array(words.length * 4)
  const view = new DataView(bytes.buffer)
  words.forEach((word, index) => view.setUint32(index * 4, word, true))
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [x = 0, y, z] = [bytes[index], bytes[index + 1], bytes[index + 2]]
    const bits = (x << 16) | ((y ?? 0) << 8) | (z ?? 0)
    text += DIGITS.charAt(bits >> 18) + DIGITS.charAt((bits >> 12) & 63)
    text += y === undefined ? '=' : DIGITS.charAt((bits >> 6) & 63)
    text += z === undefined ? '=' : DIGITS.charAt(bits & 63)
  }
  return text
}

/** The words of {@link wordsToBase64}, or null when that did not write the text from at least one: a genome has one spelling. */
export function wordsFromBase64(text: string): Uint32Array | null {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const bytes: number[] = []
  for (let index = 0; index < text.length; index += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((offset) => DIGITS.indexOf(text.charAt(index + offset))) as [
      number,
      number,
      number,
      number,
    ]
    bytes.push((a << 2) | (b >> 4))
    if (c >= 0) bytes.push(((b & 15) << 4) | (c >> 2))
    if (d >= 0) bytes.push(((c & 3) << 6) | d)
  }
  if (bytes.length % 4 !== 0) return null
  const view = new DataView(Uint8Array.from(bytes).buffer)
  const words = Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true))
  return wordsToBase64(words) === text ? words : null
}
