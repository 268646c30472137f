/** A page with nothing but an island's worker, built as the real one is, under its policy. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Remote } from 'comlink'
import { build } from 'vite'
import { securityPolicy } from '../../vite.config.ts'
import type { IslandApi } from './bus-page/island.worker.ts'

/** What stands on the page: see bus-page/main.ts. */
declare global {
  var island: Remote<IslandApi>
}

/** The folder it was built to. */
export async function buildBusPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'evolarium-bus-'))
  await build({
    root: new URL('./bus-page', import.meta.url).pathname,
    configFile: false,
    base: './',
    logLevel: 'error',
    plugins: [securityPolicy],
    worker: { format: 'es' },
    build: { outDir: folder, target: 'es2023', assetsInlineLimit: 0, emptyOutDir: true },
  })
  return folder
}
