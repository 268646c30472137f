/** Files of the page, as its workers fetch them. */
import { fail, ok, type Result } from '../core/result.ts'

/** What comes with the page is a few megabytes at most. */
const MOST_BYTES = 1 << 26

/**
 * A file of the page's own site. Workers lie one folder below the page, as `workers/llm.worker.ts` and in what is built from
 * it, so what is fetched is `../<path>` from here.
 */
export async function fetchFromPage(path: string, signal?: AbortSignal): Promise<Result<Uint8Array>> {
  const url = new URL(`../${path}`, self.location.href)
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal })
    if (!response.ok)
      return fail('no-file', `The page has no ${path} (${response.status}): was it built with its models?`)
    if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES)
      return fail('bad-weights', `${path} is bigger than any model of ours.`)
    return ok(new Uint8Array(await response.arrayBuffer()))
  } catch (error) {
    return signal?.aborted === true
      ? fail('cancelled', 'Loading was stopped.')
      : fail('no-file', `${path} could not be fetched (${String(error)}): is the connection gone?`)
  }
}
