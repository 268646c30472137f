/** What can be said about GGUF files before llama.cpp sees them. */
import { fail, ok, type Result } from '../../core/result.ts'
import { sizeText } from '../size-text.ts'

const MAGIC = 'GGUF'
const PART = /-(\d{5})-of-(\d{5})\.gguf$/i

const nameOf = (file: Blob, index: number): string =>
  (file as { readonly name?: string }).name ?? (index === 0 ? 'The file' : `File ${index + 1}`)

/** Whether these are the files of one model, all of them; the fault says which is wrong and what to do. */
export async function checkFiles(files: readonly Blob[]): Promise<Result<void>> {
  if (files.length === 0) return fail('not-gguf', 'No file was chosen: pick a file whose name ends in .gguf.')
  for (const [index, file] of files.entries()) {
    const name = nameOf(file, index)
    const head = new TextDecoder('latin1').decode(await file.slice(0, MAGIC.length).arrayBuffer())
    if (head !== MAGIC)
      return fail(
        'not-gguf',
        `${name} is not a GGUF model: pick a file whose name ends in .gguf, as llama.cpp uses them.`,
      )
    const part = PART.exec(name)
    const total = Number(part?.[2] ?? files.length)
    if (part !== null && total !== files.length)
      return fail(
        'files-missing',
        `${name} is one of ${total} files, and ${files.length} came: pick all ${total} at once.`,
      )
  }
  return ok(undefined)
}

/** An error of wllama's while loading, as a sentence; `log` is what llama.cpp said was wrong. */
export function loadFault(model: string, bytes: number, error: string, log: readonly string[]): Result<never> {
  const all = [error, ...log].join('\n')
  const architecture = /unknown model architecture: '([^']*)'/.exec(all)?.[1]
  if (architecture !== undefined)
    return fail(
      'unknown-architecture',
      `${model} is built in a way (${architecture}) that this version of llama.cpp does not know: try another model.`,
    )
  if (
    /bad_alloc|out of memory|\bOOM\b|Cannot enlarge memory|could not allocate|failed to allocate|unable to allocate|RangeError/i.test(
      all,
    )
  )
    return fail(
      'too-big',
      `There is not enough memory for ${model} (${sizeText(bytes)}): choose a smaller model, or the same one with fewer bits.`,
    )
  // Of what it said, the first is nearest to the cause.
  const said = (log[0] ?? error).replace(/^\w+: (error loading model: )?/, '')
  return fail(
    'load-failed',
    `${model} could not be loaded (${said.trim().slice(0, 200)}): the file may be damaged; get it again.`,
  )
}

/**
 * The files, with word of how far llama.cpp has read them: bytes of all of them together, never fewer than before. It reads
 * them piece by piece through `slice`, or from end to end through `stream` in browsers that cannot pause WebAssembly.
 */
export function watched(files: readonly Blob[], onRead: (bytes: number) => void): readonly Blob[] {
  const read = files.map(() => 0)
  return files.map((file, index) => {
    const note = (to: number) => {
      read[index] = Math.max(read[index] ?? 0, Math.min(to, file.size))
      onRead(read.reduce((sum, bytes) => sum + bytes, 0))
    }
    // Copies: the visitor's own files stay as they are, and keep their names, by which llama.cpp sorts them.
    const copy = new File([file], nameOf(file, index))
    Object.defineProperties(copy, {
      slice: {
        value(from?: number, to?: number, type?: string): Blob {
          note(to ?? file.size)
          return file.slice(from, to, type)
        },
      },
      stream: {
        value(): ReadableStream<Uint8Array> {
          let bytes = 0
          const count = new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              note((bytes += chunk.length))
              controller.enqueue(chunk)
            },
          })
          return file.stream().pipeThrough(count)
        },
      },
    })
    return copy
  })
}

/** An error of wllama's while writing, as a sentence; `held` when a grammar or schema was to be kept to. */
export function writeFault(model: string, error: string, held: boolean, context: number): Result<never> {
  if (/context size|context length|kv cache|exceed/i.test(error))
    return fail(
      'too-long',
      `The prompt is too long for ${model}, which has room for ${context} tokens: shorten the prompts, or choose another model.`,
    )
  const said = error.slice(0, 200)
  return held
    ? fail('bad-grammar', `${model} could not keep to the grammar or schema it was given (${said}): put that right.`)
    : fail('write-failed', `${model} could not write (${said}): ask again, or load it again.`)
}
