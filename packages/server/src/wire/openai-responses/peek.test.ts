import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { peek } from './peek.ts'

const INPUT = '"input":"hi"'

function refusal(body: string): { code: string; message: string } {
  try {
    peek(Buffer.from(body))
  } catch (error) {
    if (error instanceof KeywayError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('not refused')
}

const of = (fields: string) => peek(Buffer.from(`{"model":"a/b",${fields === '' ? '' : `${fields},`}${INPUT}}`))
const withInput = (...items: object[]) => peek(Buffer.from(JSON.stringify({ model: 'a/b', input: items })))
const withTools = (...tools: unknown[]) => of(`"tools":${JSON.stringify(tools)}`)

describe('peek refuses', () => {
  it.each([
    ['no input', '{"model":"a/b"}', 'input'],
    ['empty input', '{"input":[]}', 'input'],
    ['null input', '{"input":null}', 'input'],
    ['input that is an object', '{"input":{}}', 'input'],
    ['a model that is no string', `{"model":7,${INPUT}}`, 'model'],
    ['an empty model', `{"model":"",${INPUT}}`, 'model'],
    ['models that are no strings', `{"models":["a",1],${INPUT}}`, 'models'],
    ['stream that is no boolean', `{"stream":"true",${INPUT}}`, 'stream'],
    ['a negative limit', `{"max_output_tokens":-1,${INPUT}}`, 'max_output_tokens'],
    ['half a token', `{"max_output_tokens":1.5,${INPUT}}`, 'max_output_tokens'],
    ['an infinite number', `{"temperature":1e309,${INPUT}}`, 'temperature'],
    ['an infinite number in an item', '{"input":[{"role":"user","content":"hi","x":1e309}]}', 'input'],
    ['an absurd limit', `{"max_output_tokens":2147483649,${INPUT}}`, 'max_output_tokens'],
    ['routing that is no object', `{"provider":"openai",${INPUT}}`, 'provider'],
    ['tools that are no array', `{"tools":{},${INPUT}}`, 'tools'],
    ['a user that is no string', `{"user":7,${INPUT}}`, 'user'],
    ['a long user', `{"safety_identifier":"${'x'.repeat(513)}",${INPUT}}`, 'safety_identifier'],
    ['a long session id', `{"session_id":"${'x'.repeat(257)}",${INPUT}}`, 'session_id'],
    ['metadata that is no text', `{"metadata":{"a":1},${INPUT}}`, 'metadata.a'],
    ['a prompt that is no object', `{"prompt":"p",${INPUT}}`, 'prompt'],
    ['a store that is no boolean', `{"store":1,${INPUT}}`, 'store'],
    ['a field that only Go would read', `{"Max_Output_Tokens":5,${INPUT}}`, 'Max_Output_Tokens'],
  ])('%s', (_, body, field) => {
    const { code, message } = refusal(body)
    expect(code).toBe('invalid_request')
    expect(message).toContain(`"${field}"`)
  })

  it.each([
    ['an answer that comes later', `{"background":true,${INPUT}}`, 'background', 'stream'],
    ['an answer that is kept', `{"store":true,${INPUT}}`, 'store', 'false or left out'],
    [
      'a kept answer to go on from',
      `{"previous_response_id":"resp_1",${INPUT}}`,
      'previous_response_id',
      'whole conversation',
    ],
    [
      'a conversation at the provider',
      `{"conversation":{"id":"conv_1"},${INPUT}}`,
      'conversation',
      'whole conversation',
    ],
    ['an item by its id', '{"input":[{"type":"item_reference","id":"msg_1"}]}', 'input', 'whole items'],
    ['an item by its id alone', '{"input":[{"role":"user","content":"a"},{"id":"msg_1"}]}', 'input', 'whole items'],
    [
      'an item by its id and no type twice',
      '{"input":[{"id":"rs_1","type":null,"type":null}]}',
      'input',
      'whole items',
    ],
    ['an item by its id and a made-up member', '{"input":[{"id":"rs_1","x":1,"y":2}]}', 'input', 'whole items'],
    [
      'an item by its id behind another type',
      '{"input":[{"type":"item_reference","id":"m","type":"message"}]}',
      'input',
      'whole items',
    ],
    ['an item by its id and no type', '{"input":[{"id":"rs_1","type":null}]}', 'input', 'whole items'],
  ])('%s, and says how to do without', (_, body, field, fix) => {
    const { code, message } = refusal(body)
    expect(code).toBe('invalid_request')
    expect(message).toContain(`"${field}"`)
    expect(message).toContain(fix)
  })

  it.each(['model', 'input', 'stream', 'store', 'tools', 'max_output_tokens', 'previous_response_id', 'provider'])(
    'a second "%s", however it is spelled',
    (name) => {
      const value = { model: '"a"', input: '"a"', tools: '[]', max_output_tokens: '1', provider: '{}' }[name] ?? 'null'
      const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`
      const others = name === 'input' ? '' : `,${INPUT}`
      expect(refusal(`{"${name}":${value},"${escaped}":${value}${others}}`).code).toBe('duplicate_field')
      expect(refusal(`{"${name}":${value},"${name.toUpperCase()}":${value}${others}}`).code).toBe('duplicate_field')
    },
  )

  it.each([
    '',
    '[]',
    '"a"',
    '{',
    `{"model":"a",${INPUT},}`,
    `{${INPUT}} x`,
    '{"input":"\ud800"}'.replace('\ud800', '\\'),
  ])('what is no JSON object: %s', (body) => expect(refusal(body).code).toBe('invalid_json'))

  it('bytes that are no UTF-8, a byte order mark, and a depth bomb', () => {
    for (const body of [Buffer.from('7b22696e707574223a22ff227d', 'hex'), Buffer.from('\ufeff{"input":"a"}')])
      expect(() => peek(body)).toThrow(KeywayError)
    expect(refusal(`{"input":${'['.repeat(100)}${']'.repeat(100)}}`).code).toBe('invalid_json')
  })
})

describe('peek', () => {
  it('reads what routing and the ledger need', () => {
    expect(
      of(
        '"models":["c/d"],"stream":true,"max_output_tokens":1e3,"provider":{"sort":"price"},"user":"u","metadata":{"a":"b"},"session_id":"s","store":false,"previous_response_id":null,"conversation":null,"background":false',
      ),
    ).toMatchObject({
      model: 'a/b',
      models: ['c/d'],
      stream: true,
      outputTokensMax: 1000,
      choices: 1,
      routing: { sort: 'price' },
      user: 'u',
      sessionId: 's',
      metadata: { a: 'b' },
      features: [],
      tools: false,
    })
  })

  it('takes the newer name of the user, and the cache key as the session', () => {
    expect(of('"safety_identifier":"hash","prompt_cache_key":"k"')).toMatchObject({ user: 'hash', sessionId: 'k' })
    expect(of('"user":"u","safety_identifier":"h","session_id":"s","prompt_cache_key":"k"')).toMatchObject({
      user: 'u',
      sessionId: 's',
    })
    expect(of(`"prompt_cache_key":"${'k'.repeat(300)}"`).sessionId).toBeUndefined()
  })

  it('takes a prompt template in the place of input, as a feature', () => {
    const peeked = peek(Buffer.from('{"prompt":{"id":"pmpt_1","variables":{"a":"b"}}}'))
    expect(peeked).toMatchObject({ model: undefined, features: ['prompt'] })
  })

  it('counts all bytes as text but the base64 of media', () => {
    const body = JSON.stringify({
      model: 'a/b',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'hi' },
            { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(4000)}`, detail: 'auto' },
            { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${'B'.repeat(5000)}` },
            { type: 'input_audio', input_audio: { data: 'C'.repeat(6000), format: 'wav' } },
          ],
        },
      ],
    })
    expect(peek(Buffer.from(body))).toMatchObject({ images: 1, files: 1, audios: 1, textBytes: body.length - 15_000 })
  })

  it('counts media wherever an item holds it, by address or id too', () => {
    const peeked = withInput(
      {
        role: 'user',
        content: [
          { type: 'input_image', file_id: 'file_1' },
          { type: 'input_file', file_url: 'https://x' },
        ],
      },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: 'https://x/a.png' }] },
      {
        type: 'computer_call_output',
        call_id: 'c',
        output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,AAAA' },
      },
      { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'AAAA' },
      { role: 'user', content: [{ type: 'input_file', file_id: 'file_2' }] },
    )
    expect(peeked).toMatchObject({ images: 4, files: 2, audios: 0 })
  })

  it('counts as text what a part does not say plainly to be media', () => {
    const url = `data:image/png;base64,${'A'.repeat(400)}`
    const twice = `{"input":[{"role":"user","content":[{"type":"input_image","image_url":"${url}","image_url":"${url}"}]}]}`
    expect(peek(Buffer.from(twice))).toMatchObject({ images: 1, textBytes: twice.length })
    const types = `{"input":[{"role":"user","content":[{"type":"input_image","type":"input_image","image_url":"${url}"}]}]}`
    expect(peek(Buffer.from(types))).toMatchObject({ images: 1, textBytes: types.length })
    const text = `{"input":[{"role":"user","content":[{"type":"input_text","text":"${url}"}]}]}`
    expect(peek(Buffer.from(text))).toMatchObject({ images: 0, textBytes: text.length })
  })

  it('takes tools of the client as nothing to be billed', () => {
    const peeked = withTools(
      { type: 'function', name: 'f', parameters: {} },
      { type: 'custom', name: 'c' },
      { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'g' }] },
      { type: 'local_shell' },
      { type: 'shell' },
      { type: 'shell', environment: { type: 'local' } },
      { type: 'apply_patch' },
      { type: 'tool_search', execution: 'client' },
      { type: 'computer_use_preview', display_width: 1, display_height: 1, environment: 'browser' },
    )
    expect(peeked).toMatchObject({ tools: true, features: [] })
  })

  it('names each tool that runs at the provider, once', () => {
    const peeked = withTools(
      { type: 'web_search' },
      { type: 'web_search' },
      { type: 'web_search_preview_2025_03_11' },
      { type: 'file_search', vector_store_ids: ['v'] },
      { type: 'code_interpreter', container: { type: 'auto' } },
      { type: 'image_generation' },
      { type: 'mcp', server_label: 'm' },
      { type: 'shell', environment: { type: 'container_auto' } },
      { type: 'namespace', tools: [{ type: 'new_one' }] },
      { type: 'openrouter:web_search' },
      { name: 'none' },
      7,
    )
    expect(peeked.features).toEqual([
      'tools.web_search',
      'tools.web_search_preview_2025_03_11',
      'tools.file_search',
      'tools.code_interpreter',
      'tools.image_generation',
      'tools.mcp',
      'tools.shell',
      'tools.new_one',
      'tools.openrouter:web_search',
      'tools',
    ])
  })

  it('is not misled by a second type, or by tools that come as an item', () => {
    const hidden = '"tools":[{"type":"web_search","type":"function","name":"f"}]'
    expect(of(hidden).features).toEqual(['tools'])
    const added = withInput({ type: 'additional_tools', role: 'developer', tools: [{ type: 'code_interpreter' }] })
    expect(added).toMatchObject({ tools: true, features: ['tools.code_interpreter'] })
  })

  it.each([
    ['"service_tier":"priority"', ['service_tier']],
    ['"service_tier":"auto","modalities":["text"]', []],
    ['"modalities":["text","image"]', ['modalities']],
    ['"context_management":[{"type":"compaction"}]', ['context_management']],
    ['"context_management":[]', []],
    ['"plugins":[]', []],
    ['"plugins":[{"id":"web"}]', ['plugins']],
    ['"preset":"p"', ['preset']],
    ['"preset":null,"plugins":null,"prompt":null', []],
    ['"n":5,"search_parameters":{"mode":"on"},"web_search_options":null', ['n', 'search_parameters']],
  ])('%s asks for %j', (fields, features) => expect(of(fields).features).toEqual(features))
})
