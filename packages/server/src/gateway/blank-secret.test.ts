import { describe, expect, it } from 'vitest'
import { blankSecret } from './blank-secret.ts'

const error = {
  status: 400,
  message: 'no such key: horse-battery',
  code: 'horse-battery',
  raw: '{"key":"horse-battery"}',
}

describe('blankSecret', () => {
  it('leaves no trace of the secret that was sent, though it looks like no key', () => {
    expect(JSON.stringify(blankSecret(error, 'horse-battery'))).not.toContain('battery')
  })

  it('leaves other words alone, and a secret that is too short to be one', () => {
    expect(blankSecret(error, 'another-secret')).toEqual(error)
    expect(blankSecret(error, 'o')).toEqual(error)
    expect(blankSecret(error, undefined)).toEqual(error)
  })
})
