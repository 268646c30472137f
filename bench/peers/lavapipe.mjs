/**
 * Runs a command on Mesa's software Vulkan (lavapipe 25) instead of Chromium's SwiftShader: a second opinion on the shaders, and several
 * times faster. `node bench/peers/lavapipe.mjs npx vitest run -c tests/vitest.config.ts --project wgsl`. Debian 12's own is too old for Dawn, so the
 * driver comes from its backports by apt, into .cache/lavapipe, which git ignores. Nothing needs it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vulkanEnvironment } from '../../src/cli/vulkan.mjs'

const folder = fileURLToPath(new URL('../../.cache/lavapipe/', import.meta.url))
const driver = join(folder, 'lvp_icd.json')

function run(what, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  if (status === 0) return stdout
  console.error(`${what} failed (${error?.message ?? stderr.trim().split('\n').at(-1)})`)
  process.exit(1)
}

/** The mirror that apt already uses, asked for the driver alone; its libraries are those that Chromium needs too. */
function fetchDriver() {
  const sites = run('asking apt for its mirror', 'apt-get', ['indextargets', '--format', '$(SITE)']).split('\n')
  const mirror = sites.find((site) => /\/debian\/?$/.test(site)) ?? 'https://deb.debian.org/debian'
  mkdirSync(join(folder, 'lists/partial'), { recursive: true })
  writeFileSync(join(folder, 'backports.list'), `deb ${mirror} bookworm-backports main\n`)
  const options = ['-o', `Dir::Etc::sourcelist=${join(folder, 'backports.list')}`, '-o', 'Dir::Etc::sourceparts=-', '-o', `Dir::State::lists=${join(folder, 'lists')}`] // prettier-ignore
  run('asking for the list of packages', 'apt-get', [...options, 'update'])
  run('fetching the driver', 'apt-get', [...options, 'download', 'mesa-vulkan-drivers'])
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'))
  run('unpacking the driver', 'dpkg', ['-x', archive, 'driver'])
  const libraries = join(folder, 'driver/usr/lib')
  const library = readdirSync(libraries, { recursive: true }).find((file) => file.endsWith('libvulkan_lvp.so'))
  const icd = { ICD: { api_version: '1.4.305', library_path: join(libraries, library) }, file_format_version: '1.0.0' }
  writeFileSync(driver, JSON.stringify(icd))
}

const [command, ...args] = process.argv.slice(2)
if (command === undefined) {
  console.error(
    'Say which command to run on lavapipe, for example: node bench/peers/lavapipe.mjs npm run bench -- mars --gpu',
  )
  process.exit(2)
}
mkdirSync(folder, { recursive: true })
if (!existsSync(driver)) fetchDriver()
// The loader that SwiftShader's environment names does for this driver too.
const env = { ...process.env, ...vulkanEnvironment(), VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }
const { status } = spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' })
process.exit(status ?? 1)
