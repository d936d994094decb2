import { expect, test } from 'vitest'
import { findSlash } from './find-slash.ts'

const at = (text: string) => findSlash(text.replace('|', ''), text.indexOf('|'))

test.each(['|', '/a| b'.replace('| b', '|b'), 'and/or|', '/usr/|', '/Abc|', '/ |', 'a /b c|', '/|/comment'])(
  '%s is no prompt’s name',
  (text) => {
    expect(at(text)).toBeUndefined()
  },
)

test('a slash at the beginning, or after a white space, begins a name', () => {
  expect(at('/|')).toEqual({ from: 0, to: 1, slug: '' })
  expect(at('please /rev|')).toEqual({ from: 7, to: 11, slug: 'rev' })
  expect(at('a\n/code-2| and more')).toEqual({ from: 2, to: 9, slug: 'code-2' })
})
