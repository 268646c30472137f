/** A page with nothing but the language models, built as the real one is and served on a free port. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview, type PreviewServer } from 'vite'
import type { Llm } from '../../src/llm/llm.ts'

/** What stands on the page: see llm-page/main.ts. */
declare global {
  var llm: Promise<Llm>
  /** The worker that stands for the engine: how many workers it started, and a way to break the last. */
  var engine: { workers(): Promise<number>; crash(): Promise<void> }
}

export interface LlmPage {
  readonly url: string
  /** The folder it was built to. */
  readonly folder: string
  close(): Promise<void>
}

export async function serveLlmPage(): Promise<LlmPage> {
  const folder = mkdtempSync(join(tmpdir(), 'evolarium-llm-'))
  const shared = {
    root: new URL('./llm-page', import.meta.url).pathname,
    configFile: false,
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: folder, target: 'es2023', assetsInlineLimit: 0, emptyOutDir: true },
  } as const
  await build(shared)
  const server: PreviewServer = await preview({ ...shared, preview: { host: '127.0.0.1', port: 0 } })
  return { url: server.resolvedUrls?.local[0] ?? '', folder, close: () => server.close() }
}
