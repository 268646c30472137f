/** Text of UTF-8 bytes. The core is compiled without the browser's types, and Node and browsers all have a decoder. */
interface Decoder {
  decode(bytes: Uint8Array): string
}
const { TextDecoder } = globalThis as unknown as {
  readonly TextDecoder: new (label: string, options: { readonly fatal: boolean }) => Decoder
}

/** Throws on what is no UTF-8. */
export const utf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)
