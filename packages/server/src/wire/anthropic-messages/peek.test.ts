import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { peek } from './peek.ts'

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]'
const of = (fields: string) => peek(Buffer.from(`{"model":"a/b","max_tokens":10,${MESSAGES}${fields && `,${fields}`}}`))

function refusal(body: string): string {
  try {
    peek(Buffer.from(body))
  } catch (error) {
    if (error instanceof KeywayError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('nothing was refused')
}

describe('peek refuses', () => {
  it.each([
    ['no JSON', '{"model"', 'invalid_json'],
    ['a list', '[]', 'invalid_json'],
    ['no messages', '{"model":"a/b"}', '"messages" must be an array of at least one message'],
    ['empty messages', '{"messages":[]}', '"messages"'],
    ['messages that are no list', '{"messages":{}}', '"messages"'],
    ['an empty model', `{"model":"",${MESSAGES}}`, '"model"'],
    ['two models', `{"model":"a/b","m\\u006fdel":"c/d",${MESSAGES}}`, 'duplicate_field'],
    ['two limits', `{"max_tokens":1,"max_tokens":2,${MESSAGES}}`, 'duplicate_field'],
    ['two thoughts', `{"thinking":{},"thinking":{},${MESSAGES}}`, 'duplicate_field'],
    ['a model behind another case', `{"model":"a/b","Model":"c/d",${MESSAGES}}`, 'duplicate_field'],
    ['a limit in another case', `{"Max_Tokens":1,${MESSAGES}}`, 'spelled "max_tokens"'],
    ['a negative limit', `{"max_tokens":-1,${MESSAGES}}`, '"max_tokens" must be an integer from 0'],
    ['half a token', `{"max_tokens":1.5,${MESSAGES}}`, '"max_tokens"'],
    ['a limit in words', `{"max_tokens":"1",${MESSAGES}}`, '"max_tokens"'],
    ['a stream in words', `{"stream":"yes",${MESSAGES}}`, '"stream"'],
    ['thinking in words', `{"thinking":"hard",${MESSAGES}}`, '"thinking" must be an object'],
    ['tools that are no list', `{"tools":{},${MESSAGES}}`, '"tools"'],
    ['metadata that is no object', `{"metadata":[],${MESSAGES}}`, '"metadata"'],
    ['a user that is a number', `{"metadata":{"user_id":1},${MESSAGES}}`, '"metadata.user_id"'],
    ['a user that is a novel', `{"metadata":{"user_id":"${'x'.repeat(513)}"},${MESSAGES}}`, '"metadata.user_id"'],
    ['a tier that is a number', `{"service_tier":1,${MESSAGES}}`, '"service_tier"'],
    ['models and fallbacks', `{"models":[],"fallbacks":[{"model":"a/b"}],${MESSAGES}}`, '"fallbacks"'],
    ['a library of fallbacks', `{"fallbacks":"${'x'.repeat(70_000)}",${MESSAGES}}`, '"fallbacks"'],
    ['a number that no double holds', `{"top_p":1e999,${MESSAGES}}`, '"top_p"'],
  ])('%s', (_, body, expected) => {
    expect(refusal(body)).toContain(expected)
  })
})

describe('peek reads', () => {
  it('what routing and caps need', () => {
    const body = `{"model":"a/b","max_tokens":100,"stream":true,"system":"be kind","tools":[{"name":"t","input_schema":{}}],"session_id":"s","provider":{"order":["x"]},"metadata":{"user_id":"u"},${MESSAGES}}`
    expect(peek(Buffer.from(body))).toEqual({
      model: 'a/b',
      models: [],
      stream: true,
      outputTokensMax: 100,
      choices: 1,
      textBytes: body.length,
      images: 0,
      files: 0,
      audios: 0,
      features: [],
      tools: true,
      routing: { order: ['x'] },
      user: 'u',
      sessionId: 's',
      metadata: undefined,
      fields: new Set([
        'model',
        'max_tokens',
        'stream',
        'system',
        'tools',
        'session_id',
        'provider',
        'metadata',
        'messages',
      ]),
    })
  })

  it('a limit of nothing, which fills the cache, and none at all', () => {
    expect(peek(Buffer.from(`{"max_tokens":0,${MESSAGES}}`)).outputTokensMax).toBe(0)
    expect(peek(Buffer.from(`{"max_tokens":null,${MESSAGES}}`)).outputTokensMax).toBeUndefined()
  })

  it.each(['"user":"own","metadata":{"user_id":"theirs"}', '"metadata":{"user_id":"theirs"},"user":"own"'])(
    'the user before the metadata\u2019s: %s',
    (fields) => expect(of(fields).user).toBe('own'),
  )

  it('fallbacks of OpenRouter\u2019s kind as models', () => {
    expect(of('"fallbacks":[{"model":"x/y"},{"model":"z/w"}]')).toMatchObject({ models: ['x/y', 'z/w'], features: [] })
    expect(of('"models":["x/y"]').models).toEqual(['x/y'])
    expect(of('"fallbacks":null')).toMatchObject({ models: [], features: [] })
  })

  it.each([
    ['', []],
    ['"tools":[{"name":"a"},{"type":"custom","name":"b"},{"type":null,"name":"c"}]', []],
    ['"tools":[{"type":"bash_20250124"},{"type":"text_editor_20250728"},{"type":"memory_20250818"}]', []],
    ['"tools":[{"type":"computer_20251124"},{"type":"browser_toolset_20260801"}]', []],
    ['"tools":[{"name":"a"},{"type":"web_search_20250305"}]', ['tools']],
    ['"tools":[{"type":"custom","t\\u0079pe":"web_fetch_20250910"}]', ['tools']],
    ['"tools":[{"type":"code_execution_20250825"}]', ['tools']],
    ['"tools":[{"type":"advisor_20260301","model":"claude-opus-5"}]', ['tools']],
    ['"tools":[{"type":"openrouter:web_search"}]', ['tools']],
    ['"tools":[{"type":"bash_code_execution_20250825"}]', ['tools']],
    ['"tools":[{"type":1}]', ['tools']],
    ['"tools":[1]', ['tools']],
    ['"mcp_servers":[]', []],
    ['"mcp_servers":[{"type":"url","url":"https://e.com","name":"e"}]', ['mcp_servers']],
    ['"container":null,"compaction":null,"thread":null', []],
    ['"container":"container_01"', ['container']],
    ['"compaction":{"type":"x"},"thread":{"type":"create"}', ['compaction', 'thread']],
    ['"speed":"standard","service_tier":"auto","inference_geo":null', []],
    ['"service_tier":"standard_only","inference_geo":"global"', []],
    ['"speed":"fast"', ['speed']],
    ['"inference_geo":"us"', ['inference_geo']],
    ['"service_tier":"priority"', ['service_tier']],
    ['"context_management":null', []],
    ['"context_management":{}', []],
    ['"context_management":{"edits":[{"type":"clear_tool_uses_20250919"},{"type":"clear_thinking_20251015"}]}', []],
    ['"context_management":{"edits":[{"type":"compact_20260112"}]}', ['context_management']],
    ['"context_management":{"edits":{}}', ['context_management']],
    ['"context_management":"x"', ['context_management']],
    ['"fallbacks":"default"', ['fallbacks']],
    ['"fallbacks":[{"model":"claude-opus-5"}]', ['fallbacks']],
    ['"fallbacks":[{"model":"x/y","max_tokens":5}]', ['fallbacks']],
    ['"plugins":[]', []],
    ['"plugins":[{"id":"web"}],"preset":"p"', ['plugins', 'preset']],
    [
      '"n":5,"search_parameters":{"mode":"on"},"web_search_options":{},"best_of":null',
      ['n', 'search_parameters', 'web_search_options'],
    ],
    ['"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"high"}', []],
  ])('the billable features of %s', (fields, features) => {
    expect(of(fields).features).toEqual(features)
  })
})

describe('peek counts', () => {
  const data = 'A'.repeat(1000)
  const base64 = `"source":{"type":"base64","media_type":"image/png","data":"${data}"}`
  const count = (content: string) => {
    const body = `{"messages":[{"role":"user","content":${content}}]}`
    const { images, files, audios, textBytes } = peek(Buffer.from(body))
    return { images, files, audios, encoded: Buffer.byteLength(body) - textBytes }
  }

  it.each([
    ['an image', `[{"type":"image",${base64}}]`, { images: 1, encoded: 1000 }],
    ['an image by its address', '[{"type":"image","source":{"type":"url","url":"https://e.com"}}]', { images: 1 }],
    ['an image behind escapes', '[{"type":"im\\u0061ge","source":{"type":"file","file_id":"f"}}]', { images: 1 }],
    ['a document', `[{"type":"document",${base64}}]`, { files: 1, encoded: 1000 }],
    ['a document by its address', '[{"type":"document","source":{"type":"url","url":"https://e.com"}}]', { files: 1 }],
    ['a document of text as text', `[{"type":"document","source":{"type":"text","data":"${data}"}}]`, {}],
    [
      'a document of blocks as its blocks',
      `[{"type":"document","source":{"type":"content","content":[{"type":"image",${base64}}]}}]`,
      { images: 1, encoded: 1000 },
    ],
    [
      'an image in the result of a tool',
      `[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image",${base64}},{"type":"text","text":"x"}]}]`,
      { images: 1, encoded: 1000 },
    ],
    [
      'a fetched page',
      `[{"type":"web_fetch_tool_result","content":{"type":"web_fetch_result","content":{"type":"document",${base64}}}}]`,
      { files: 1, encoded: 1000 },
    ],
    ['an upload', '[{"type":"container_upload","file_id":"f"}]', { files: 1 }],
    ['a search result\u2019s source as text', '[{"type":"search_result","source":"https://e.com","content":[]}]', {}],
    [
      'a block of an unknown type by its source',
      `[{"type":"new","source":{"type":"x","data":"${data}"}}]`,
      { files: 1 },
    ],
    ['an image of two types, its base64 as text', `[{"type":"image","type":"image",${base64}}]`, { images: 1 }],
    ['an image of two sources, its base64 as text', `[{"type":"image",${base64},${base64}}]`, { images: 1 }],
    [
      'a source of two kinds, its base64 as text',
      `[{"type":"image","source":{"type":"base64","type":"base64","data":"${data}"}}]`,
      { images: 1 },
    ],
    ['text alone', `"${data}"`, {}],
    ['a block, not a list', `{"type":"image",${base64}}`, { images: 1, encoded: 1000 }],
    ['a tool\u2019s input as text', `[{"type":"tool_use","input":{"type":"image",${base64}}}]`, {}],
  ])('%s', (_, content, expected) => {
    expect(count(content)).toEqual({ images: 0, files: 0, audios: 0, encoded: 0, ...expected })
  })
})
