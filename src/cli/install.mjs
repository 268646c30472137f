/**
 * Puts in place what a fresh clone lacks: npm packages, and a Chromium for the browser tests.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Installs the locked packages when node_modules does not belong to this lock file. Exits with a sentence on failure. */
export function ensurePackages() {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  const mark = 'node_modules/.evolarium-lock'
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  console.log('Installing packages (once)...')
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    console.error('The packages could not be installed. Check the network connection and try again.')
    process.exit(1)
  }
  mkdirSync('node_modules', { recursive: true })
  writeFileSync(mark, lock)
}

/** Where a Chromium is: CHROME_PATH, the PATH, or the usual places; null when there is none. */
export function findChromium() {
  const named = process.env.CHROME_PATH
  if (named !== undefined && existsSync(named)) return named
  const folders = [
    ...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'),
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
  ]
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
  const places = [
    ...folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ]
  return places.find((place) => existsSync(place)) ?? null
}

/** Finds a Chromium, or installs Debian's where that can be done without asking (root and apt-get). */
export function ensureChromium() {
  const found = findChromium()
  if (found !== null) return found
  const isRoot = process.getuid?.() === 0
  if (!isRoot || spawnSync('apt-get', ['--version']).status !== 0) return null
  console.log('Installing Chromium for the browser tests (once)...')
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], options)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options)
  return findChromium()
}
