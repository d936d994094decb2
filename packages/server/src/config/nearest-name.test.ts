import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const KNOWN = ['port', 'host', 'public_url', 'trusted_proxies', 'insecure_http']

test('nothing is near to what is far', () => {
  for (const written of ['', 'x', 'elephant', 'x'.repeat(10_000)])
    expect(nearestName(written, KNOWN), written.slice(0, 20)).toBeUndefined()
  expect(nearestName('port', [])).toBeUndefined()
})

test('a slip of the finger finds its name', () => {
  expect(nearestName('prot', KNOWN)).toBe('port')
  expect(nearestName('public-urll', KNOWN)).toBe('public_url')
  expect(nearestName('TRUSTED_PROXY', KNOWN)).toBe('trusted_proxies')
})

test('any one letter added, lost, changed or swapped finds a long name', () => {
  const name = 'trusted_proxies'
  fc.assert(
    fc.property(fc.nat(name.length - 2), fc.constantFrom('add', 'lose', 'change', 'swap'), (at, slip) => {
      const [head, letter, next, tail] = [name.slice(0, at), name.charAt(at), name.charAt(at + 1), name.slice(at + 2)]
      const written = {
        add: `${head}x${letter}${next}${tail}`,
        lose: head + next + tail,
        change: `${head}x${next}${tail}`,
        swap: head + next + letter + tail,
      }[slip]
      expect(nearestName(written, KNOWN)).toBe(name)
    }),
  )
})
