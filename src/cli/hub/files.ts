/**
 * The files of a folder, read once and served from memory: what was not there at the start cannot be asked for, so no
 * path leads out of the folder, and a build in the meantime takes nothing away from under a page.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { fail, ok, type Result } from '../../core/result.ts'

export interface StaticFile {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** By path, as in `/assets/index.js`; `/` is the page. Links to elsewhere are left out. */
export function readFolder(folder: string): Result<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const path = `/${relative(folder, file).split(sep).join('/')}`
      files.set(path, staticFile(path, readFileSync(file)))
    }
  } catch {
    return fail(
      'no-folder',
      `The files of ${folder} cannot be read: run "npm run build", or check the rights of the folder.`,
    )
  }
  const page = files.get('/index.html')
  if (page === undefined) return fail('no-page', `There is no index.html in ${folder}: run "npm run build".`)
  return ok(files.set('/', page))
}

function staticFile(path: string, body: Buffer): StaticFile {
  return {
    body,
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      // What Vite puts there has its content's hash in its name.
      'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      'X-Content-Type-Options': 'nosniff',
    },
  }
}

export function answer(
  files: ReadonlyMap<string, StaticFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'Only GET and HEAD.')
  const path = pathOf(request.url ?? '')
  if (path === null) return say(response, 400, 'This address cannot be read.')
  const file = files.get(path)
  if (file === undefined) return say(response, 404, 'There is nothing here. The page is at /.')
  if (request.headers['if-none-match'] === file.headers['ETag']) {
    response.writeHead(304, file.headers).end()
    return
  }
  response.writeHead(200, { ...file.headers, 'Content-Length': file.body.length })
  response.end(request.method === 'HEAD' ? undefined : file.body)
}

function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0] ?? '')
  } catch {
    return null
  }
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`)
}
