/** Worker threads do not inherit the TypeScript loader of the process that starts them: this one brings it along. */
import { tsImport } from 'tsx/esm/api'

await tsImport('./essa.worker.ts', import.meta.url)
