/**
 * WebAssembly as this project's core may see it: it is compiled without the browser's types, and both Node and browsers have
 * WebAssembly all the same.
 */
export interface Memory {
  readonly buffer: ArrayBuffer
}

interface Api {
  readonly Memory: new (descriptor: { initial: number }) => Memory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

const api = (globalThis as unknown as { readonly WebAssembly?: Api }).WebAssembly

/** False where WebAssembly is switched off. */
export const hasWebAssembly = api !== undefined

function present(): Api {
  if (api === undefined) throw new Error('there is no WebAssembly here: ask hasWebAssembly first')
  return api
}

/** Whether an engine is there and takes these instructions. */
export const validates = (bytes: Uint8Array<ArrayBuffer>): boolean => api?.validate(bytes) ?? false

/** Pages are 64 KiB. */
export const createMemory = (pages: number): Memory => new (present().Memory)({ initial: pages })

/** The functions of a module as encode.ts makes them, by name; `Kernels` says what they take. */
export function compile<Kernels extends object>(bytes: Uint8Array<ArrayBuffer>, memory: Memory): Kernels {
  const { Module, Instance } = present()
  return new Instance(new Module(bytes), { m: { m: memory } }).exports as Kernels
}
