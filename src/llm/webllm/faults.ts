/** What goes wrong inside WebLLM, as sentences for people: what, which, and how to fix it. */
import type { Fault } from '../../core/result.ts'
import { WEBLLM_VERSION } from './library.ts'

const fault = (kind: string, message: string): Fault => ({ kind, message })

interface Thrown {
  readonly name: string
  readonly message: string
}

/** WebLLM throws errors, and now and then a bare string. */
export function thrownAs(error: unknown): Thrown {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const { name, message } = error as { readonly name?: unknown; readonly message: unknown }
    return { name: typeof name === 'string' ? name : 'Error', message: String(message) }
  }
  return { name: 'Error', message: String(error) }
}

const short = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text)
const fileOf = (url: string) => url.split(/[?#]/)[0]?.split('/').at(-1) ?? url

/** Why a model could not be loaded. */
export function loadFault(error: unknown, id: string): Fault {
  const { name, message } = thrownAs(error)
  const is = (pattern: RegExp) => pattern.test(name) || pattern.test(message)
  if (name === 'ModelNotFoundError')
    return fault('unknown-model', `WebLLM knows no model ${id}. Choose one of its list.`)
  if (name === 'IntegrityError') {
    const url = /failed for (\S+)/.exec(message)?.[1] ?? ''
    return fault(
      'file-changed',
      `${fileOf(url)} of ${id} is not the file that was first loaded here: it was damaged or exchanged. ` +
        'Delete the model and fetch it anew if you trust where it comes from.',
    )
  }
  if (is(/QuotaExceeded|quota/i))
    return fault(
      'storage-full',
      `There is no room left for ${id}: the browser refuses to store more. Delete other models, free disk space, or leave private browsing.`,
    )
  if (
    is(
      /LinkError|Cannot find global function|Cannot find .* in exports|Cannot find required VM function|reading 'buffer'/,
    )
  )
    return fault(
      'library-mismatch',
      `The library of ${id} does not fit WebLLM ${WEBLLM_VERSION}: use the one made for this version ` +
        `(${short(message)}).`,
    )
  if (is(/CompileError|WebAssembly\.(instantiate|compile)/))
    return fault(
      'file-damaged',
      `The library of ${id} is damaged or no WebAssembly (${short(message)}). Delete the model and fetch it anew.`,
    )
  if (is(/ShaderF16Support|shader-f16/)) return noF16(id, null)
  if (is(/FeatureSupportError|exceeds limit|maxComputeWorkgroupStorageSize|maxStorageBuffersPerShaderStage/))
    return fault(
      'no-gpu',
      `${id} asks more of the graphics card than this browser offers (${short(message)}). Update the browser, or use a model that runs on the CPU.`,
    )
  if (is(/WebGPUNotAvailable|WebGPUNotFound|Unable to find a compatible GPU|requestAdapter/))
    return fault(
      'no-gpu',
      `${id} needs WebGPU, and this browser offers none. Switch graphics acceleration on, use a current Chrome, Edge, Firefox or Safari, or a model that runs on the CPU.`,
    )
  if (is(/DeviceLost|device (was|is) lost|out of memory|Out of memory|createBuffer/i)) return tooBig(id, short(message))
  if (is(/RangeError|exceeds shard size|Array buffer allocation/))
    return fault(
      'file-damaged',
      `The weights of ${id} are damaged (${short(message)}). Load it again to fetch them anew.`,
    )
  if (is(/SyntaxError|unreachable|UnsupportedTokenizerFiles|JSON/))
    return fault(
      'file-damaged',
      `A file of ${id} is damaged: its config, its list of weights or its tokenizer (${short(message)}). Delete the model and fetch it anew.`,
    )
  if (is(/Failed to fetch|NetworkError|network error|'add' on 'Cache'|Request failed|Cannot fetch/i))
    return fault(
      'network',
      `Files of ${id} could not be fetched (${short(message)}). Check the connection and load it again: what has arrived is kept. ` +
        'Without a connection, import its files.',
    )
  return fault(
    'load-failed',
    `${id} could not be loaded (${short(message) || name}). Load it again, or choose another.`,
  )
}

/** `twin`: the same model without 16-bit numbers, where there is one. */
export const noF16 = (id: string, twin: string | null): Fault =>
  fault(
    'no-f16',
    `${id} computes with 16-bit numbers, which this graphics card or browser does not. Choose ${twin ?? 'a model with f32 in its name'}.`,
  )

export const tooBig = (id: string, why: string): Fault =>
  fault(
    'too-big',
    `The graphics card gave up while ${id} was being loaded, most likely for want of memory (${why}). ` +
      'Choose a smaller model or less context, and close other tabs that use the GPU.',
  )

/** Why a model could not answer. */
export function generateFault(error: unknown, id: string, context: number): Fault {
  const { name, message } = thrownAs(error)
  const is = (pattern: RegExp) => pattern.test(name) || pattern.test(message)
  if (name === 'ContextWindowSizeExceededError') {
    const tokens = /(\d+)/.exec(message)?.[1] ?? 'too many'
    return fault(
      'too-long',
      `The prompt has ${tokens} tokens, and ${id} was loaded with room for ${context}. Shorten the prompt, or load the model with more context.`,
    )
  }
  if (name === 'GrammarMatcherInitError')
    return fault(
      'bad-grammar',
      `WebLLM cannot read the grammar or schema that ${id} was to keep to (${short(message)}). Correct it, or ask without.`,
    )
  if (is(/DeviceLost|device (was|is) lost|ModelNotLoaded|SpecifiedModelNotFound|disposed/i))
    return modelLost(id, short(message))
  return fault(
    'generate-failed',
    `${id} could not answer (${short(message) || name}). Ask again; if that fails, load it anew.`,
  )
}

export const modelLost = (id: string, why: string): Fault =>
  fault('model-lost', `${id} is gone: the graphics card was lost (${why}). It must be loaded again.`)

export const cancelled = (id: string): Fault =>
  fault('cancelled', `Loading ${id} was stopped. What has arrived is kept; loading it again goes on from there.`)
