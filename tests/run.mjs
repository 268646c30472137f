/**
 * `npm test`: installs what is missing, runs every check and every suite, and closes with `N passed, N failed`.
 * `npm run check` leaves the suites out; other arguments go to the test runner.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { ensureChromium, ensurePackages } from '../src/cli/install.mjs'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)

ensurePackages()
const browser = ensureChromium()
if (browser === null) {
  console.log(
    'No Chromium found, and none could be installed: the browser suite will fail. Install Chromium, or name one in CHROME_PATH.',
  )
}

/** Every gate is one named test of its own; suites count theirs. */
const checks = [
  ['types: core', ['tsc', '-p', '.config/tsconfig.core.json']],
  ['types: workers', ['tsc', '-p', '.config/tsconfig.workers.json']],
  ['types: node', ['tsc', '-p', '.config/tsconfig.node.json']],
  [
    'types: page',
    ['svelte-check', '--tsconfig', '.config/tsconfig.ui.json', '--fail-on-warnings', '--output', 'machine'],
  ],
  ['lint', ['eslint', '-c', '.config/eslint.config.js', '.']],
  [
    'format',
    ['prettier', '--config', '.config/prettier.json', '--ignore-path', '.config/prettierignore', '--check', '.'],
  ],
  ['build', ['vite', 'build']],
]

let passed = 0
let failed = 0
const env = { ...process.env, ...(browser === null ? {} : { CHROME_PATH: browser }), FORCE_COLOR: '0' }

/** As many at once as there are cores: most of them use one. What they print comes together, when they are done. */
async function runChecks() {
  const waiting = [...checks]
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const [name, [command, ...args]] = check
      const { status, printed } = await run(`node_modules/.bin/${command}`, args)
      const good = status === 0
      console.log(`${good ? 'ok    ' : 'FAILED'} ${name}`)
      if (!good) console.log(printed)
      if (good) passed++
      else failed++
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane))
}

/** @returns {Promise<{ status: number | null, printed: string }>} */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text
      })
    child.on('error', (error) => done({ status: null, printed: `${printed}${error.message}` }))
    child.on('close', (status) => done({ status, printed }))
  })
}

await runChecks()

if (process.argv.includes('--checks')) {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

const report = '.cache/test-report.json'
mkdirSync('.cache', { recursive: true })
rmSync(report, { force: true })
spawnSync(
  'node_modules/.bin/vitest',
  [
    'run',
    '-c',
    'tests/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env },
)
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  passed += numPassedTests
  failed += numFailedTests
  // A file that breaks before its first test has failed, though no test of it was counted.
  if (numFailedTests === 0 && numFailedTestSuites > 0) failed += numFailedTestSuites
  if (numTotalTests === 0) failed++
} else {
  console.log('FAILED suites: the test runner broke before it could report')
  failed++
}

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
