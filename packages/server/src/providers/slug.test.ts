import { describe, expect, it } from 'vitest'
import { BUNDLED } from './bundled.ts'
import { modelIdOf } from './slug.ts'

describe('modelIdOf', () => {
  it.each([
    ['openai', 'gpt-5.5', 'openai/gpt-5.5'],
    ['openai', 'gpt-4o-2024-08-06', 'openai/gpt-4o-2024-08-06'],
    ['anthropic', 'claude-sonnet-5', 'anthropic/claude-sonnet-5'],
    ['anthropic', 'claude-opus-4-5', 'anthropic/claude-opus-4.5'],
    ['anthropic', 'claude-opus-4-0', 'anthropic/claude-opus-4'],
    ['anthropic', 'claude-opus-4-20250514', 'anthropic/claude-opus-4-20250514'],
    ['anthropic', 'claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5-20250929'],
    ['google', 'models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['groq', 'llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
    ['groq', 'meta-llama/llama-4-scout-17b-16e-instruct', 'meta-llama/llama-4-scout'],
    ['groq', 'openai/gpt-oss-120b', 'openai/gpt-oss-120b'],
    ['cerebras', 'gpt-oss-120b', 'openai/gpt-oss-120b'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'meta-llama/llama-3.3-70b-instruct'],
    ['together', 'meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo', 'meta-llama/llama-3.1-8b-instruct'],
    ['together', 'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8', 'meta-llama/llama-4-maverick'],
    ['deepinfra', 'meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/llama-3.3-70b-instruct'],
    ['deepinfra', 'deepseek-ai/DeepSeek-V3.1', 'deepseek/deepseek-chat-v3.1'],
    ['deepinfra', 'zai-org/GLM-4.6', 'z-ai/glm-4.6'],
    ['deepinfra', 'Qwen/Qwen2.5-72B-Instruct', 'qwen/qwen-2.5-72b-instruct'],
    ['fireworks', 'accounts/fireworks/models/kimi-k2p5', 'moonshotai/kimi-k2.5'],
    ['fireworks', 'accounts/fireworks/models/llama-v3p1-8b-instruct', 'meta-llama/llama-3.1-8b-instruct'],
    ['fireworks', 'accounts/fireworks/models/deepseek-v3p2', 'deepseek/deepseek-v3.2'],
    ['mistral', 'mistral-large-2512', 'mistralai/mistral-large-2512'],
    ['xai', 'grok-4-0709', 'x-ai/grok-4'],
    ['xai', 'grok-4-1-fast-reasoning', 'x-ai/grok-4.1-fast'],
    ['xai', 'grok-4-1-fast-non-reasoning', 'x-ai/grok-4.1-fast-non-reasoning'],
    ['deepseek', 'deepseek-chat', 'deepseek/deepseek-chat'],
    ['perplexity', 'sonar-pro', 'perplexity/sonar-pro'],
    ['openrouter', 'meta-llama/llama-3.3-70b-instruct:free', 'meta-llama/llama-3.3-70b-instruct:free'],
  ])('maps %s %s to %s', (provider, nativeId, id) => {
    expect(modelIdOf(provider, nativeId)).toBe(id)
  })

  it.each([
    ['ollama', 'llama3:8b', 'ollama/llama3:8b'],
    ['lab', 'org/Model-7B:latest', 'lab/org/Model-7B:latest'],
    ['together', 'someone/Their-Model', 'together/someone/Their-Model'],
    ['fireworks', 'accounts/me/models/mine', 'fireworks/accounts/me/models/mine'],
    ['fireworks', 'accounts/fireworks/routers/kimi-k3-fast', 'fireworks/accounts/fireworks/routers/kimi-k3-fast'],
  ])('leaves %s %s verbatim under the provider’s name', (provider, nativeId, id) => {
    expect(modelIdOf(provider, nativeId)).toBe(id)
  })

  it('gives models that several providers bundle one id', () => {
    const served = new Map<string, Set<string>>()
    for (const [provider, table] of Object.entries(BUNDLED.providers)) {
      for (const nativeId of Object.keys(table)) {
        const id = modelIdOf(provider, nativeId)
        served.set(id, (served.get(id) ?? new Set()).add(provider))
      }
    }
    const several = (id: string) => [...(served.get(id) ?? [])].sort()
    expect(several('meta-llama/llama-3.3-70b-instruct')).toEqual(['groq', 'openrouter', 'together'])
    expect(several('openai/gpt-oss-120b')).toEqual(['cerebras', 'fireworks', 'groq', 'openrouter'])
    expect(several('anthropic/claude-sonnet-5')).toEqual(['anthropic', 'openrouter'])
    expect(several('openai/gpt-5.5')).toEqual(['openai', 'openrouter'])
  })
})
