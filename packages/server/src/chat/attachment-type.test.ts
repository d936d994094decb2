import { describe, expect, it } from 'vitest'
import { attachmentType, fileName } from './attachment-type.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

describe('what an attachment is', () => {
  it.each([
    ['nothing', ''],
    ['a program', '\x7fELF\x02\x01\x01\0'],
    ['an archive', 'PK\x03\x04'],
    ['half a sign of a picture', '\x89PN'],
    ['a film that begins as pictures do', 'RIFF\0\0\0\0AVI '],
    ['a PDF that begins later', 'junk\0%PDF-1.7'],
    ['text in Latin-1', 'caf\xe9'],
    ['text with a NUL', 'a\0b'],
    ['UTF-16', '\xff\xfea\0b\0'],
    ['a letter that is longer than it may be', '\xc0\xaf'],
  ])('is not told of %s', (_name, text) => {
    expect(attachmentType(bytes(text))).toBeUndefined()
  })

  it.each([
    ['\x89PNG\r\n\x1a\n...', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF89a', 'image/gif'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
    ['%PDF-1.7', 'application/pdf'],
    ['<svg onload="alert(1)">', 'text/plain'],
    ['<!doctype html><script>', 'text/plain'],
    ['a,b\r\n1,2\n', 'text/plain'],
  ])('is read from its bytes: %j is %s', (text, expected) => {
    expect(attachmentType(bytes(text))).toBe(expected)
  })
})

it.each([
  ['a.png', 'image/png', 'a.png'],
  ['../../etc/passwd', 'text/plain', '.._.._etc_passwd'],
  ['C:\\x.txt', 'text/plain', 'C:_x.txt'],
  ['gpj\u202e.exe', 'image/png', 'gpj.exe'],
  ['a\r\nset-cookie: x', 'image/png', 'aset-cookie: x'],
  ['', 'application/pdf', 'file.pdf'],
  ['..', 'text/plain', 'file.txt'],
  [' \0 ', 'image/webp', 'file.webp'],
  ['x'.repeat(999), 'image/png', 'x'.repeat(255)],
])('the file name %j of a %s is kept as %j', (given, mediaType, expected) => {
  expect(fileName(given, mediaType)).toBe(expected)
})
