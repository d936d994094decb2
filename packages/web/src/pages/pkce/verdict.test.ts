import { sha256CodeChallenge } from '@keyway/connect'
import { expect, test } from 'vitest'
import { judge } from './verdict.ts'

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const pair = { verifier, challenge: await sha256CodeChallenge(verifier) }

test.each([
  ['the method plain', verifier, 'plain'],
  ['padding', `${pair.challenge}=`, 'padded'],
  ['base64', pair.challenge.replaceAll('-', '+'), 'padded'],
  ['hex', '13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3', 'short'],
  ['a challenge of another verifier', 'A'.repeat(43), 'apart'],
  ['the right one', pair.challenge, 'together'],
])('names %s', (_name, checked, verdict) => {
  expect(judge(pair, checked)).toBe(verdict)
})
