/** Language models on the command line: our own, and the scripted one. The others need a browser. */
import { readFile } from 'node:fs/promises'
import { fail, ok } from '../core/result.ts'
import { cpuOffer } from '../llm/embedded/engines.ts'
import { Embedded } from '../llm/embedded/model.ts'
import { LlmHost } from '../llm/host.ts'
import { localLlm, type Llm } from '../llm/llm.ts'
import { createScripted } from '../llm/scripted/index.ts'
import { loadDialects } from './arenas.ts'

const PUBLIC = new URL('../../public/', import.meta.url)

export const nodeModels = (): Llm =>
  localLlm(
    new LlmHost({
      scripted: () => Promise.resolve(createScripted),
      embedded: () =>
        Promise.resolve(
          (spec) =>
            new Embedded(spec, {
              models: loadDialects,
              cpu: cpuOffer,
              gpu: () => Promise.resolve(fail('no-webgpu', 'The command line writes on the CPU.')),
              async fetch(path) {
                try {
                  return ok(new Uint8Array(await readFile(new URL(path, PUBLIC))))
                } catch {
                  return fail('no-file', `There is no public/${path}.`)
                }
              },
            }),
        ),
    }),
  )
