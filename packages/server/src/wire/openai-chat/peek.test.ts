import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { peek } from './peek.ts'

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]'

function refusal(body: string | Uint8Array): { code: string; message: string } {
  try {
    peek(Buffer.from(body))
  } catch (error) {
    if (error instanceof KeywayError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('not refused')
}

const of = (fields: string) => peek(Buffer.from(`{"model":"a/b",${fields === '' ? '' : `${fields},`}${MESSAGES}}`))

describe('peek refuses', () => {
  it.each([
    ['no messages', '{"model":"a/b"}', 'messages'],
    ['empty messages', '{"messages":[]}', 'messages'],
    ['messages that are no array', '{"messages":"hi"}', 'messages'],
    ['null messages', '{"messages":null}', 'messages'],
    ['a model that is no string', `{"model":7,${MESSAGES}}`, 'model'],
    ['an empty model', `{"model":"",${MESSAGES}}`, 'model'],
    ['models that are no strings', `{"models":["a",1],${MESSAGES}}`, 'models'],
    ['stream that is no boolean', `{"stream":"true",${MESSAGES}}`, 'stream'],
    ['stream options that are no object', `{"stream_options":true,${MESSAGES}}`, 'stream_options'],
    ['a negative limit', `{"max_tokens":-1,${MESSAGES}}`, 'max_tokens'],
    ['a limit of nothing', `{"max_tokens":0,${MESSAGES}}`, 'max_tokens'],
    ['half a token', `{"max_completion_tokens":1.5,${MESSAGES}}`, 'max_completion_tokens'],
    ['an infinite limit', `{"max_tokens":1e309,${MESSAGES}}`, 'max_tokens'],
    ['an infinite temperature', `{"temperature":1e309,${MESSAGES}}`, 'temperature'],
    ['a number below all others', `{"top_p":-1.0E+400,${MESSAGES}}`, 'top_p'],
    ['an infinite number in a field that nobody knows', `{"fancy":{"a":[1,{"b":1e309}]},${MESSAGES}}`, 'fancy'],
    ['an infinite number in the messages', '{"messages":[{"role":"user","content":"hi","x":1e309}]}', 'messages'],
    ['an infinite price', `{"provider":{"max_price":{"prompt":1e309}},${MESSAGES}}`, 'provider'],
    ['a number of 310 digits', `{"seed":${'9'.repeat(310)},${MESSAGES}}`, 'seed'],
    ['an absurd limit', `{"max_tokens":2147483649,${MESSAGES}}`, 'max_tokens'],
    ['a limit as a string', `{"max_tokens":"10",${MESSAGES}}`, 'max_tokens'],
    ['no answers', `{"n":0,${MESSAGES}}`, 'n'],
    ['too many answers', `{"n":129,${MESSAGES}}`, 'n'],
    ['routing that is no object', `{"provider":"openai",${MESSAGES}}`, 'provider'],
    ['a count of answers that only Go would read', `{"N":50,${MESSAGES}}`, 'N'],
    [
      'more fields than there are',
      `{${Array.from({ length: 1100 }, (_, i) => `"f${i}":1,`).join('')}${MESSAGES}}`,
      'body',
    ],
    ['more models than anybody lists', `{"models":[${'"a",'.repeat(300)}"b"],${MESSAGES}}`, 'models'],
    ['routing of a megabyte', `{"provider":{"x":"${'y'.repeat(1_000_000)}"},${MESSAGES}}`, 'provider'],
    ['tools that are no array', `{"tools":{},${MESSAGES}}`, 'tools'],
    ['a user that is no string', `{"user":7,${MESSAGES}}`, 'user'],
    ['a long session id', `{"session_id":"${'x'.repeat(257)}",${MESSAGES}}`, 'session_id'],
    ['metadata that is no text', `{"metadata":{"a":1},${MESSAGES}}`, 'metadata.a'],
  ])('%s', (_, body, field) => {
    const { code, message } = refusal(body)
    expect(code).toBe('invalid_request')
    expect(message).toContain(`"${field}"`)
  })

  it('names the bounds and the value', () => {
    expect(refusal(`{"max_tokens":-1,${MESSAGES}}`).message).toBe(
      'The field "max_tokens" must be an integer from 1 to 2147483648, not -1.',
    )
  })

  it.each([
    ['nothing', ''],
    ['plain text', 'hello'],
    ['an array', `[{${MESSAGES}}]`],
    ['trailing garbage', `{${MESSAGES}} {}`],
    ['a cut body', `{${MESSAGES}`],
    ['a byte order mark', `\ufeff{${MESSAGES}}`],
    ['a raw NUL', `{"a":"\0",${MESSAGES}}`],
    ['a depth bomb', `{"a":${'['.repeat(100_000)}`],
    ['101 levels inside the messages', `{"messages":[{"content":${'['.repeat(101)}${']'.repeat(101)}}]}`],
    [
      'an overlong UTF-8 name',
      Buffer.concat([Buffer.from('{"mode'), Buffer.of(0xc1, 0xac), Buffer.from(`":1,${MESSAGES}}`)]),
    ],
    [
      'a cut UTF-8 character',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xe4, 0xb8), Buffer.from(`",${MESSAGES}}`)]),
    ],
  ])('%s as invalid JSON', (_, body) => {
    expect(refusal(body).code).toBe('invalid_json')
  })

  it.each([
    ['model', '"model"', '"model"'],
    ['model', '"model"', '"mod\\u0065l"'],
    ['model', '"\\u006d\\u006f\\u0064\\u0065\\u006c"', '"model"'],
    ['max_tokens', '"max_tokens"', '"max\\u005ftokens"'],
    ['provider', '"provider"', '"provider"'],
    ['plugins', '"plugins"', '"plugins"'],
    ['model', '"model"', '"Model"'],
    ['messages', '"messages"', '"me\u017f\u017fages"'],
  ])('a second %s: %s and %s', (field, first, second) => {
    const { code, message } = refusal(
      `{${first}:null,"x":1,${second}:null${field === 'messages' ? '' : `,${MESSAGES}`}}`.replace(
        '"messages":null',
        MESSAGES,
      ),
    )
    expect(code).toBe('duplicate_field')
    expect(message).toContain(`"${field}"`)
  })
})

describe('peek reads', () => {
  it('numbers that a double holds, however they are written, and text that only looks like more', () => {
    const numbers = [
      '1e308',
      '1.7976931348623157e308',
      '1e-400',
      `0.${'9'.repeat(400)}`,
      '12345678901234567890',
      '"1e309"',
    ]
    for (const number of numbers) expect(of(`"x":${number}`).fields).toContain('x')
    expect(of(`"x":${'0.'}${'0'.repeat(400)}1e309`).fields).toContain('x')
  })

  it('lets other names repeat, and names that no field of ours is', () => {
    expect([...of('"seed":1,"seed":2,"Temperature":1,"temperature":2,"":0,"\\ud800":1').fields]).toEqual([
      'model',
      'seed',
      'Temperature',
      'temperature',
      '',
      '\ud800',
      'messages',
    ])
  })

  it('what routing needs', () => {
    expect(
      of(
        '"models":["c/d"],"stream":true,"max_tokens":5,"max_completion_tokens":7,"n":3,"provider":{"order":["x"]},"user":"u","session_id":"s","metadata":{"k":"v"},"tools":[{"type":"function"}]',
      ),
    ).toMatchObject({
      model: 'a/b',
      models: ['c/d'],
      stream: true,
      outputTokensMax: 7,
      choices: 3,
      routing: { order: ['x'] },
      user: 'u',
      sessionId: 's',
      metadata: { k: 'v' },
      tools: true,
      features: [],
    })
    expect(
      of('"stream":null,"max_tokens":null,"n":null,"provider":null,"metadata":null,"tools":null,"user":null'),
    ).toMatchObject({
      stream: false,
      outputTokensMax: undefined,
      choices: 1,
      routing: undefined,
      metadata: undefined,
      tools: false,
    })
    expect(of('"max_tokens":1.0,"n":1e1')).toMatchObject({ outputTokensMax: 1, choices: 10 })
    expect(peek(Buffer.from(`{${MESSAGES}}`)).model).toBeUndefined()
    expect(Object.hasOwn(of('"metadata":{"__proto__":"x"}').metadata ?? {}, '__proto__')).toBe(true)
  })

  it.each([
    ['"web_search_options":{}', ['web_search_options']],
    ['"web_search_options":null,"plugins":[],"modalities":["text"],"service_tier":"auto","tools":[]', []],
    ['"plugins":[{"id":"web"}]', ['plugins']],
    ['"tools":[{"type":"function"},{"type":"custom"}]', []],
    ['"tools":[{"type":"function"},{"type":"openrouter:web_search"}]', ['tools']],
    ['"tools":[{"type":"function","t\\u0079pe":"web_search"}]', ['tools']],
    ['"tools":[{}]', ['tools']],
    ['"tools":[1]', ['tools']],
    ['"modalities":["text","audio"],"audio":{"voice":"alloy"}', ['modalities', 'audio']],
    ['"service_tier":"priority"', ['service_tier']],
    ['"search_parameters":{"mode":"on"},"enable_search":false', ['search_parameters']],
    ['"prediction":{"type":"content","content":"x"}', ['prediction']],
  ])('the billable features of %s', (fields, features) => {
    expect(of(fields).features).toEqual(features)
  })
})

describe('peek counts', () => {
  const image = 'A'.repeat(1000)
  const count = (content: string) => {
    const body = `{"messages":[{"role":"user","content":${content}}]}`
    const { images, files, audios, textBytes } = peek(Buffer.from(body))
    return { images, files, audios, encoded: Buffer.byteLength(body) - textBytes }
  }

  it.each([
    [
      'an image as a data URL',
      `[{"type":"image_url","image_url":{"url":"data:image/png;base64,${image}"}}]`,
      { images: 1, encoded: 1000 },
    ],
    [
      'an image by its address',
      '[{"type":"image_url","image_url":{"url":"https://e.com/a.png"}}]',
      { images: 1, encoded: 0 },
    ],
    [
      'an image behind escapes',
      '[{"type":"im\\u0061ge_url","image_url":{"url":"https://e.com/a.png"}}]',
      { images: 1, encoded: 0 },
    ],
    ['an image without a type', `[{"image_url":{"url":"data:image/png;base64,${image}"}}]`, { images: 1, encoded: 0 }],
    ['a part, not a list', '{"type":"image_url","image_url":"https://e.com/a.png"}', { images: 1, encoded: 0 }],
    ['text that looks like an image', `"data:image/png;base64,${image}"`, { encoded: 0 }],
    [
      'a text part with an image in it',
      `[{"type":"text","text":"a","image_url":{"url":"data:image/png;base64,${image}"}}]`,
      { images: 1, encoded: 0 },
    ],
    [
      'two URLs in one image',
      `[{"type":"image_url","image_url":{"url":"data:a;base64,${image}","url":"data:a;base64,${image}"}}]`,
      { images: 1, encoded: 0 },
    ],
    [
      'an image as plain data',
      `[{"type":"image_url","image_url":{"url":"data:image/svg+xml,${image}"}}]`,
      { images: 1, encoded: 0 },
    ],
    [
      'a file',
      `[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,${image}"}}]`,
      { files: 1, encoded: 1000 },
    ],
    ['a video', '[{"type":"video_url","video_url":{"url":"https://e.com/v.mp4"}}]', { files: 1, encoded: 0 }],
    [
      'audio',
      `[{"type":"input_audio","input_audio":{"data":"${image}","format":"wav"}}]`,
      { audios: 1, encoded: 1000 },
    ],
    [
      'an image inside a tool result',
      '[{"type":"tool_result","content":[{"type":"image","source":{}}]}]',
      { images: 1, encoded: 0 },
    ],
  ])('%s', (_, content, expected) => {
    expect(count(content)).toEqual({ images: 0, files: 0, audios: 0, ...expected })
  })

  it('counts an earlier spoken answer, which the provider keeps by its id', () => {
    const body =
      '{"model":"a/b","messages":[{"role":"assistant","audio":{"id":"audio_1"}},{"role":"user","content":"go on"}]}'
    expect(peek(Buffer.from(body)).audios).toBe(1)
  })

  it('images that an assistant made', () => {
    expect(
      peek(Buffer.from('{"messages":[{"role":"assistant","images":[{"type":"image_url","image_url":{"url":"x"}}]}]}'))
        .images,
    ).toBe(1)
  })
})
