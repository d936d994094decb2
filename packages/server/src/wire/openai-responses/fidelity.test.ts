import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomJson } from '../../base/random-json.ts'
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
import { openaiResponses } from './index.ts'

/** The wire's lists of edits, applied by the slow reference to a tree that keeps every byte. */
const context = contextFor()
const ID = JSON.stringify(context.id)
const MODEL = '"author/slug-\\u00e9"'

const objectOf = (source: string): SlowObject => {
  const tree = parseSlow(source)
  if (!('members' in tree)) throw new Error('not an object')
  return tree
}
const text = (value: SlowValue | undefined) => (value !== undefined && 'text' in value ? value.text : '')
const find = (tree: SlowObject, name: string) => tree.members.find((member) => member.name === name)

const item = fc.constantFrom(
  '{"type":"message","content":[{"type":"output_text", "text":"a\\u00e9"}]}',
  '{"type" :"function_call","arguments":"{}","n":1.0}',
  '{"type":"reasoning","encrypted_content":"gAAA+/==" }',
  '7',
)
const responseMembers = {
  id: fc.constantFrom('"resp_1"', 'null', '"\\u0072"'),
  model: fc.constantFrom('"gpt"', '"\\u0067"', 'null'),
  error: fc.constant('null'),
  status: fc.constantFrom('"completed"', '"incomplete"', '"in_progress"', 'null'),
  incomplete_details: fc.constantFrom('null', '{ "reason":"max_output_tokens" }'),
  created_at: fc.constantFrom('1763712000', '1.5e9'),
}
const USAGE = '{"input_tokens":1, "output_tokens":2}'

function editResponse(tree: SlowObject, usage: string): void {
  const id = find(tree, 'id')
  const model = find(tree, 'model')
  const used = find(tree, 'usage')
  if (id !== undefined) id.value = { text: ID }
  if (model !== undefined) model.value = { text: MODEL }
  if (used !== undefined) used.value = { text: usage }
  if (usage === 'null') return
  if (id === undefined) addMember(tree, 'id', ID)
  if (model === undefined) addMember(tree, 'model', MODEL)
  if (used === undefined) addMember(tree, 'usage', usage)
}

/** The usage that the edited bytes hold, as they stand. */
function usageIn(json: string): string {
  const tree = objectOf(json)
  const nested = find(tree, 'response')?.value
  const holder = nested !== undefined && 'members' in nested ? nested : tree
  const usage = find(holder, 'usage')
  if (usage === undefined) throw new Error('usage is gone')
  const whole = printSlow(usage.value)
  expect(JSON.parse(whole)).toMatchObject({ input_tokens: expect.any(Number), cost: 0.00015, is_byok: false })
  return whole
}

describe('fidelity', () => {
  it('a request: the client\u2019s bytes with the list of edits applied', () => {
    const known = some({
      model: fc.constantFrom('"a/b"', '"native-model"', '"\\u0061"'),
      stream: fc.constantFrom('true', 'false'),
      store: fc.constantFrom('false', 'null'),
      max_output_tokens: fc.constantFrom('1', '1.0', '50', '2e3', 'null'),
      user: fc.constantFrom('"u\\u0031"', 'null'),
      plugins: fc.constant('[ ]'),
      models: fc.constant('["x" ,"y"]'),
      trace: randomJson,
      route: randomJson,
      reasoning: fc.constant('{ "effort":"low"}'),
    }).map((members) => [...members, { name: '"input"', value: '[{"role":"user", "content":"hi\\u0021"}]' }])
    fc.assert(
      fc.property(
        // What no double holds is refused; a reply may say it.
        randomObject(known).map((body) => body.replaceAll('1e400', '1e300')),
        fc.boolean(),
        (body, clamps) => {
          const edits = {
            ...EDITS,
            outputTokensMax: clamps ? 40 : undefined,
            dialect: { ...PLAIN, drop: ['temperature'] },
          }
          const tree = objectOf(body)
          const added: [string, string][] = []
          const set = (name: string, value: string) => {
            const member = find(tree, name)
            if (member === undefined) added.push([name, value])
            else if (text(member.value) !== value) member.value = { text: value }
          }
          set('model', '"native-model"')
          set('store', 'false')
          if (clamps && !['1', '1.0'].includes(text(find(tree, 'max_output_tokens')?.value)))
            set('max_output_tokens', '40')
          withoutMembers(tree, ({ name }) => name === 'temperature' || ROUTING_FIELDS.some((field) => field === name))
          for (const [name, value] of added) addMember(tree, name, value)
          expect(() => openaiResponses.peek(Buffer.from(body))).not.toThrow()
          expect(Buffer.from(openaiResponses.patch(Buffer.from(body), edits)).toString()).toBe(printSlow(tree))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('a reply: the provider\u2019s bytes with the list of edits applied', () => {
    const known = some({ ...responseMembers, usage: fc.constantFrom('null', USAGE) }).chain((members) =>
      fc
        .array(item, { maxLength: 3 })
        .map((list) => [...members, { name: '"output"', value: `[ ${list.join(' , ')}]` }]),
    )
    fc.assert(
      fc.property(randomObject(known), (body) => {
        const tree = objectOf(body)
        const got = Buffer.from(openaiResponses.reply(Buffer.from(body), context).bytes).toString()
        editResponse(tree, usageIn(got))
        expect(got).toBe(printSlow(tree))
      }),
      { numRuns: 1000 },
    )
  })

  const response = randomObject(some({ ...responseMembers, usage: fc.constantFrom('null', USAGE) }))

  it.each(['response.created', 'response.in_progress', 'response.completed', 'response.incomplete'])(
    '%s: the provider\u2019s bytes with the list of edits applied',
    (type) => {
      const ends = type === 'response.completed' || type === 'response.incomplete'
      const event = response.chain((nested) =>
        randomObject(
          fc.constant([
            { name: '"type"', value: `"${type}"` },
            { name: '"response"', value: nested },
            { name: '"sequence_number"', value: '7' },
          ]),
        ),
      )
      fc.assert(
        fc.property(event, (body) => {
          // Line ends in JSON are between tokens; an event's data has none where each event is one line.
          const json = body.replace(/\r\n|\n/g, ' ')
          const tree = objectOf(json)
          const nested = find(tree, 'response')?.value
          if (nested === undefined || !('members' in nested)) throw new Error('no response')
          const editor = openaiResponses.stream(context)
          const item = 'event: x\ndata: {"output_index":0}\n\n'
          const { bytes } = editor.push(Buffer.from(`${item}event: ${type}\ndata: ${json}\n\n`))
          const got = Buffer.from(bytes).toString()
          const data = got.slice(item.length + `event: ${type}\ndata: `.length)
          editResponse(nested, ends ? usageIn(data) : 'null')
          expect(got).toBe(`${item}event: ${type}\ndata: ${printSlow(tree)}\n\n`)
        }),
        { numRuns: 500 },
      )
    },
  )

  it('any other event: the provider\u2019s bytes', () => {
    const known = some({
      type: fc.constantFrom('"response.output_text.delta"', '"response.new"', '"keepalive"'),
      delta: fc.constantFrom('"a\\u00e9"', '{"x":1.0}', 'null'),
      item: item,
      sequence_number: fc.constantFrom('1', '1.0', '"a"'),
      logprobs: fc.constant('[ ]'),
    })
    fc.assert(
      fc.property(randomObject(known), (body) => {
        const lines = `event: e\nid: 1\n${body
          .replaceAll('\r\n', '\n')
          .split('\n')
          .map((line) => `data: ${line}`)
          .join('\n')}\n\n`
        const item = 'data: {"output_index":0}\n\n'
        const { bytes } = openaiResponses.stream(context).push(Buffer.from(item + lines))
        expect(Buffer.from(bytes).toString()).toBe(item + lines)
      }),
      { numRuns: 1000 },
    )
  })
})
