import { describe, expect, it } from 'vitest'
import { PASSWORD_COST } from '../accounts/password-cost.ts'
import { checkPassword, createPasswordHasher, tidyLogin } from './passwords.ts'

describe('checkPassword', () => {
  it.each([
    ['nine characters', 'abcd efgh'],
    ['1,025 characters', 'ab1 '.repeat(257)],
    ['what everybody tries', 'Password123'],
    ['the same in other letters', '\uff30\uff21\uff33\uff33\uff37\uff2f\uff32\uff24\uff11\uff12\uff13'],
    ['three letters over and over', 'abcabcabcabc'],
    ['the name and a digit', 'lovelace-ada1'],
    ['the product and a digit', 'keywaykeyway'],
  ])('refuses %s, without repeating it', (_kind, password) => {
    let message = ''
    try {
      checkPassword(password, 'lovelace-ada')
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('"password"')
    expect(message).not.toContain(password)
  })

  it.each([
    'maple engine slow river',
    '\u{1f40e}\u{1f50b}\u{1f4ce}\u{1f9f7}\u{1f300}\u{1f4a1}\u{1f6f6}\u{1f9c2}\u{1f511}\u{1f5fa}',
    '          a b c d',
    'jkfhg38djk',
  ])('asks for length alone: %s', (password) => {
    expect(() => checkPassword(password, 'ada')).not.toThrow()
  })
})

it.each(['', '  ', 'a b', 'a\u0000b', 'x'.repeat(255)])('no name to sign in by: %j', (login) => {
  expect(() => tidyLogin(login)).toThrow(/"login"/)
})

describe('a hasher', () => {
  // Elsewhere in the tests passwords cost next to nothing (vitest.config.ts): here is what they really cost.
  const hasher = createPasswordHasher(PASSWORD_COST)

  it('knows a password again, however the keyboard composed it, and salts every one', async () => {
    const [a, b] = await Promise.all([hasher.hash('caf\u00e9 on the corner'), hasher.hash('caf\u00e9 on the corner')])
    expect(Buffer.from(a.hash).equals(Buffer.from(b.hash))).toBe(false)
    expect(await hasher.verify('cafe\u0301 on the corner', a)).toBe(true)
    expect(await hasher.verify('cafe on the corner', a)).toBe(false)
  })

  it('goes by the parameters that were stored', async () => {
    const made = await hasher.hash('maple engine slow river')
    expect(made).toMatchObject({ cost: 32_768, blockSize: 8, parallelism: 3 })
    expect(await hasher.verify('maple engine slow river', { ...made, parallelism: 2 })).toBe(false)
  })

  it('never says yes where there is nothing to compare with', async () => {
    expect(await hasher.verify('', undefined)).toBe(false)
  })

  it('makes a crowd wait, and turns away what is beyond the bound', async () => {
    const made = await hasher.hash('maple engine slow river')
    const cheap = { ...made, cost: 2, parallelism: 1 }
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => hasher.verify('x', cheap)))
    const refused = tries.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(8)
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } })
    expect(await hasher.verify('maple engine slow river', made)).toBe(true)
  })
})
