import { defineConfig } from 'vitest/config'
import { vulkanEnvironment } from '../src/cli/vulkan.mjs'

// The workers that the wgsl suite runs in inherit this: the dynamic linker reads it when they start.
for (const [name, value] of Object.entries(vulkanEnvironment())) process.env[name] = value

/** One project a suite, so that each can be run alone: `npx vitest run -c tests/vitest.config.ts --project unit`. */
const suite = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
})

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    pool: 'forks',
    projects: [
      // Generous: a busy machine is no failure, and no test measures speed by its limit.
      suite('unit', { testTimeout: 120_000 }),
      suite('contract', { testTimeout: 120_000 }),
      suite('golden', { testTimeout: 120_000 }),
      suite('wgsl', { testTimeout: 120_000, hookTimeout: 120_000 }),
      suite('corpus', { testTimeout: 60_000 }),
      suite('fault', { testTimeout: 60_000 }),
      suite('browser', {
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
        setupFiles: ['tests/browser/setup.ts'],
        expect: { poll: { timeout: 30_000 } },
      }),
    ],
  },
})
