import { expect, test } from 'vitest'
import { KeywayError } from './base/errors.ts'
import { describeError } from './describe-error.ts'

const SECRET = 'verifier-canary-5f2c'

test('row 129: tells the kind and the place of an error, and nothing that it quotes or carries', () => {
  const init = { headers: { authorization: SECRET }, body: SECRET }
  const several = new Error(`cannot parse\n    at '${SECRET}'\n${SECRET}\n    at fetch`, { cause: init })
  const thrown = [
    several,
    Object.assign(new TypeError(SECRET, { cause: several }), { init, request: init, code: SECRET }),
    new AggregateError([several], SECRET),
    new KeywayError('internal', 'Something went wrong.', { cause: several }),
    new SyntaxError(`Unexpected token in JSON: ${SECRET}`),
    SECRET,
    { message: SECRET },
    undefined,
  ]
  for (const one of thrown) expect(JSON.stringify(describeError(one))).not.toContain(SECRET)
  expect(describeError(several)).toMatchObject({
    error: 'Error',
    stack: expect.stringContaining('describe-error.test'),
  })
})
