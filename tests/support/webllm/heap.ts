/**
 * Memory and objects of the stand-in library: what a model library compiled by MLC keeps in its WebAssembly memory, as far
 * as WebLLM's runtime looks at it. Layouts are those that the runtime of 0.2.86 reads.
 */

/** Type indices of TVM's foreign function interface. */
export const Type = {
  none: 0,
  int: 1,
  bool: 2,
  float: 3,
  device: 6,
  rawString: 8,
  byteArray: 9,
  string: 65,
  bytes: 66,
  function: 68,
  shape: 69,
  tensor: 70,
  array: 71,
  module: 73,
  /** First of those that are nobody's business but the library's. */
  own: 128,
} as const

const HEADER = 24
const DL_TENSOR = 40
const CPU = 1

export type Value = undefined | null | boolean | number | bigint | string | Uint8Array | Obj
export type Packed = (...args: Value[]) => Value

/** An object with a handle and a count of who holds it. */
export interface Obj {
  readonly handle: number
  readonly type: number
  refs: number
  /** Objects that it keeps alive. */
  readonly keeps: readonly Obj[]
  /** Memory that goes with it. */
  readonly owns: readonly number[]
}
export interface Tensor extends Obj {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly data: number
  readonly nbytes: number
}
export interface List extends Obj {
  readonly items: readonly Value[]
}
export interface Func extends Obj {
  readonly call: Packed
}
export interface Module extends Obj {
  readonly functions: ReadonlyMap<string, Packed>
}

export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 256, maximum: 4096 })
  readonly #objects = new Map<number, Obj>()
  readonly #sizes = new Map<number, number>()
  readonly #free = new Map<number, number[]>()
  /** The first kibibyte belongs to Asyncify. */
  #top = 4096
  /** Objects made since whoever counts last looked: such a one that is handed back goes over whole. */
  #made = new Set<Obj>()

  get view(): DataView {
    return new DataView(this.memory.buffer)
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length)
  }

  alloc(size: number): number {
    let room = 16
    while (room < size) room *= 2
    const again = this.#free.get(room)?.pop()
    if (again !== undefined) {
      this.#sizes.set(again, room)
      return again
    }
    const at = this.#top
    this.#top += room
    const lacking = this.#top - this.memory.buffer.byteLength
    if (lacking > 0) this.memory.grow(Math.ceil(lacking / 65536))
    this.#sizes.set(at, room)
    return at
  }

  free(at: number): void {
    const room = this.#sizes.get(at)
    if (room === undefined) return
    this.#sizes.delete(at)
    const list = this.#free.get(room)
    if (list === undefined) this.#free.set(room, [at])
    else list.push(at)
  }

  /** Objects alive, for whoever looks for leaks. */
  get alive(): number {
    return this.#objects.size
  }

  object<T extends object>(
    type: number,
    rest: T,
    keeps: readonly Obj[] = [],
    room = 16,
    owns: readonly number[] = [],
  ): Obj & T {
    const handle = this.alloc(HEADER + room)
    this.bytes(handle, HEADER + room).fill(0)
    this.view.setInt32(handle + 8, type, true)
    const object = { handle, type, refs: 1, keeps, owns, ...rest }
    for (const kept of keeps) kept.refs++
    this.#objects.set(handle, object)
    this.#made.add(object)
    return object
  }

  /** Runs a function for the runtime; what it made and gives back has one holder, what was there before has one more. */
  call(func: Func, args: readonly Value[], out: number): void {
    this.#made = new Set()
    const value = func.call(...args)
    this.write(out, value)
    if (isObj(value) && this.#made.has(value)) value.refs--
  }

  at(handle: number): Obj {
    const object = this.#objects.get(handle)
    if (object === undefined) throw new Error(`there is no object ${handle}`)
    return object
  }

  release(handle: number): void {
    const object = this.at(handle)
    if (--object.refs > 0) return
    this.#objects.delete(handle)
    for (const at of object.owns) this.free(at)
    this.free(handle)
    for (const kept of object.keeps) this.release(kept.handle)
  }

  /** A tensor; all are said to be on the CPU, so that the runtime asks for no buffers of the GPU. */
  tensor(shape: readonly number[], dtype: string, over?: Tensor): Tensor {
    const nbytes = shape.reduce((product, size) => product * size, 4)
    const data = over?.data ?? this.alloc(nbytes)
    const dims = this.alloc(shape.length * 8)
    const tensor = this.object(
      Type.tensor,
      { shape, dtype, data, nbytes },
      over === undefined ? [] : [over],
      DL_TENSOR,
      [dims, ...(over === undefined ? [data] : [])],
    )
    const { view } = this
    const at = tensor.handle + HEADER
    view.setUint32(at, data, true)
    view.setInt32(at + 4, CPU, true)
    view.setInt32(at + 12, shape.length, true)
    view.setUint8(at + 16, dtype.startsWith('int') ? 0 : dtype.startsWith('uint') ? 1 : 2)
    view.setUint8(at + 17, 32)
    view.setUint16(at + 18, 1, true)
    view.setUint32(at + 20, dims, true)
    shape.forEach((size, i) => view.setBigInt64(dims + i * 8, BigInt(size), true))
    return tensor
  }

  floats(tensor: Tensor): Float32Array {
    return new Float32Array(this.memory.buffer, tensor.data, tensor.nbytes / 4)
  }

  ints(tensor: Tensor): Int32Array {
    return new Int32Array(this.memory.buffer, tensor.data, tensor.nbytes / 4)
  }

  list(items: readonly Value[], type: number = Type.array): List {
    return this.object(type, { items }, items.filter(isObj))
  }

  func(call: Packed): Func {
    return this.object(Type.function, { call })
  }

  module(functions: Readonly<Record<string, Packed>>): Module {
    return this.object(Type.module, { functions: new Map(Object.entries(functions)) })
  }

  /** What the runtime hands over: 16 bytes of type and value. */
  read(at: number): Value {
    const { view } = this
    const type = view.getInt32(at, true)
    const value = at + 8
    switch (type) {
      case Type.none:
        return undefined
      case Type.int:
        return Number(view.getBigInt64(value, true))
      case Type.bool:
        return view.getInt32(value, true) !== 0
      case Type.float:
        return view.getFloat64(value, true)
      case Type.device:
        return view.getInt32(value, true)
      case Type.rawString:
        return this.text(view.getUint32(value, true))
      case Type.byteArray: {
        const pair = view.getUint32(value, true)
        return this.bytes(view.getUint32(pair, true), view.getUint32(pair + 4, true))
      }
      default:
        return this.at(view.getUint32(value, true))
    }
  }

  /** Hands a value back; objects go over with one holder more. */
  write(at: number, value: Value): void {
    const { view } = this
    const put = (type: number, pointer: number) => {
      view.setInt32(at, type, true)
      view.setInt32(at + 4, 0, true)
      view.setBigInt64(at + 8, BigInt(pointer), true)
    }
    if (value === undefined || value === null) put(Type.none, 0)
    else if (typeof value === 'boolean') put(Type.bool, value ? 1 : 0)
    else if (typeof value === 'number' || typeof value === 'bigint') put(Type.int, Number(value))
    else if (typeof value === 'string')
      put(Type.string, this.#blob(Type.string, new TextEncoder().encode(value)).handle)
    else if (value instanceof Uint8Array) put(Type.bytes, this.#blob(Type.bytes, value).handle)
    else {
      value.refs++
      put(value.type, value.handle)
    }
  }

  /** A string that ends with a zero. */
  text(at: number): string {
    const all = new Uint8Array(this.memory.buffer)
    return new TextDecoder().decode(all.slice(at, all.indexOf(0, at)))
  }

  #blob(type: number, bytes: Uint8Array): Obj {
    const data = this.alloc(bytes.length)
    this.bytes(data, bytes.length).set(bytes)
    const object = this.object(type, {}, [], 16, [data])
    this.view.setUint32(object.handle + HEADER, data, true)
    this.view.setUint32(object.handle + HEADER + 4, bytes.length, true)
    return object
  }
}

export const isObj = (value: Value): value is Obj =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
