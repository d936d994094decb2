import { describe, expect, it } from 'vitest'
import { sampleEndpoint, sampleModel, sampleProvider } from '../router/testing/sample.ts'
import { estimateUsage } from './estimate.ts'

const partTokensMax = { image: 1000, file: 200_000, audio: 200_000 }
const endpoint = sampleEndpoint('openai', '1', { contextLength: 200_000, partTokensMax })
const attempt = {
  model: sampleModel('openai/a', [endpoint]),
  endpoint,
  provider: sampleProvider('openai'),
  credential: undefined,
}
const asked = { textBytes: 300, images: 0, files: 0, audios: 0 }
const promptOf = (media: Partial<typeof asked>) =>
  estimateUsage({ asked: { ...asked, ...media }, attempt }, 0).tokensPrompt

describe('an estimate', () => {
  it('charges nothing for a prompt that no provider took', () => {
    expect(estimateUsage(undefined, 0).lines.every(({ quantity }) => quantity === 0)).toBe(true)
  })

  it('counts text by its bytes, and what passed of the answer', () => {
    expect(estimateUsage({ asked, attempt }, 30)).toMatchObject({ tokensPrompt: 100, tokensCompletion: 10 })
  })

  it('counts images at their most, and documents at less than the context they could fill', () => {
    expect(promptOf({ images: 3 })).toBe(3100)
    expect(promptOf({ files: 1 })).toBeGreaterThan(10_000)
    expect(promptOf({ files: 1 })).toBeLessThan(50_000)
    expect(promptOf({ audios: 1 })).toBe(promptOf({ files: 1 }))
  })

  it('takes no prompt to be longer than the context', () => {
    expect(promptOf({ images: 10_000 })).toBe(200_000)
  })

  it('says in its lines what it says in its sum', () => {
    const { lines, tokensPrompt } = estimateUsage({ asked: { ...asked, images: 2 }, attempt }, 9)
    expect(lines).toEqual([
      { item: 'input', quantity: tokensPrompt },
      { item: 'output', quantity: 3 },
    ])
  })
})
