/** The language models. Each adapter is fetched when the first model of its kind is loaded. */
import * as Comlink from 'comlink'
import { LlmHost } from '../src/llm/host.ts'

const host = new LlmHost(
  {
    scripted: async () => (await import('../src/llm/scripted/index.ts')).createScripted,
    wllama: async () => (await import('../src/llm/wllama/index.ts')).createWllama,
  },
  {},
  (callback) => (callback as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.(),
)
Comlink.expose(host)
