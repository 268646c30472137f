/** The language models. Each adapter is fetched when the first model of its kind is loaded. */
import * as Comlink from 'comlink'
import { LlmHost } from '../src/llm/host.ts'
import type { LlmWorkerDoor, ModelShelf } from '../src/llm/shelf.ts'

class LlmWorker extends LlmHost implements LlmWorkerDoor {
  async shelf(): Promise<ModelShelf> {
    return Comlink.proxy((await import('../src/llm/webllm/shelf.ts')).webLlmShelf)
  }
}

const host = new LlmWorker(
  {
    embedded: async () => (await import('../src/llm/embedded/page.ts')).createEmbedded,
    endpoint: async () => (await import('../src/llm/endpoint/index.ts')).createEndpoint,
    scripted: async () => (await import('../src/llm/scripted/index.ts')).createScripted,
    webllm: async () => (await import('../src/llm/webllm/index.ts')).createWebLlm,
    wllama: async () => (await import('../src/llm/wllama/index.ts')).createWllama,
  },
  {},
  (callback) => (callback as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.(),
)
Comlink.expose(host)
