/** Which files a model is made of, and where people get them. */
import type { ModelRecord } from '@mlc-ai/web-llm'
import type { Needed } from '../shelf.ts'
import { CONFIG, WEIGHTS } from './files.ts'

export function needed({ model, model_lib }: ModelRecord): Needed {
  return {
    files: [
      { name: CONFIG, what: 'how to talk to the model' },
      { name: 'tokenizer.json', what: 'how text becomes numbers (an old model may have tokenizer.model instead)' },
      { name: WEIGHTS, what: 'the list of the weights' },
      { name: 'params_shard_0.bin', what: 'and all others of that name, with 1, 2, 3 and so on: the weights' },
      { name: libraryName(model_lib), what: 'the program that runs it, from the second address' },
    ],
    folder: `${model.replace(/\/+$/, '')}/tree/main`,
    library: model_lib,
  }
}

export const libraryName = (library: string): string => library.slice(library.lastIndexOf('/') + 1)
