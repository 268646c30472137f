/** Memory and code of an engine: rooms and kernels are asked for one by one, and are there once it is started. */
import { program, type WasmFunction } from '../../../../wasm/encode.ts'
import { compile, createMemory } from '../../../../wasm/instance.ts'

type Kernel = (...parameters: readonly number[]) => void

/** Rooms begin at multiples of this. */
const ALIGNED = 64
const PAGE = 65_536

export class Machine {
  #end = ALIGNED
  readonly #functions: Record<string, WasmFunction> = {}
  #kernels: Readonly<Record<string, Kernel>> = {}
  #buffer = new ArrayBuffer(0)
  #floats = new Float32Array(0)

  /** The address of so many bytes, zeros to begin with. */
  room(bytes: number): number {
    const at = this.#end
    this.#end = Math.ceil((at + bytes) / ALIGNED) * ALIGNED
    return at
  }

  /** The kernel's name; the same name, the same kernel. */
  kernel(name: string, code: () => WasmFunction): string {
    this.#functions[name] ??= code()
    return name
  }

  start(): void {
    const memory = createMemory(Math.ceil(this.#end / PAGE))
    this.#buffer = memory.buffer
    this.#floats = new Float32Array(memory.buffer)
    this.#kernels = compile<Record<string, Kernel>>(program(this.#functions), memory)
  }

  get buffer(): ArrayBuffer {
    return this.#buffer
  }

  get floats(): Float32Array {
    return this.#floats
  }

  run(name: string, ...parameters: readonly number[]): void {
    const kernel = this.#kernels[name]
    if (kernel === undefined) throw new Error(`no kernel ${name}`)
    kernel(...parameters)
  }
}
