import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUNDLED } from './bundled.ts'
import { createCatalogue } from './catalogue.ts'
import { customProvider } from './custom.ts'
import { nearestNames } from './nearest-names.ts'
import { PROVIDER_ROWS } from './rows.ts'

const catalogue = createCatalogue({
  bundled: BUNDLED,
  providers: [...PROVIDER_ROWS, customProvider({ id: 'lab', baseUrl: 'http://localhost:1/v1', free: true })],
  discovered: new Map([
    ['ollama', [{ nativeId: 'llama3:8b' }, { nativeId: 'qwen:free' }, { nativeId: 'twin' }]],
    ['lab', [{ nativeId: 'twin' }, { nativeId: 'org/Deep/model:latest' }]],
  ]),
  overrides: new Map(),
  nowMs: Date.parse('2026-11-21T12:00:00Z'),
})

const found = (name: string) => {
  const resolution = catalogue.resolve(name)
  return resolution.kind === 'model' ? [resolution.model.id, resolution.variant] : resolution
}

describe('resolve refuses', () => {
  it('what it does not know, with the nearest names', () => {
    expect(found('openai/gpt5.5')).toMatchObject({
      kind: 'unknown',
      nearest: expect.arrayContaining(['openai/gpt-5.5']),
    })
    expect(found('claude-sonet-5')).toMatchObject({
      kind: 'unknown',
      nearest: expect.arrayContaining(['anthropic/claude-sonnet-5']),
    })
    expect(found('zzzzzzzzzzzzz')).toEqual({ kind: 'unknown', nearest: [] })
  })

  it('a bare name that several models have, with the candidates', () => {
    expect(found('twin')).toEqual({ kind: 'ambiguous', candidates: ['lab/twin', 'ollama/twin'] })
    expect(found('twin:nitro')).toEqual({ kind: 'ambiguous', candidates: ['lab/twin', 'ollama/twin'] })
  })

  it.each([
    '',
    ':',
    ':free',
    'openai/gpt-5.5:',
    'openai/gpt-5.5:turbo',
    'openai/gpt-5.5:free:free:free:free',
    'nobody/nothing:free',
    '__proto__',
    'constructor',
  ])('%j', (name) => {
    expect(catalogue.resolve(name).kind).toBe('unknown')
  })

  it('any text without throwing, and at most five names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 100 })), (name) => {
        const resolution = catalogue.resolve(name)
        if (resolution.kind === 'unknown') expect(resolution.nearest.length).toBeLessThanOrEqual(5)
      }),
    )
  })
})

describe('resolve finds', () => {
  it('every id that it lists', () => {
    for (const id of catalogue.models.keys()) expect(found(id)).toEqual([id, undefined])
  })

  it.each([
    ['gpt-5.5', 'openai/gpt-5.5'],
    ['GPT-5.5', 'openai/gpt-5.5'],
    ['gpt-5.5-2026-04-23', 'openai/gpt-5.5-2026-04-23'],
    ['claude-opus-4-5', 'anthropic/claude-opus-4.5'],
    ['anthropic/claude-opus-4-5', 'anthropic/claude-opus-4.5'],
    ['llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
    ['groq/llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
    ['gpt-oss-120b', 'openai/gpt-oss-120b'],
    ['llama3:8b', 'ollama/llama3:8b'],
  ])('%s as %s', (name, id) => {
    expect(found(name)).toEqual([id, undefined])
  })

  it('local ids verbatim, slashes and colons included', () => {
    expect(found('ollama/llama3:8b')).toEqual(['ollama/llama3:8b', undefined])
    expect(found('lab/org/Deep/model:latest')).toEqual(['lab/org/Deep/model:latest', undefined])
    expect(found('ollama/qwen:free')).toEqual(['ollama/qwen:free', undefined])
  })

  it('variants of a model, on bare names too, stacked as they are written', () => {
    expect(found('openai/gpt-5.5:nitro')).toEqual(['openai/gpt-5.5', 'nitro'])
    expect(found('gpt-5.5:floor')).toEqual(['openai/gpt-5.5', 'floor'])
    expect(found('openai/gpt-5.5:thinking:online')).toEqual(['openai/gpt-5.5', 'thinking:online'])
    expect(found('ollama/llama3:8b:online')).toEqual(['ollama/llama3:8b', 'online'])
  })

  it('a listed id before a variant of another', () => {
    const free = 'meta-llama/llama-3.3-70b-instruct:free'
    expect(found(free)).toEqual([free, undefined])
    expect(found(`${free}:online`)).toEqual([free, 'online'])
  })

  it('an exact id in well under the microsecond it may take', () => {
    const ids = ['openai/gpt-5.5', 'anthropic/claude-sonnet-5', 'meta-llama/llama-3.3-70b-instruct']
    const run = (count: number) => {
      for (let index = 0; index < count; index++) catalogue.resolve(ids[index % 3] ?? '')
    }
    run(100_000)
    const started = performance.now()
    run(1_000_000)
    // Half a microsecond is the figure; the other half is for a busy machine.
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('nearestNames', () => {
  const ids = ['openai/gpt-5', 'openai/gpt-5-mini', 'x-ai/grok-4', 'anthropic/claude-sonnet-5']

  it('puts the nearest first, whatever author was written', () => {
    expect(nearestNames('gpt5', ids, 5)).toEqual(['openai/gpt-5'])
    expect(nearestNames('openai/gpt-5-mimi', ids, 5)).toEqual(['openai/gpt-5-mini'])
    expect(nearestNames('xai/grok4', ids, 5)).toEqual(['x-ai/grok-4'])
  })

  it('takes a part of a name for near', () => {
    expect(nearestNames('claude-sonnet', ids, 5)).toEqual(['anthropic/claude-sonnet-5'])
  })

  it('does not compare what is too long to be a typing error', () => {
    expect(nearestNames('g'.repeat(101), ['g'.repeat(101)], 5)).toEqual([])
  })

  it('agrees with the plain definition of edit distance within its bound', () => {
    const plain = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length
      const same = a[0] === b[0] ? 0 : 1
      return Math.min(plain(a.slice(1), b.slice(1)) + same, plain(a.slice(1), b) + 1, plain(a, b.slice(1)) + 1)
    }
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 3, maxLength: 7 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        const near = plain(a, b) <= Math.floor(a.length / 3) || (b.includes(a) && Math.floor(a.length / 3) >= 1.5)
        expect(nearestNames(a, [`x/${b}`], 1).length === 1).toBe(near)
      }),
      { numRuns: 200 },
    )
  })
})
