/** Checksums: SHA-256 by the browser, MD5 (which lists of weights have, and browsers do not) by a library, in steps. */
import { md5 } from '@noble/hashes/legacy.js'

/** As `integrity` attributes write it. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `sha256-${btoa(String.fromCharCode(...digest))}`
}

/** MD5 in hexadecimal and the length of a stream; the thread breathes between pieces. */
export async function md5Of(
  stream: ReadableStream<Uint8Array>,
): Promise<{ readonly md5: string; readonly bytes: number }> {
  const hash = md5.create()
  let bytes = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    hash.update(value)
    bytes += value.length
  }
  return { md5: Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join(''), bytes }
}
