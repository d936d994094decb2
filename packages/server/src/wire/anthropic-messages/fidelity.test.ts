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
import { anthropicMessages } from './index.ts'

/** The wire's lists of edits, applied by the slow reference to a tree that keeps every byte. */
const context = contextFor()
const ID = JSON.stringify(context.id)
const MODEL = '"author/slug-\\u00e9"'
const PROVIDER = '"Pr\\u00f6vider"'
const CHARGE: readonly (readonly [string, string])[] = [
  ['cost', '0.00015'],
  ['is_byok', 'false'],
  [
    'cost_details',
    '{"upstream_inference_cost":0,"upstream_inference_prompt_cost":0.0001,"upstream_inference_completions_cost":0.00005}',
  ],
]

const text = (value: SlowValue | undefined) => (value !== undefined && 'text' in value ? value.text.trim() : '')
const objectOf = (source: string): SlowObject => {
  const tree = parseSlow(source)
  if (!('members' in tree)) throw new Error('not an object')
  return tree
}
const expectSame = (got: Uint8Array, tree: SlowValue) => expect(Buffer.from(got).toString()).toBe(printSlow(tree))
/** JSON on one line, as an event's data is. */
const inline = (json: string) => json.replace(/\r\n|\r|\n/g, ' ')

const usage = randomObject(
  some({
    input_tokens: fc.constantFrom('1', '20'),
    output_tokens: fc.constantFrom('2', '30'),
    cache_read_input_tokens: fc.constantFrom('null', '0', '5'),
    cache_creation: fc.constantFrom('null', '{ "ephemeral_1h_input_tokens" : 3}'),
    service_tier: fc.constant('"standard"'),
    cost: fc.constantFrom('0.5', 'null'),
    is_byok: fc.constantFrom('true', 'false'),
    cost_details: fc.constant('{"upstream_inference_cost":0.25}'),
  }),
)
const content = fc.constantFrom('[]', '[ {"type":"text", "text":"a\\u0062"} ]', '[{"type":"new","x":1.0}]')
const messageMembers = {
  id: fc.constantFrom('"msg_1"', 'null'),
  type: fc.constant('"message"'),
  model: fc.constantFrom('"claude"', '"\\u0063laude"'),
  provider: fc.constantFrom('"Theirs"', 'null'),
  stop_reason: fc.constantFrom('null', '"end_turn"', '"new"'),
  stop_sequence: fc.constantFrom('null', '"\\n"'),
}

function editMessage(tree: SlowObject, { final }: { final: boolean }): void {
  const has = (name: string) => tree.members.some((member) => member.name === name)
  const added: [string, string][] = []
  if (!has('id')) added.push(['id', ID])
  if (!has('model')) added.push(['model', MODEL])
  if (!has('provider')) added.push(['provider', PROVIDER])
  for (const member of tree.members) {
    if (member.name === 'id') member.value = { text: ID }
    if (member.name === 'model') member.value = { text: MODEL }
    if (member.name === 'provider' && text(member.value) === 'null') member.value = { text: PROVIDER }
    if (member.name === 'usage') editUsage(member.value, { final })
  }
  for (const [name, value] of added) addMember(tree, name, value)
}

function editUsage(tree: SlowValue, { final }: { final: boolean }): void {
  if (!('members' in tree)) return
  withoutMembers(tree, ({ name }) => CHARGE.some(([own]) => own === name))
  if (final) for (const [name, value] of CHARGE) addMember(tree, name, value)
}

describe('fidelity', () => {
  it('a request: the client\u2019s bytes with the list of edits applied', () => {
    const known = some({
      model: fc.constantFrom('"a/b"', '"native-model"', '"\\u0061"'),
      stream: fc.constantFrom('true', 'false'),
      max_tokens: fc.constantFrom('0', '1.0', '5000', '9e3', 'null'),
      thinking: fc.constantFrom(
        '{"type":"enabled" , "budget_tokens":6000}',
        '{"budget_tokens":1024}',
        '{"type":"adaptive"}',
        'null',
      ),
      user: fc.constantFrom('"u\\u0031"', 'null'),
      metadata: fc.constantFrom('{"user_id":"a"}', 'null'),
      system: fc.constantFrom('"be\\u0020kind"', '[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]'),
      plugins: fc.constant('[ ]'),
      models: fc.constant('["x/a" ,"y/b"]'),
      fallbacks: fc.constantFrom('[{"model":"claude-x"}]', '"default"'),
      trace: randomJson,
      output_config: randomJson,
    }).map((members) => [...members, { name: '"messages"', value: '[{"role":"user", "content":"hi\\u0021"}]' }])
    fc.assert(
      fc.property(
        // What no double holds is refused; a reply may say it.
        randomObject(known).map((body) => body.replaceAll('1e400', '1e300')),
        fc.boolean(),
        fc.boolean(),
        (body, clamps, drops) => {
          const drop = drops ? ['temperature', 'seed'] : []
          const edits = { ...EDITS, outputTokensMax: clamps ? 4000 : undefined, dialect: { ...PLAIN, drop } }
          const tree = objectOf(body)
          const find = (name: string) => tree.members.find((member) => member.name === name)
          const model = find('model')
          const limit = find('max_tokens')
          const thinking = find('thinking')
          const added: [string, string][] = []
          if (model === undefined) added.push(['model', '"native-model"'])
          else if (text(model.value) !== '"native-model"') model.value = { text: '"native-model"' }
          const clamped = clamps && (limit === undefined || ['5000', '9e3', 'null'].includes(text(limit.value)))
          if (clamped && limit === undefined) added.push(['max_tokens', '4000'])
          if (clamped && limit !== undefined) limit.value = { text: '4000' }
          if (clamped && thinking !== undefined && 'members' in thinking.value) {
            for (const member of thinking.value.members)
              if (member.name === 'budget_tokens' && text(member.value) === '6000') member.value = { text: '3999' }
          }
          withoutMembers(
            tree,
            ({ name }) => (ROUTING_FIELDS as readonly string[]).includes(name) || drop.includes(name),
          )
          for (const [name, value] of added) addMember(tree, name, value)
          anthropicMessages.peek(Buffer.from(body))
          expectSame(anthropicMessages.patch(Buffer.from(body), edits), tree)
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('a 5 MB request with an image: only the model differs', () => {
    const image = 'iVBORw0KGgo='.repeat(420_000)
    const body = (model: string) =>
      Buffer.from(
        `{"big":12345678901234567890,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"${image}"}}]}],"model":"${model}","x":1.0}`,
      )
    const peeked = anthropicMessages.peek(body('a/b'))
    expect(peeked).toMatchObject({ model: 'a/b', images: 1 })
    expect(peeked.textBytes).toBeLessThan(250)
    expect(Buffer.compare(Buffer.from(anthropicMessages.patch(body('a/b'), EDITS)), body('native-model'))).toBe(0)
  })

  it('a reply: the provider\u2019s bytes with the list of edits applied', () => {
    const known = fc
      .tuple(some(messageMembers), content, usage)
      .map(([members, blocks, used]) => [
        ...members,
        { name: '"content"', value: blocks },
        { name: '"usage"', value: used },
      ])
    fc.assert(
      fc.property(randomObject(known), (body) => {
        const tree = objectOf(body)
        editMessage(tree, { final: true })
        expectSame(anthropicMessages.reply(Buffer.from(body), context).bytes, tree)
      }),
      { numRuns: 1000 },
    )
  })

  it('a stream: the provider\u2019s events with the list of edits applied', () => {
    const start = fc
      .tuple(some(messageMembers), usage)
      .chain(([members, used]) => randomObject(fc.constant([...members, { name: '"usage"', value: used }])))
    const startEvent = start.chain((message) =>
      randomObject(
        fc.constant([
          { name: '"type"', value: '"message_start"' },
          { name: '"message"', value: message },
        ]),
      ),
    )
    const block = randomObject(
      some({
        type: fc.constantFrom('"text_delta"', '"thinking_delta"', '"new_delta"'),
        text: randomString,
        thinking: randomString,
        partial_json: randomString,
      }),
    )
    const blockEvent = block.chain((delta) =>
      randomObject(
        fc.constant([
          { name: '"type"', value: '"content_block_delta"' },
          { name: '"delta"', value: delta },
        ]),
      ),
    )
    const lastEvent = usage.chain((used) =>
      randomObject(
        fc.constant([
          { name: '"type"', value: '"message_delta"' },
          { name: '"delta"', value: '{"stop_reason":"end_turn"}' },
          { name: '"usage"', value: used },
        ]),
      ),
    )
    fc.assert(
      fc.property(startEvent, fc.array(blockEvent, { minLength: 1, maxLength: 4 }), lastEvent, (...parts) => {
        const [first, deltas, last] = [inline(parts[0]), parts[1].map(inline), inline(parts[2])]
        const framed = (name: string, data: string) => `event: ${name}\ndata: ${data}\n\n`
        const around = (begin: string, end: string) =>
          [
            framed('message_start', begin),
            ...deltas.map((delta) => framed('content_block_delta', delta)),
            framed('message_delta', end),
            framed('message_stop', '{"type":"message_stop"}'),
          ].join('')
        const begin = objectOf(first)
        for (const { name, value } of begin.members)
          if (name === 'message' && 'members' in value) editMessage(value, { final: false })
        const end = objectOf(last)
        for (const { name, value } of end.members) if (name === 'usage') editUsage(value, { final: true })
        const { bytes } = anthropicMessages.stream(context).push(Buffer.from(around(first, last)))
        expect(Buffer.from(bytes).toString()).toBe(around(printSlow(begin), printSlow(end)))
      }),
      { numRuns: 500 },
    )
  })
})
