/** The language models' worker as it is, in a place where the stand-in library is put in. */
import '../../support/webllm/install.ts'
import * as Comlink from 'comlink'
import type { ModelShelf } from '../../../src/llm/shelf.ts'
import { LlmHost } from '../../../src/llm/host.ts'

class TestHost extends LlmHost {
  async shelf(): Promise<ModelShelf> {
    return Comlink.proxy((await import('../../../src/llm/webllm/shelf.ts')).webLlmShelf)
  }
}
const host = new TestHost({ webllm: async () => (await import('../../../src/llm/webllm/index.ts')).createWebLlm })

/** GPU devices made in this worker that were neither destroyed nor lost. */
let devices = 0
const request = GPUAdapter.prototype.requestDevice
GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
  const device = await request.call(this, descriptor)
  devices++
  void device.lost.then(() => devices--)
  return device
}

Comlink.expose(host)
addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'devices?') postMessage({ devices })
})
