/**
 * A model library made of JavaScript, in place of the WebAssembly that MLC compiles: the exports, the global functions and
 * the model's own functions that WebLLM 0.2.86 calls. The model is a table of bigrams, so it is small and quick, and still
 * everything of WebLLM runs: caches, tokenizer, chat template, sampling, grammars, streams. Only the kernels are ours.
 */
import {
  Heap,
  isObj,
  Type,
  type Func,
  type List,
  type Module,
  type Obj,
  type Packed,
  type Tensor,
  type Value,
} from './heap.ts'
import { modelFunctions } from './model-functions.ts'

/** What the custom section of a stand-in library says. */
export interface Metadata {
  readonly vocabulary: number
  readonly params: readonly string[]
}

const as = <T extends Obj>(value: Value): T => {
  if (!isObj(value)) throw new Error(`an object was expected, not ${String(value)}`)
  return value as T
}
const list = (value: Value): readonly Value[] => as<List>(value).items

/** The exports of an instance of the library. */
export function libraryExports({ vocabulary, params }: Metadata): WebAssembly.Exports {
  const heap = new Heap()
  const globals = new Map<string, Func>()
  const define = (name: string, call: Packed) => globals.set(name, heap.func(call))

  const tensors = new Map<string, Tensor>()
  const copy = (to: Tensor, bytes: Uint8Array): undefined => {
    heap.bytes(to.data, to.nbytes).set(bytes)
  }
  const clear = (): undefined => {
    for (const { handle } of tensors.values()) heap.release(handle)
    tensors.clear()
  }

  const model = heap.module({
    vm_initialization: () => undefined,
    _metadata: () =>
      JSON.stringify({ kv_state_kind: 'kv_cache', prefill_chunk_size: 64, params: params.map((name) => ({ name })) }),
    'webgpu.get_fmap': () => '{}',
    'webgpu.get_shader': () => '',
    'webgpu.update_prebuild': () => undefined,
    ...modelFunctions(heap, vocabulary),
  })
  const system = heap.module({ vm_load_executable: () => model })

  define('ffi.FunctionListGlobalNamesFunctor', () => heap.func(() => 0))
  define('ffi.ModuleGetFunction', (module, name) => {
    const call = as<Module>(module).functions.get(String(name))
    return call === undefined ? undefined : heap.func(call)
  })
  define('ffi.ModuleImportModule', () => undefined)
  define('ffi.SystemLib', () => system)
  define('ffi.Array', (...items) => heap.list(items))
  define('ffi.ArrayGetItem', (array, index) => list(array)[Number(index)])
  define('ffi.ArraySize', (array) => list(array).length)
  define('tvmjs.runtime.ArrayConcat', (...arrays) => heap.list(arrays.flatMap(list)))
  define('ffi.Shape', (...sizes) => heap.list(sizes, Type.shape))
  define('runtime.TVMTensorAllocWithScope', (shape, dtype) => heap.tensor(list(shape).map(Number), String(dtype)))
  define('runtime.TVMTensorCreateView', (tensor, shape) =>
    heap.tensor(list(shape).map(Number), as<Tensor>(tensor).dtype, as<Tensor>(tensor)),
  )
  define('runtime.TVMTensorCopyFromTo', (from, to) =>
    copy(as<Tensor>(to), heap.bytes(as<Tensor>(from).data, as<Tensor>(from).nbytes)),
  )
  define('tvmjs.runtime.TensorCopyFromBytes', (tensor, bytes) => copy(as<Tensor>(tensor), bytes as Uint8Array))
  define('tvmjs.runtime.TensorCopyToBytes', (tensor) =>
    heap.bytes(as<Tensor>(tensor).data, as<Tensor>(tensor).nbytes).slice(),
  )
  define('tvmjs.array.decode_storage', (tensor, bytes) => copy(as<Tensor>(tensor), bytes as Uint8Array))
  define('tvmjs.runtime.ConcatEmbeddings', (...parts) => {
    const rows = parts.map((part) => as<Tensor>(part))
    const all = heap.tensor([rows.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0), 1], 'float32')
    let at = 0
    for (const row of rows) {
      heap.floats(all).set(heap.floats(row), at)
      at += row.nbytes / 4
    }
    return all
  })
  define('vm.builtin.tensor_cache.get', (name) => tensors.get(String(name)))
  define('vm.builtin.tensor_cache.remove', (name): undefined => {
    const tensor = tensors.get(String(name))
    if (tensor !== undefined) heap.release(tensor.handle)
    tensors.delete(String(name))
  })
  define('vm.builtin.tensor_cache.update', (name, tensor): undefined => {
    as<Tensor>(tensor).refs++
    tensors.set(String(name), as<Tensor>(tensor))
  })
  define('vm.builtin.tensor_cache.clear', clear)
  define('vm.builtin.param_module_from_cache_by_name', (names) =>
    heap.module({
      get_params: () =>
        heap.list(
          list(names).map((name) => {
            const tensor = tensors.get(String(name))
            if (tensor === undefined) throw new Error(`the weights have no ${String(name)}`)
            return tensor
          }),
        ),
    }),
  )
  // The runtime looks these up and calls them only for kinds of models that ours is not.
  const unused = [
    'vm.builtin.param_module_from_cache',
    'vm.builtin.sample_top_p_from_logits',
    'vm.builtin.sample_top_p_from_prob',
    'vm.builtin.apply_repetition_penalty',
    'vm.builtin.apply_presence_and_frequency_penalty',
    'vm.builtin.apply_softmax_with_temperature',
  ]
  for (const name of unused) {
    define(name, () => {
      throw new Error(`the stand-in has no ${name}`)
    })
  }
  const quiet = ['clear', 'add_sequence', 'remove_sequence', 'begin_forward', 'end_forward']
  for (const name of quiet) define(`vm.builtin.kv_state_${name}`, () => undefined)
  define('vm.builtin.attention_kv_cache_enable_sliding_window_for_seq', () => undefined)

  let lastError = 0
  const told = (message: string) => {
    const bytes = new TextEncoder().encode(`${message}\0`)
    heap.free(lastError)
    lastError = heap.alloc(bytes.length)
    heap.bytes(lastError, bytes.length).set(bytes)
  }
  /** As C does: 0 when all went well, and a message kept for whoever asks otherwise. */
  const guarded =
    (work: (...args: number[]) => void) =>
    (...args: number[]): number => {
      try {
        work(...args)
        return 0
      } catch (error) {
        told(error instanceof Error ? error.message : String(error))
        return -1
      }
    }
  const nameAt = (at: number) => {
    const { view } = heap
    return new TextDecoder().decode(heap.bytes(view.getUint32(at, true), view.getUint32(at + 4, true)).slice())
  }
  const types: Readonly<Record<string, number>> = { 'ffi.Array': Type.array, 'ffi.Module': Type.module }

  return {
    memory: heap.memory,
    _initialize: () => undefined,
    TVMWasmAllocSpace: (size: number) => heap.alloc(size),
    TVMWasmFreeSpace: (at: number) => heap.free(at),
    TVMFFIWasmGetLastError: () => lastError,
    TVMFFIErrorSetRaisedFromCStr: (_kind: number, message: number) => told(heap.text(message)),
    TVMFFIObjectIncRef: guarded((handle = 0) => void heap.at(handle).refs++),
    TVMFFIObjectDecRef: guarded((handle = 0) => heap.release(handle)),
    TVMFFITypeKeyToIndex: guarded((name = 0, out = 0) => {
      heap.view.setInt32(out, types[nameAt(name)] ?? Type.own, true)
    }),
    TVMFFIFunctionGetGlobal: guarded((name = 0, out = 0) => {
      const found = globals.get(nameAt(name))
      if (found !== undefined) found.refs++
      heap.view.setUint32(out, found?.handle ?? 0, true)
    }),
    TVMFFIFunctionSetGlobal: guarded((name = 0, handle = 0) => {
      const func = heap.at(handle) as Func
      func.refs++
      globals.set(nameAt(name), func)
    }),
    // Functions of the runtime that a library would call for its kernels: ours has none.
    TVMFFIWasmFunctionCreate: guarded((_index = 0, out = 0) => {
      const func = heap.func(() => {
        throw new Error('the stand-in calls nobody back')
      })
      heap.view.setUint32(out, func.handle, true)
    }),
    TVMFFIFunctionCall: guarded((handle = 0, at = 0, count = 0, out = 0) => {
      const args = Array.from({ length: count }, (_, i) => heap.read(at + i * 16))
      heap.call(heap.at(handle) as Func, args, out)
    }),
    TVMFFIAnyViewToOwnedAny: guarded((from = 0, to = 0) => heap.write(to, heap.read(from))),
  }
}
