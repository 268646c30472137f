/** Files that evaluators need: loaded once, checked, and handed to whoever scores. */
import { fail, ok, type Result } from './result.ts'

/** Bytes by path under `public/`. */
export type Files = ReadonlyMap<string, Uint8Array>

export const NO_FILES: Files = new Map()

/** Where files come from: the page's own site, or the folder `public/`. */
export type FileSource = (path: string) => Promise<Result<Uint8Array>>

/** All files that an arena needs for a world, or a sentence on the first that is missing or broken. */
export async function loadFiles<Options>(
  arena: {
    readonly label: string
    files?(options: Options): readonly string[]
    checkFile?(path: string, bytes: Uint8Array): string | null
  },
  options: Options,
  source: FileSource | undefined,
): Promise<Result<Files>> {
  const paths = arena.files?.(options) ?? []
  if (paths.length === 0) return ok(NO_FILES)
  if (source === undefined)
    return fail('no-files', `${arena.label} needs ${paths.join(', ')}, and nothing here can load files.`)
  const files = new Map<string, Uint8Array>()
  for (const path of paths) {
    const bytes = await source(path)
    if (!bytes.ok) return bytes
    const problem = arena.checkFile?.(path, bytes.value) ?? null
    if (problem !== null)
      return fail('broken-file', `${path} ${problem}. Reload the page, or install Evolarium anew: ${arena.label} cannot do without it.`) // prettier-ignore
    files.set(path, bytes.value)
  }
  return ok(files)
}
