/**
 * The built page as it is, with one thing more: the worker of the language models imports the stand-in library first. Models
 * come from a hub of the test's own, in the place of the addresses that WebLLM's list names.
 */
import { existsSync, readFileSync } from 'node:fs'
import { build, preview, type Plugin, type PreviewServer, type Rollup } from 'vite'

const STAND_IN = 'stand-in.js'
const WORKER = /\/assets\/llm\.worker-[\w-]+\.js$/

/** What the tests' own worker imports, as one module. */
async function standIn(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: new URL('../../support/webllm/install.ts', import.meta.url).pathname, formats: ['es'] },
      rollupOptions: { output: { entryFileNames: STAND_IN } },
    },
  })) as Rollup.RollupOutput[]
  return built[0]?.output[0].code ?? ''
}

/** Serves what stands in `dist`, built before where it is not; `plugin` puts the import in front of the worker. */
export async function serveProduct(): Promise<PreviewServer> {
  if (!existsSync('dist/index.html')) await build({ logLevel: 'error' })
  const code = await standIn()
  const plugin: Plugin = {
    name: 'stand-in',
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? ''
        const say = (body: string) => {
          response.setHeader('content-type', 'text/javascript')
          response.end(body)
        }
        if (path.endsWith(`/${STAND_IN}`)) say(code)
        // Before anything else of it: imports come first wherever they stand.
        else if (WORKER.test(path)) say(`import './${STAND_IN}'\n${readFileSync(`dist${path}`, 'utf8')}`)
        else next()
      })
    },
  }
  return preview({ logLevel: 'error', plugins: [plugin], preview: { host: '127.0.0.1', port: 0 } })
}
