import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const sources = ['src', 'workers'].flatMap((folder) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => /\.(ts|mjs|svelte)$/.test(name))
    .map((name) => `${folder}/${name}`),
)
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

/** What a file imports: our files by path from the root, packages by name. Types too, unless `values` is set. */
function importsOf(file: string, values = false): string[] {
  const text = textOf(file).replace(/\/\*[\s\S]*?\*\//g, '')
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'"\n;]*?(?:\{[^}]*\})?[^'"\n;]*?from\s+)?['"]([^'"]+)['"]/g,
    ),
    ...text.matchAll(/\bimport\(\s*()()['"]([^'"]+)['"]\s*\)/g),
  ]
  return found
    .filter(([, isType]) => !(values && isType !== undefined && isType !== ''))
    .map(([, , , target = '']) => (target.startsWith('.') ? normalize(join(dirname(file), target)) : target))
}
const importing = (pattern: RegExp) => sources.filter((file) => importsOf(file).some((target) => pattern.test(target)))

describe('the architecture', () => {
  it('[H2] the top level is the one that is prescribed', () => {
    const allowed = new Set([
      'src',
      'public',
      'shaders',
      'workers',
      'tests',
      'index.html',
      'vite.config.ts',
      'package.json',
      'docs',
      'bench',
      'training',
      'package-lock.json',
      'tsconfig.json',
      'README.md',
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'LICENSE',
      'node_modules',
      'dist',
      'runs',
      'shared',
    ])
    expect(readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.has(name))).toEqual([])
  })

  it('[H3] nobody imports in a circle', () => {
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done' || !existsSync(join(root, file)) || !sources.includes(file)) return
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' > '))
        return
      }
      state.set(file, 'open')
      for (const target of importsOf(file, true)) visit(target, [...path, file])
      state.set(file, 'done')
    }
    for (const file of sources) visit(file, [])
    expect(circles).toEqual([])
  })

  it('[H4] arenas import neither each other nor strategies; strategies know no arena and no evaluator', () => {
    for (const file of sources.filter((name) => name.startsWith('src/arenas/') && name.split('/').length > 3)) {
      const own = file.split('/').slice(0, 3).join('/')
      const foreign = importsOf(file).filter(
        (target) =>
          target.startsWith('src/strategies') ||
          (/^src\/arenas\/[^/]+\//.test(target) && !target.startsWith(`${own}/`)),
      )
      expect(foreign, file).toEqual([])
    }
    for (const file of sources.filter((name) => name.startsWith('src/strategies/'))) {
      expect(
        importsOf(file).filter((target) => /^src\/(arenas|gpu|engine)\//.test(target)),
        file,
      ).toEqual([])
    }
  })

  it('[H5] idb, comlink and the language models have their one place', () => {
    expect(importing(/^idb$/).filter((file) => !file.startsWith('src/storage/'))).toEqual([])
    expect(
      importing(/^comlink$/).filter((file) => !file.startsWith('workers/') && file !== 'src/engine/supervisor.ts'),
    ).toEqual([])
    // The adapters are loaded by the language models' worker alone, and only when one of their kind is asked for.
    expect(importing(/^@mlc-ai\/web-llm$/).filter((file) => !file.startsWith('src/llm/webllm/'))).toEqual([])
    expect(importing(/^@wllama\/wllama/).filter((file) => !file.startsWith('src/llm/wllama/'))).toEqual([])
    expect(
      importing(/^src\/llm\/(webllm|wllama)\//).filter(
        (file) => file !== 'workers/llm.worker.ts' && !/^src\/llm\/(webllm|wllama)\//.test(file),
      ),
    ).toEqual([])
    expect(importing(/^comlink$/).length).toBeGreaterThan(2)
    // Brokers are spoken to by one bus, and served by the hub, which is never in the page.
    expect(importing(/^mqtt$/)).toEqual(['src/bus/mqtt.ts'])
    expect(importing(/^(aedes|ws)$/).filter((file) => !file.startsWith('src/cli/hub/'))).toEqual([])
  })

  it('[H6] the page holds no run: it imports types and settings of the engine, never the engine', () => {
    for (const file of sources.filter((name) => name.startsWith('src/ui/'))) {
      expect(
        importsOf(file, true).filter((target) =>
          /^src\/(engine\/(?!supervisor|protocol)|storage|strategies|archives)/.test(target),
        ),
        file,
      ).toEqual([])
    }
  })

  it('[H7] core compiles without DOM, and imports nothing that needs it', () => {
    const config = JSON.parse(textOf('.config/tsconfig.core.json')) as {
      compilerOptions: { lib: string[]; types: string[] }
    }
    expect(config.compilerOptions).toEqual({ lib: ['ES2023'], types: [] })
    for (const file of sources.filter((name) => name.startsWith('src/core/'))) {
      expect(
        importsOf(file).filter((target) => !/^src\/(core|archives)\/|^pure-rand|^@noble\/hashes/.test(target)),
        file,
      ).toEqual([])
    }
  })

  it('[H8] no {@html}, no eval, no WGSL made of text, no clock or chance in what a run depends on', () => {
    for (const file of sources) {
      const text = textOf(file)
      expect(/\{@html|\beval\(|new Function\(|innerHTML/.test(text), file).toBe(false)
      expect(/Math\.random\(/.test(text), file).toBe(false)
      if (/^src\/(core|archives|strategies|arenas\/[^/]+\/(?!view))/.test(file))
        expect(/Date\.now\(|new Date\(/.test(text), file).toBe(false)
      // Shaders are the files of shaders/, joined at most: no piece of one stands in a program.
      expect(/createShaderModule\(\{[^}]*code:\s*[`'"]/.test(text), file).toBe(false)
      expect(/@compute|@group\(|@binding\(|var<(storage|uniform|workgroup|private)/.test(text), file).toBe(false)
    }
  })

  it('[H9] packages are pinned, and those that the page ships are named in the README', () => {
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as {
      dependencies: Record<string, string>
      devDependencies: Record<string, string>
    }
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d/)
    for (const name of Object.keys(dependencies)) expect(textOf('README.md'), name).toContain(name)
  })

  it('[H10] files are small: one idea each', () => {
    const long = sources.filter((file) => textOf(file).split('\n').length > 400)
    expect(long).toEqual([])
  })
})
