import { defineConfig } from 'vitest/config'

/** One project a suite, so that each can be run alone: `npx vitest run -c tests/vitest.config.ts --project unit`. */
const suite = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
})

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    projects: [
      suite('unit'),
      suite('contract'),
      suite('golden'),
      suite('wgsl', { testTimeout: 120_000, hookTimeout: 120_000 }),
      suite('fault', { testTimeout: 60_000 }),
      suite('browser', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false }),
    ],
  },
})
