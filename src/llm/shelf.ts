/**
 * The models that this machine can load by WebLLM, and those that are on it: what the page shows and asks for. Plain values;
 * behind it is `webllm/shelf.ts` in the worker of the language models.
 */
import type { Result } from '../core/result.ts'
import type { LoadProgress, SpecOf } from './contracts.ts'

export type WebLlmSpec = SpecOf<'webllm'>

/** What the GPU of this machine offers to language models. */
export interface Machine {
  /** Null when WebLLM's models run here, otherwise a sentence: why not, and what to do. */
  readonly why: string | null
  /** Computes with 16-bit numbers, which models with f16 in their name need. */
  readonly f16: boolean
  /** Who made the GPU, where the browser tells. */
  readonly gpu: string
  /** Software in place of a GPU: it works, slowly. */
  readonly software: boolean
  /** Largest single buffer, in bytes. */
  readonly buffer: number
  /** Megabytes of memory that a model may take before the browser is likely to close the page; null where none is known. */
  readonly memory: number | null
}

export interface CatalogueEntry {
  /** Its id, to be given to `load`. */
  readonly model: string
  readonly label: string
  readonly family: string
  /** How its weights are packed, e.g. `q4f16_1`. */
  readonly packing: string
  /** An estimate, from parameters times bits: megabytes to fetch. */
  readonly estimatedDownloadMB: number
  /** Megabytes of GPU memory with room for `context` tokens, as WebLLM's list says. */
  readonly memoryMB: number
  /** Tokens at most. */
  readonly context: number
  readonly needsF16: boolean
  /** The same model without 16-bit numbers, or with them. */
  readonly twin: string | null
  /** What we would choose: for most machines, for weak ones, for the best children. */
  readonly tier: 'default' | 'tiny' | 'quality' | null
  /** Null when it runs here, otherwise a sentence. */
  readonly why: string | null
}

export interface Held {
  /** Everything is here: it loads without a network. */
  readonly complete: boolean
  /** Names of files that are not. */
  readonly missing: readonly string[]
  /** Bytes on this machine. */
  readonly bytes: number
  /** Bytes of weights still to be fetched, where they are known. */
  readonly lacking: number
}

/** A model on this machine, whole or in part. */
export interface HeldModel extends Held {
  readonly spec: WebLlmSpec
  /** Taken in from the user's disk. */
  readonly imported: boolean
}

/** What one must have to use a model without a network, and where people get it. */
export interface Needed {
  readonly files: readonly { readonly name: string; readonly what: string }[]
  /** A page that lists the files. */
  readonly folder: string
  /** The address of the library, which lies elsewhere. */
  readonly library: string
}

export interface ImportFile {
  /** With folders, where the browser tells them. */
  readonly path: string
  readonly blob: Blob
}

/** What `workers/llm.worker.ts` offers beside `LlmWorkerApi`. */
export interface LlmWorkerDoor {
  shelf(): Promise<ModelShelf>
}

/** Nothing rejects. */
export interface ModelShelf {
  machine(): Promise<Result<Machine>>
  catalogue(): Promise<Result<readonly CatalogueEntry[]>>
  held(spec: WebLlmSpec): Promise<Result<Held>>
  /** All that is on this machine. */
  all(): Promise<Result<readonly HeldModel[]>>
  /** Checks every shard of weights again; damaged ones are deleted and named. */
  check(spec: WebLlmSpec): Promise<Result<Held>>
  /** Leaves nothing behind; must not be loaded meanwhile. */
  remove(spec: WebLlmSpec): Promise<Result<void>>
  needed(model: string): Promise<Result<Needed>>
  /** Takes a model in from files of any order and folders; an empty id means: as the folder is called. Gives what to load. */
  import(
    model: string,
    files: readonly ImportFile[],
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Result<WebLlmSpec>>
}
