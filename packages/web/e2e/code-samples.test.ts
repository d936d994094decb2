import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { own } from '../fixture/chat.ts'
import { requestOf } from '../src/chat/view-code/request-of.ts'
import { SAMPLES } from '../src/chat/view-code/samples.ts'

const NASTY = `it's "quoted" \\ \`\${x}\` $HOME $(id)\nnew line 'end'`

test('a shell hands the words on as they are', () => {
  const request = requestOf('m', [own('m1', null, NASTY)], { models: [], system_prompt: '', parameters: {} })
  const curl = SAMPLES.find(({ id }) => id === 'curl')
  if (curl === undefined) throw new Error('there is no sample for curl')
  // The command without curl: what a shell would give it as its last word.
  const words = curl.write(request, 'http://localhost:7777').replace(/^curl /, 'printf "%s\\0" ')
  const given = execFileSync('sh', ['-c', words], { encoding: 'utf8', env: { KEYWAY_API_KEY: 'k', HOME: '/h' } }).split(
    '\0',
  )
  expect(given).toContain('Authorization: Bearer k')
  expect(JSON.parse(given.at(-2) ?? '')).toEqual(request)
})
