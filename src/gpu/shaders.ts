/** Where kernels get their WGSL: fixed files under shaders/, never text made at run time. Vite bundles them here. */

/** Text of `shaders/<path>`, e.g. `core-war/mars.wgsl`. */
export type ShaderSource = (path: string) => string | Promise<string>

const files = import.meta.glob<string>('/shaders/**/*.wgsl', { query: '?raw', import: 'default', eager: true })

export const bundledShaders: ShaderSource = (path) => {
  const text = files[`/shaders/${path}`]
  if (text === undefined) throw new Error(`there is no shader shaders/${path}`)
  return text
}
