import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomJson, randomString } from '../../base/random-json.ts'
import { randomObject, some } from '../../base/random-object.ts'
import {
  addMember,
  parseSlow,
  printSlow,
  type SlowObject,
  type SlowValue,
  withoutMembers,
} from '../../base/slow-json.ts'
import { contextFor, EDITS, PLAIN } from '../testing/exchanges.ts'
import { ROUTING_FIELDS } from './fields.ts'
import { openaiChat } from './index.ts'

/** The wire's lists of edits, applied by the slow reference to a tree that keeps every byte. */
const context = contextFor()
const ID = JSON.stringify(context.id)
const MODEL = '"author/slug-\\u00e9"'
const PROVIDER = '"Pr\\u00f6vider"'

const text = (value: SlowValue) => ('text' in value ? value.text : '')
const objectOf = (source: string): SlowObject => {
  const tree = parseSlow(source)
  if (!('members' in tree)) throw new Error('not an object')
  return tree
}
const expectSame = (got: Uint8Array, tree: SlowValue) => expect(Buffer.from(got).toString()).toBe(printSlow(tree))

const content = fc.oneof(randomString, fc.constant('[{"type":"text","text":"a"}]'), fc.constant('null'))
const choice = randomObject(
  some({
    index: fc.constant('0'),
    delta: content.map((item) => `{"content":${item},"tool_calls":[{"index":0}]}`),
    finish_reason: fc.constantFrom('null', '"stop"', '"end_turn"', '"MAX_TOKENS"', '"new\\u0020one"', '""'),
    native_finish_reason: fc.constantFrom('null', '"raw"'),
  }),
)
const answerMembers = {
  id: fc.constantFrom('"x"', 'null'),
  model: fc.constantFrom('"gpt"', '"\\u0067"'),
  created: fc.constantFrom('1763712000', '1.5e9'),
  provider: fc.constantFrom('"Theirs"', 'null'),
  system_fingerprint: fc.constantFrom('null', '"fp"'),
  error: fc.constant('null'),
}
const NORMAL: Record<string, string> = {
  '"end_turn"': '"stop"',
  '"MAX_TOKENS"': '"length"',
  '"new\\u0020one"': '"stop"',
  '""': 'null',
}

function editAnswer(tree: SlowObject, whole: boolean): void {
  const has = (name: string) => tree.members.some((member) => member.name === name)
  const added: [string, string][] = []
  if (!has('id')) added.push(['id', ID])
  if (!has('model')) added.push(['model', MODEL])
  if (!has('provider')) added.push(['provider', PROVIDER])
  if (whole && !has('system_fingerprint')) added.push(['system_fingerprint', 'null'])
  for (const member of tree.members) {
    if (member.name === 'id') member.value = { text: ID }
    if (member.name === 'model') member.value = { text: MODEL }
    if (member.name === 'provider' && text(member.value) === 'null') member.value = { text: PROVIDER }
    if (member.name === 'choices' && 'elements' in member.value)
      for (const element of member.value.elements) editChoice(element)
  }
  withoutMembers(tree, ({ name, value }) => {
    if (name === 'usage') return !whole
    return text(value) === 'null' && (name === 'error' || (name === 'system_fingerprint' && !whole))
  })
  for (const [name, value] of added) addMember(tree, name, value)
}

function editChoice(element: SlowValue): void {
  if (!('members' in element)) return
  const finish = element.members.find((member) => member.name === 'finish_reason')
  const hasNative = element.members.some((member) => member.name === 'native_finish_reason')
  const native = finish === undefined ? 'null' : text(finish.value)
  if (finish === undefined) addMember(element, 'finish_reason', 'null')
  else finish.value = { text: NORMAL[native] ?? native }
  if (!hasNative)
    addMember(element, 'native_finish_reason', native === 'null' ? native : JSON.stringify(JSON.parse(native)))
}

describe('fidelity', () => {
  it('a request: the client\u2019s bytes with the list of edits applied', () => {
    const known = some({
      model: fc.constantFrom('"a/b"', '"native-model"', '"\\u0061"'),
      stream: fc.constantFrom('true', 'false'),
      max_tokens: fc.constantFrom('1', '1.0', '50', '2e3', 'null'),
      user: fc.constantFrom('"u\\u0031"', 'null'),
      metadata: fc.constant('{"a":"b"}'),
      plugins: fc.constant('[ ]'),
      models: fc.constant('["x" ,"y"]'),
      trace: randomJson,
      route: randomJson,
      stream_options: fc.constantFrom('{ }', '{"include_usage":true , "x":1.0}', 'null'),
    }).map((members) => [...members, { name: '"messages"', value: '[{"role":"user", "content":"hi\\u0021"}]' }])
    fc.assert(
      fc.property(
        // What no double holds is refused; a reply may say it.
        randomObject(known).map((body) => body.replaceAll('1e400', '1e300')),
        fc.boolean(),
        fc.boolean(),
        fc.option(fc.constantFrom(1, 60)),
        (body, clamps, asks, drop) => {
          const edits = {
            ...EDITS,
            outputTokensMax: clamps ? 40 : undefined,
            dialect: {
              ...PLAIN,
              outputLimit: 'max_completion_tokens' as const,
              streamUsage: asks ? ('request' as const) : ('ignored' as const),
              drop: drop === null ? [] : ['temperature', 'seed'],
            },
          }
          const tree = objectOf(body)
          const find = (name: string) => tree.members.find((member) => member.name === name)
          const model = find('model')
          const limit = find('max_tokens')
          const options = find('stream_options')
          const added: [string, string][] = []
          if (model === undefined) added.push(['model', '"native-model"'])
          else if (text(model.value) !== '"native-model"') model.value = { text: '"native-model"' }
          if (limit !== undefined) {
            limit.rawName = '"max_completion_tokens"'
            if (clamps && ['50', '2e3', 'null'].includes(text(limit.value))) limit.value = { text: '40' }
          } else if (clamps) added.push(['max_completion_tokens', '40'])
          if (asks && text(find('stream')?.value ?? { text: '' }) === 'true') {
            if (options === undefined) added.push(['stream_options', '{"include_usage":true}'])
            else if ('members' in options.value) {
              if (options.value.members.length === 0) addMember(options.value, 'include_usage', 'true')
            } else options.value = { text: '{"include_usage":true}' }
          }
          withoutMembers(
            tree,
            ({ name }) => (ROUTING_FIELDS as readonly string[]).includes(name) || edits.dialect.drop.includes(name),
          )
          for (const [name, value] of added) addMember(tree, name, value)
          openaiChat.peek(Buffer.from(body))
          expectSame(openaiChat.patch(Buffer.from(body), edits), tree)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('a 5 MB request with an image: only the model differs', () => {
    const image = 'iVBORw0KGgo='.repeat(420_000)
    const body = (model: string) =>
      Buffer.from(
        `{"big":12345678901234567890,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,${image}"}}]}],"model":"${model}","x":1.0}`,
      )
    const peeked = openaiChat.peek(body('a/b'))
    expect(peeked).toMatchObject({ model: 'a/b', images: 1 })
    expect(peeked.textBytes).toBeLessThan(250)
    expect(Buffer.compare(Buffer.from(openaiChat.patch(body('a/b'), EDITS)), body('native-model'))).toBe(0)
  })

  it('a reply: the provider\u2019s bytes with the list of edits applied', () => {
    const known = some({
      ...answerMembers,
      choices: fc.array(choice, { maxLength: 3 }).map((list) => `[ ${list.join(' , ')}]`),
    })
    fc.assert(
      fc.property(
        known.chain((members) =>
          randomObject(
            fc.constant([...members, { name: '"usage"', value: '{"prompt_tokens":1,"completion_tokens":2}' }]),
          ),
        ),
        (body) => {
          const tree = objectOf(body)
          fc.pre(tree.members.some((member) => member.name === 'choices'))
          editAnswer(tree, true)
          const { bytes } = openaiChat.reply(Buffer.from(body), context)
          const usage = tree.members.find((member) => member.name === 'usage')
          const got = objectOf(Buffer.from(bytes).toString()).members.find((member) => member.name === 'usage')
          if (usage === undefined || got === undefined) throw new Error('usage is gone')
          expect(JSON.parse(printSlow(got.value))).toMatchObject({
            prompt_tokens: 1,
            completion_tokens: 2,
            cost: 0.00015,
          })
          usage.value = got.value
          expectSame(bytes, tree)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('a chunk: the provider\u2019s bytes with the list of edits applied', () => {
    const known = some({ ...answerMembers, usage: fc.constantFrom('null', '{"prompt_tokens":1}') }).chain((members) =>
      fc
        .array(choice, { minLength: 1, maxLength: 3 })
        .map((list) => [...members, { name: '"choices"', value: `[${list.join(',\t')} ]` }]),
    )
    fc.assert(
      fc.property(randomObject(known), (body) => {
        // Line ends in JSON are between tokens; an event's data has none where each event is one line.
        const json = body.replace(/\r\n|\n/g, ' ')
        const tree = objectOf(json)
        editAnswer(tree, false)
        const { bytes } = openaiChat.stream(context).push(Buffer.from(`data: ${json}\n\n`))
        expect(Buffer.from(bytes).toString()).toBe(`data: ${printSlow(tree)}\n\n`)
      }),
      { numRuns: 1000 },
    )
  })

  it('data over several lines is edited alike', () => {
    fc.assert(
      fc.property(
        randomObject(
          some({ ...answerMembers }).map((members) => [...members, { name: '"choices"', value: '[{\n}\n]' }]),
        ),
        (body) => {
          const json = body.replaceAll('\r\n', '\n')
          const tree = objectOf(json)
          editAnswer(tree, false)
          const lines = (data: string) => `data: ${data.split('\n').join('\ndata: ')}\n\n`
          const { bytes } = openaiChat.stream(context).push(Buffer.from(lines(json)))
          expect(Buffer.from(bytes).toString()).toBe(lines(printSlow(tree)))
        },
      ),
    )
  })
})
