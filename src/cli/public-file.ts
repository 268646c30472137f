/** Files of the page where there is no page: read from `public/`. */
import { readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '../core/result.ts'

const PUBLIC = new URL('../../public/', import.meta.url)

export async function publicFile(path: string): Promise<Result<Uint8Array>> {
  try {
    return ok(new Uint8Array(await readFile(new URL(path, PUBLIC))))
  } catch (error) {
    // Its own message has the whole path of this machine in it.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const why = code === 'ENOENT' ? 'There is no public/' : `${code}: cannot read public/`
    return fail('no-file', `${why}${path}. Install Evolarium anew.`)
  }
}
