import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cancellation } from '../base/cancellation.ts'
import { systemClock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Attempt } from './attempt.ts'
import { createHealth } from './health.ts'
import { open } from './open.ts'
import type { OpenOptions } from './opening.ts'
import { createRetryBudget } from './retry-budget.ts'
import type { Opened, Send, Sent } from './sent.ts'
import { PROVIDERS, sampleCredential, sampleEndpoint, sampleModel, stillClock } from './testing/sample.ts'

/** An attempt at a provider with a credential of that number, for author/m or another model. */
function attemptAt(name: string, credential = 1, modelId = 'author/m'): Attempt {
  const model = sampleModel(modelId, [sampleEndpoint(name)])
  const provider = PROVIDERS.get(name)
  const endpoint = model.endpoints[0]
  if (provider === undefined || endpoint === undefined) throw new Error(`no sample of ${name}`)
  return { model, endpoint, provider, credential: sampleCredential(name, 'own', { id: `${name}-${credential}` }) }
}

function optionsWith(changes: Partial<OpenOptions> = {}): OpenOptions {
  const clock = changes.clock ?? systemClock
  return {
    signal: new Cancellation(),
    attemptsMax: 6,
    totalMs: 60_000,
    clock,
    // No waiting: full jitter may well be nothing.
    random: () => 0,
    health: createHealth({ clock, random: () => 0.5 }),
    budget: createRetryBudget(),
    ...changes,
  }
}

type Reply = number | 'ok' | KeywayError | { status: number; retryAfter?: string; message?: string }

/** Answers in turn, and remembers who was asked. */
function script(...replies: Reply[]): { send: Send<string>; asked: string[] } {
  const asked: string[] = []
  const send: Send<string> = async (attempt): Promise<Sent<string>> => {
    asked.push(`${attempt.provider.id}-${attempt.credential?.id.split('-')[1]}`)
    const reply = replies[asked.length - 1] ?? 'ok'
    if (reply === 'ok') return { kind: 'begun', value: 'answer' }
    if (reply instanceof KeywayError) throw reply
    const { status, retryAfter, message = 'words' } = typeof reply === 'number' ? { status: reply } : reply
    return { kind: 'refused', error: { status, message, code: undefined, raw: '{}' }, retryAfter }
  }
  return { send, asked }
}

function failureOf(opened: Opened<unknown>): KeywayError {
  if (opened.ok || opened.cancelled) throw new Error('expected a failure')
  return opened.error
}

test('the first answer is returned with its attempt, and what was tried before', async () => {
  const attempts = [attemptAt('openai'), attemptAt('groq')]
  const { send, asked } = script(500, 'ok')
  const opened = await open(attempts, send, optionsWith())
  expect(opened).toMatchObject({ ok: true, value: 'answer', attempt: attempts[1] })
  expect(asked).toEqual(['openai-1', 'groq-1'])
  expect(opened.tried).toMatchObject([
    {
      endpoint: 'openai:author/m',
      provider: 'openai',
      credentialId: 'openai-1',
      reach: 'own',
      status: 500,
      outcome: 'failed',
      error: 'OPENAI answered 500: words',
    },
    { provider: 'groq', status: 200, outcome: 'served', error: null },
  ])
})

test('a rejected request stops where there is no other model', async () => {
  for (const status of [400, 404, 413, 422]) {
    const { send, asked } = script(status)
    const opened = await open([attemptAt('openai'), attemptAt('groq')], send, optionsWith())
    expect(failureOf(opened)).toMatchObject({ code: 'provider_rejected', status })
    expect(asked).toEqual(['openai-1'])
  }
})

test('a rejected request goes on to the next model of the list', async () => {
  const { send, asked } = script(400)
  await open([attemptAt('openai'), attemptAt('groq'), attemptAt('azure', 1, 'author/other')], send, optionsWith())
  expect(asked).toEqual(['openai-1', 'azure-1'])
})

test('a model that this provider lacks is looked for at the next', async () => {
  const { send, asked } = script({ status: 404, message: 'model not found' })
  await open([attemptAt('openai'), attemptAt('groq')], send, optionsWith())
  expect(asked).toEqual(['openai-1', 'groq-1'])
})

test('a refused credential is not used again for any model, and its sisters are', async () => {
  const { send, asked } = script(401, 402)
  const attempts = [
    attemptAt('openai', 1),
    attemptAt('openai', 2),
    attemptAt('openai', 1, 'author/n'),
    attemptAt('openai', 3),
  ]
  const health = createHealth({ clock: systemClock, random: () => 0.5 })
  const opened = await open(attempts, send, optionsWith({ health }))
  expect(asked).toEqual(['openai-1', 'openai-2', 'openai-3'])
  expect(opened.ok).toBe(true)
  expect([1, 2, 3].map((i) => health.isTripped(`openai-${i}`))).toEqual([true, true, false])
})

test('when all fail the last error is told, with those before it and the shortest wait', async () => {
  const { send } = script(401, { status: 429, retryAfter: '30' }, { status: 503, retryAfter: '20' })
  const attempts = [attemptAt('openai'), attemptAt('groq'), attemptAt('azure')]
  const error = failureOf(await open(attempts, send, optionsWith()))
  expect(error).toMatchObject({ code: 'provider_overloaded', retryAfterMs: 20_000 })
  expect(error.metadata['previous_errors']).toEqual([
    { provider: 'OPENAI', code: 'provider_credential_rejected', status: 401 },
    { provider: 'GROQ', code: 'provider_rate_limited', status: 429 },
  ])
})

test('a refused credential is told only where nothing failed that time may mend', async () => {
  const { send } = script(503, 401)
  const error = failureOf(await open([attemptAt('openai'), attemptAt('groq')], send, optionsWith()))
  expect(error).toMatchObject({ code: 'provider_overloaded', status: 503 })
  expect(error.metadata['previous_errors']).toEqual([
    { provider: 'GROQ', code: 'provider_credential_rejected', status: 401 },
  ])
  const dead = script(401, 402)
  const refused = failureOf(await open([attemptAt('openai'), attemptAt('groq')], dead.send, optionsWith()))
  expect(refused).toMatchObject({ code: 'provider_credential_rejected', status: 402 })
})

test('a credential that cannot be read leaves the call to its sisters', async () => {
  const { send, asked } = script(new KeywayError('credential_unreadable', 'gone'))
  const opened = await open([attemptAt('openai', 1), attemptAt('openai', 2)], send, optionsWith())
  expect([opened.ok, asked]).toEqual([true, ['openai-1', 'openai-2']])
})

test('the only endpoint is asked once more, not twice', async () => {
  const { send, asked } = script(503, 503, 503, 503)
  const error = failureOf(await open([attemptAt('openai')], send, optionsWith()))
  expect(asked).toHaveLength(2)
  expect(error.code).toBe('provider_overloaded')
})

test('a connection that broke at once is tried again before anything else', async () => {
  const stale = new KeywayError('provider_unavailable', 'x', { cause: 'UND_ERR_SOCKET' })
  const { send, asked } = script(stale, 'ok')
  await open([attemptAt('openai'), attemptAt('groq')], send, optionsWith())
  expect(asked).toEqual(['openai-1', 'openai-1'])
})

test('Retry-After is waited for where nothing else is left, if it is short', async () => {
  const short = script({ status: 429, retryAfter: '0.03' }, 'ok')
  const before = performance.now()
  const opened = await open([attemptAt('openai')], short.send, optionsWith())
  expect(opened.ok).toBe(true)
  expect(performance.now() - before).toBeGreaterThanOrEqual(29)
  const long = script({ status: 429, retryAfter: '11' }, 'ok')
  expect(failureOf(await open([attemptAt('openai')], long.send, optionsWith()))).toMatchObject({
    code: 'provider_rate_limited',
    retryAfterMs: 11_000,
  })
  const late = script({ status: 429, retryAfter: '1' }, 'ok')
  expect(failureOf(await open([attemptAt('openai')], late.send, optionsWith({ totalMs: 500 })))).toMatchObject({
    retryAfterMs: 1_000,
  })
  expect(long.asked.length + late.asked.length).toBe(2)
})

test('a caller who has left is not served, before or during an attempt or a wait', async () => {
  const gone = Symbol('client gone')
  const early = new Cancellation()
  early.abort(gone)
  const { send, asked } = script('ok')
  expect(await open([attemptAt('openai')], send, optionsWith({ signal: early }))).toEqual({
    ok: false,
    cancelled: true,
    reason: gone,
    tried: [],
  })
  expect(asked).toEqual([])

  const during = new Cancellation()
  const stuck: Send<string> = (_attempt, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', { handleEvent: () => reject(signal.reason) })
      queueMicrotask(() => during.abort(gone))
    })
  const opened = await open([attemptAt('openai'), attemptAt('groq')], stuck, optionsWith({ signal: during }))
  expect(opened).toMatchObject({ ok: false, cancelled: true, reason: gone, tried: [{ outcome: 'cancelled' }] })
  expect(opened.tried).toHaveLength(1)

  const waiting = new Cancellation()
  const limited = script({ status: 429, retryAfter: '5' })
  const answer = open([attemptAt('openai')], limited.send, optionsWith({ signal: waiting }))
  while (limited.asked.length === 0) await new Promise(setImmediate)
  await new Promise(setImmediate)
  waiting.abort(gone)
  expect(await answer).toMatchObject({ ok: false, cancelled: true, reason: gone, tried: [{ status: 429 }] })
})

test('an answer that has begun still ends with the caller', async () => {
  const signal = new Cancellation()
  const heard: unknown[] = []
  const send: Send<string> = async (_attempt, answerSignal) => {
    answerSignal.addEventListener('abort', { handleEvent: () => heard.push(answerSignal.reason) })
    return { kind: 'begun', value: 'answer' }
  }
  await open([attemptAt('openai')], send, optionsWith({ signal }))
  signal.abort('gone')
  expect(heard).toEqual(['gone'])
})

test('all attempts together are bounded in time', async () => {
  const stuck: Send<string> = (_attempt, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', { handleEvent: () => reject(signal.reason) }))
  const opened = await open([attemptAt('openai'), attemptAt('groq')], stuck, optionsWith({ totalMs: 30 }))
  expect(failureOf(opened).code).toBe('provider_timeout')
  expect(opened.tried).toMatchObject([{ outcome: 'failed', status: null }])
})

test('a bug in sending is not hidden behind a retry', async () => {
  const send: Send<string> = async () => {
    throw new TypeError('undefined is not a function')
  }
  await expect(open([attemptAt('openai'), attemptAt('groq')], send, optionsWith())).rejects.toThrow(TypeError)
})

test('an open circuit is passed over, and told where there is nothing else', async () => {
  const clock = stillClock()
  const health = createHealth({ clock, random: () => 0.5 })
  for (let i = 0; i < 20; i++)
    health.report({ provider: 'openai', credentialId: 'openai-1', model: 'author/m' }, { outcome: 'failure' })
  const { send, asked } = script('ok')
  await open([attemptAt('openai'), attemptAt('groq')], send, optionsWith({ clock, health }))
  expect(asked).toEqual(['groq-1'])
  const error = failureOf(await open([attemptAt('openai')], send, optionsWith({ clock, health })))
  expect(error).toMatchObject({ code: 'provider_overloaded', status: 503, retryAfterMs: 5_000 })
  expect(asked).toHaveLength(1)
})

test('whatever the answers: attempts are bounded, none repeats more than once, every one is written down', async () => {
  const name = fc.constantFrom('openai', 'groq', 'azure')
  const plan = fc.array(fc.record({ name, credential: fc.nat(2), model: fc.constantFrom('author/m', 'author/n') }), {
    minLength: 1,
    maxLength: 6,
  })
  const status = fc.constantFrom(400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529)
  const thrown = fc
    .constantFrom(
      'provider_unavailable',
      'provider_timeout',
      'provider_invalid_reply',
      'stream_broken',
      'address_forbidden',
      'draining',
    )
    .map((code) => new KeywayError(code, 'words', { cause: 'ECONNRESET' }))
  const replies = fc.array(fc.oneof({ weight: 5, arbitrary: status }, thrown, fc.constant('ok' as const)), {
    minLength: 12,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(plan, replies, fc.integer({ min: 1, max: 6 }), async (steps, answers, attemptsMax) => {
      const attempts = steps.map((step) => attemptAt(step.name, step.credential, step.model))
      const { send, asked } = script(...answers)
      const opened = await open(attempts, send, optionsWith({ attemptsMax }))
      expect(asked.length).toBeLessThanOrEqual(attemptsMax)
      expect(opened.tried).toHaveLength(asked.length)
      expect(opened.tried.filter(({ outcome }) => outcome === 'served')).toHaveLength(opened.ok ? 1 : 0)
      if (opened.ok) expect(opened.tried.at(-1)?.outcome).toBe('served')
      expect(asked.length).toBeLessThanOrEqual(attempts.length * 2)
    }),
    { numRuns: 300 },
  )
})

test('F15: when a provider fails every call, retries add at most a fifth, and it recovers within 10 s', async () => {
  let sends = 0
  let inFlight = 0
  const failing: Send<string> = async () => {
    sends++
    inFlight++
    await new Promise(setImmediate)
    inFlight--
    return { kind: 'refused', error: { status: 503, message: 'x', code: undefined, raw: '' }, retryAfter: undefined }
  }
  // Without the breaker, which would soon send nothing at all.
  const open_ = {
    ...createHealth({ clock: systemClock, random: () => 0.5 }),
    admit: () => ({ admitted: true as const }),
  }
  const options = optionsWith({ health: open_ })
  const calls = 400
  await Promise.all(
    Array.from({ length: calls }, () =>
      open([attemptAt('openai')], failing, { ...options, signal: new Cancellation() }),
    ),
  )
  expect(inFlight).toBe(0)
  expect(sends).toBeGreaterThan(calls)
  console.log(`proof: F15 ${calls} failing calls, ${sends} attempts: ${(sends / calls).toFixed(2)} times`)
  expect(sends / calls).toBeLessThanOrEqual(1.2)

  const clock = stillClock()
  const guarded = optionsWith({ clock, health: createHealth({ clock, random: () => 1 }) })
  sends = 0
  for (let i = 0; i < 200; i++) await open([attemptAt('openai')], failing, guarded)
  // Twenty failures open the circuit; each of the calls before that had its one repetition.
  expect(sends).toBe(20)
  const { send } = script('ok')
  let waited = 0
  while (!(await open([attemptAt('openai')], send, guarded)).ok) {
    clock.advance(250)
    waited += 250
  }
  expect(waited).toBeLessThanOrEqual(10_000)
})
