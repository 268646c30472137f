/**
 * `npm start`: installs what is missing, builds, serves the playground on this machine, prints and opens its address.
 * PORT picks the port; NO_OPEN=1 leaves the browser alone.
 */
import { spawn } from 'node:child_process'
import { ensurePackages } from './install.mjs'

process.chdir(new URL('../..', import.meta.url).pathname)
ensurePackages()

const { build, preview } = await import('vite')
await build({ logLevel: 'warn' })
const server = await preview({
  preview: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4173), strictPort: process.env.PORT !== undefined },
})
const url = server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4173/'
console.log(`Evolarium runs at ${url} (Ctrl-C stops it)`)

const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open'
if (process.env.NO_OPEN === undefined && process.env.CI === undefined) {
  // Where no browser can be opened the printed address has to do.
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}
