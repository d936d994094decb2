import { expect, test } from 'vitest'
import { only, readConnectSearch, readSignInSearch } from './search.ts'

test.each(['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', 7])(
  'after signing in nobody is led to %s',
  (return_to) => {
    expect(readSignInSearch({ return_to })).toEqual({})
  },
)

test('a path of ours is kept', () => {
  expect(readSignInSearch({ return_to: '/keys/ab?x=1' })).toEqual({ return_to: '/keys/ab?x=1' })
})

test('what a page does not read is not there for it, though the router keeps what the address says', () => {
  const asked = { return_to: 'https://evil.example', signed_out: true, other: 1 }
  expect({ ...asked, ...only(readSignInSearch)(asked) }).toEqual({
    return_to: undefined,
    other: undefined,
    signed_out: true,
  })
})

test('an outcome that is not in the list is as if it were not there', () => {
  expect(readConnectSearch({ connect: '<b>owned</b>', detail: 'no' })).toEqual({})
  expect(readConnectSearch({ connect: 'denied' })).toEqual({ connect: 'denied' })
})
