/**
 * Puts the stand-in library in the place of libraries that carry its mark. To be imported before WebLLM, in the worker of
 * the tests; everything else that is instantiated stays what it is.
 */
import { libraryExports, type Metadata } from './library.ts'
import { MARK } from './mark.ts'

type Source = BufferSource | WebAssembly.Module
type Instantiated = WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance
const original = WebAssembly.instantiate as (source: Source, imports?: WebAssembly.Imports) => Promise<Instantiated>

async function instantiate(source: Source, imports?: WebAssembly.Imports): Promise<Instantiated> {
  if (source instanceof WebAssembly.Module) return original(source, imports)
  const module = await WebAssembly.compile(source)
  const [mark] = WebAssembly.Module.customSections(module, MARK)
  if (mark === undefined) return original(source, imports)
  const metadata = JSON.parse(new TextDecoder().decode(mark)) as Metadata
  const instance = Object.create(WebAssembly.Instance.prototype, {
    exports: { value: libraryExports(metadata) },
  }) as WebAssembly.Instance
  return { module, instance }
}
WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate
