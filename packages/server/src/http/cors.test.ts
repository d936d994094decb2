import { describe, expect, it } from 'vitest'
import { preflight } from './cors.ts'

describe('preflight', () => {
  it('never allows credentials, whatever is asked', () => {
    const headers = preflight('POST', 'authorization, cookie, set-cookie')
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
    expect(headers['access-control-allow-headers']?.toLowerCase()).not.toContain('cookie')
  })

  it('allows the headers that the official clients send, new ones of their families too', () => {
    const allowed = preflight('POST', 'authorization,content-type,x-stainless-new-thing,anthropic-new,x-openrouter-new')
      ['access-control-allow-headers']?.toLowerCase()
      .split(', ')
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'x-stainless-new-thing',
        'anthropic-new',
        'x-openrouter-new',
      ]),
    )
  })

  it('does not grow with what is asked', () => {
    const flood = Array.from({ length: 10_000 }, (_, i) => `x-stainless-${i}`).join(',')
    expect(preflight('POST', flood)['access-control-allow-headers']?.length).toBeLessThan(5_000)
  })
})
