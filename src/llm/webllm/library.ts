/** WebLLM itself: 6.8 MB of JavaScript, fetched once and only when somebody asks for one of its models. */
import { ok, fail, type Result } from '../../core/result.ts'

export type WebLlm = typeof import('@mlc-ai/web-llm')

/** Model libraries are made for one version of WebLLM; `package.json` pins it. */
export const WEBLLM_VERSION = '0.2.86'

let loading: Promise<WebLlm> | null = null

export async function loadWebLlm(): Promise<Result<WebLlm>> {
  loading ??= import('@mlc-ai/web-llm')
  try {
    return ok(await loading)
  } catch (error) {
    loading = null
    return fail(
      'webllm-missing',
      `WebLLM, which runs these models, could not be fetched (${error instanceof Error ? error.message : String(error)}). ` +
        'Check the connection and try again.',
    )
  }
}
