import { afterEach } from 'vitest'
import { closeBrowsers } from './harness.ts'

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await closeBrowsers()
})
