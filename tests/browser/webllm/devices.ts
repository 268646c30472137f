/** Counts GPU devices made in this worker that were neither destroyed nor lost, for whoever asks. */
let devices = 0
const request = GPUAdapter.prototype.requestDevice
GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
  const device = await request.call(this, descriptor)
  devices++
  void device.lost.then(() => devices--)
  return device
}
addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'devices?') postMessage({ devices })
})
