/**
 * `npm test`: installs what is missing, runs every check and every suite, and closes with `N passed, N failed`.
 * `npm run check` leaves the suites out; other arguments go to the test runner.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
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

for (const [name, [command, ...args]] of checks) {
  const result = spawnSync(`node_modules/.bin/${command}`, args, { encoding: 'utf8', env })
  const good = result.status === 0
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name}`)
  if (!good) console.log(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  if (good) passed++
  else failed++
}

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
