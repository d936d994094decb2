import { asciiJson } from '../../base/json-splice.ts'
import type { Codec } from '../codec.ts'

/**
 * What tells a client that its stream failed: an `error` event and a `response.failed` behind it, as OpenAI sends them.
 * OpenAI's SDKs raise what stands under `error` of the first, OpenRouter's reads its flat members, and Codex waits for
 * the second.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming (error, response.failed; read 2026-11-24)
 */
export function errorEvent(...[error, context]: Parameters<Codec['errorEvent']>): Uint8Array {
  const { id, model, created } = context
  const sequence = context.sequenceNumber ?? 0
  const code = codeOf(error.code)
  const { message } = error
  const told = { type: 'error', sequence_number: sequence, code, message, param: null }
  const first = JSON.stringify({ ...told, error: { type: code, param: null, ...error, code } })
  const failed =
    `"id":${asciiJson(id)},"object":"response","created_at":${created},"completed_at":null,"status":"failed"` +
    `,"error":${JSON.stringify({ code, message })},"error_type":${JSON.stringify(error.metadata?.error_type ?? null)}` +
    `,"incomplete_details":null,"instructions":null,"metadata":null,"model":${asciiJson(model)},"output":[]` +
    `,"parallel_tool_calls":true,"temperature":null,"top_p":null,"presence_penalty":null,"frequency_penalty":null` +
    `,"tool_choice":"auto","tools":[],"store":false`
  const second = `{"type":"response.failed","sequence_number":${sequence + 1},"response":{${failed}}}`
  return Buffer.from(`event: error\ndata: ${first}\n\nevent: response.failed\ndata: ${second}\n\n`)
}

/**
 * The nearest of the codes that OpenAI documents. They decide what Codex does: it tries `server_error` and
 * `rate_limit_exceeded` again, and gives up at the others.
 */
function codeOf(status: number): string {
  if (status === 402) return 'insufficient_quota'
  if (status === 429) return 'rate_limit_exceeded'
  return status === 400 || status === 413 || status === 422 ? 'invalid_prompt' : 'server_error'
}
