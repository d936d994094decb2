import { expect, test } from 'vitest'
import { readConnectSearch, readSignInSearch } from './search.ts'

test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', 7])(
  'after signing in nobody is led to %s',
  (return_to) => {
    expect(readSignInSearch({ return_to })).toEqual({})
  },
)

test('a path of ours is kept', () => {
  expect(readSignInSearch({ return_to: '/keys/ab?x=1' })).toEqual({ return_to: '/keys/ab?x=1' })
})

test('an outcome that is not in the list is as if it were not there', () => {
  expect(readConnectSearch({ connect: '<b>owned</b>', detail: 'no' })).toEqual({})
  expect(readConnectSearch({ connect: 'denied' })).toEqual({ connect: 'denied' })
})
