import type { ModelItem } from '@keyway/contract'
import { expect, test } from 'vitest'
import { MODELS } from '../../fixture/models.ts'
import { chooseModels } from './choose-models.ts'

const [sample] = MODELS
const model = (id: string, given: Partial<ModelItem> = {}): ModelItem => {
  if (sample === undefined) throw new Error('there is no sample')
  return { ...sample, id, name: id, created_at: null, ...given }
}
const on = (day: string) => ({ created_at: `${day}T00:00:00.000Z` })

test('what the operator pays for, and what cannot be called, is nothing for a key', () => {
  const models = [model('openai/gpt-5', { house: true }), model('x/y', { callable: false })]
  expect(chooseModels(models, 'openai/gpt-5')).toEqual({ chat: undefined, messages: undefined, responses: undefined })
})

test('a protocol that none of the providers speaks has no model', () => {
  const models = [model('llama/local', { formats: ['openai-chat'] })]
  expect(chooseModels(models, undefined)).toEqual({ chat: 'llama/local', messages: undefined, responses: undefined })
})

test('Claude Code gets the newest Claude of each size, and Codex the newest of OpenAI’s models for it', () => {
  const models = [
    model('anthropic/claude-opus-4', on('2025-05-22')),
    model('anthropic/claude-opus-4.1', on('2025-08-05')),
    model('anthropic/claude-sonnet-4.5', on('2025-09-29')),
    model('anthropic/claude-sonnet-4.5:thinking', on('2025-10-01')),
    model('anthropic/claude-haiku-4.5', on('2025-10-15')),
    model('openai/gpt-5', on('2025-08-07')),
    model('openai/gpt-5-codex', on('2025-09-23')),
    model('openai/gpt-5-mini', on('2025-10-01')),
    model('openai/gpt-5-pro', { ...on('2025-10-06'), price_input_usd_per_mtok: '15' }),
    model('openai/gpt-5-image', { ...on('2025-10-14'), tools: false }),
    model('google/gemini-2.5-pro', on('2025-06-17')),
  ]
  expect(chooseModels(models, 'google/gemini-2.5-pro')).toEqual({
    chat: 'google/gemini-2.5-pro',
    messages: {
      opus: 'anthropic/claude-opus-4.1',
      sonnet: 'anthropic/claude-sonnet-4.5',
      haiku: 'anthropic/claude-haiku-4.5',
    },
    responses: 'gpt-5-codex',
  })
})

test('Codex gets OpenAI’s own name of a model, unless it is another’s too', () => {
  const models = [model('openai/gpt-5'), model('azure/gpt-5', { callable: false })]
  expect(chooseModels(models.slice(0, 1), undefined).responses).toBe('gpt-5')
  expect(chooseModels(models, undefined).responses).toBe('openai/gpt-5')
})

test('a size that is missing is another Claude, and without any Claude it is what the person chats with', () => {
  const haiku = model('anthropic/claude-haiku-4.5')
  expect(chooseModels([haiku], undefined).messages).toEqual({ opus: haiku.id, sonnet: haiku.id, haiku: haiku.id })
  const models = [model('deepseek/chat'), model('qwen/coder')]
  expect(chooseModels(models, 'qwen/coder')).toMatchObject({
    messages: { opus: 'qwen/coder', sonnet: 'qwen/coder', haiku: 'qwen/coder' },
    responses: 'qwen/coder',
  })
})

test('who is given a free model to chat with is given no other: there may be no credit for it', () => {
  const free = model('meta/llama:free', { free: true })
  const models = [model('anthropic/claude-sonnet-4.5'), model('openai/gpt-5-codex'), free]
  expect(chooseModels(models, free.id)).toEqual({
    chat: free.id,
    messages: { opus: free.id, sonnet: free.id, haiku: free.id },
    responses: free.id,
  })
})
