/**
 * What Dawn for Node needs in its environment before the process starts: a Vulkan loader and a driver. A machine with a
 * graphics card has both; elsewhere the ones that come with Chromium do (SwiftShader, in software).
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findChromium } from './install.mjs'

const LOADERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
const DRIVERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/nvidia/share/vulkan/icd.d']

/**
 * Variables to add; empty when nothing is missing or nothing can be done.
 * @returns {Record<string, string>}
 */
export function vulkanEnvironment() {
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES !== undefined) return {}
  const hasLoader = LOADERS.some((folder) => existsSync(join(folder, 'libvulkan.so.1')))
  const hasDriver = DRIVERS.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
  )
  if (hasLoader && hasDriver) return {}
  const chromium = findChromium()
  const folders = [
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    ...(chromium === null ? [] : [dirname(chromium)]),
  ]
  const folder = folders.find((place) => existsSync(join(place, 'vk_swiftshader_icd.json')))
  if (folder === undefined) return {}
  const driver = join(folder, 'vk_swiftshader_icd.json')
  const paths = [folder, process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined && path !== '')
  return { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: paths.join(':') }
}
