import { EITHER_LIMIT_DIALECT } from './dialects.ts'
import { CHAT } from './doors.ts'
import type { Provider } from './provider.ts'

/** A provider that the operator declares: any server that speaks OpenAI's chat completions. */
export type CustomProvider = {
  /** The name, which is the prefix of its models' ids. */
  id: string
  /** Without a trailing slash. */
  baseUrl: string
  /** Its models cost nothing, as with a local server. */
  free: boolean
}

/**
 * The row of a custom provider. It may have a key or none, so it is sent as a bearer token when there is one; its models
 * come from its own list.
 */
export function customProvider({ id, baseUrl, free }: CustomProvider): Provider {
  return {
    id,
    name: id,
    formats: { 'openai-chat': CHAT },
    baseUrl: baseUrl.replace(/\/+$/, ''),
    auth: { header: 'authorization', prefix: 'Bearer ' },
    env: [],
    keyPrefixes: [],
    // Which names it knows is not known: what the client wrote is passed on.
    dialect: EITHER_LIMIT_DIALECT,
    billing: 'computed',
    free,
    honoursOutputLimit: true,
    check: { method: 'GET', path: '/models' },
    attribution: false,
    discovers: true,
    docs: [],
    privacyPolicyUrl: null,
    termsOfServiceUrl: null,
    statusPageUrl: null,
  }
}

/**
 * Base URLs of local servers as they are installed, for an offer to the owner (law 7: probed only on a loopback bind and
 * used after one click). All of them answer `GET /models`.
 * @see https://docs.ollama.com/api/openai-compatibility and https://lmstudio.ai/docs/developer/openai-compat
 * @see https://github.com/ggml-org/llama.cpp/tree/master/tools/server and https://docs.vllm.ai/en/latest/serving/openai_compatible_server/
 */
export const LOCAL_SERVERS: readonly (CustomProvider & { name: string })[] = [
  { id: 'ollama', name: 'Ollama', baseUrl: 'http://localhost:11434/v1', free: true },
  { id: 'lmstudio', name: 'LM Studio', baseUrl: 'http://localhost:1234/v1', free: true },
  { id: 'llamacpp', name: 'llama.cpp', baseUrl: 'http://localhost:8080/v1', free: true },
  { id: 'vllm', name: 'vLLM', baseUrl: 'http://localhost:8000/v1', free: true },
]
