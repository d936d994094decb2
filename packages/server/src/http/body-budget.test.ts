import { EventEmitter } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

function exchange(length: string | undefined) {
  const request = new IncomingMessage(new Socket())
  if (length !== undefined) request.headers['content-length'] = length
  return { request, response: new ServerResponse(request) }
}
const take = (budget: ReturnType<typeof createBodyBudget>, length: string | undefined) => {
  const { request, response } = exchange(length)
  budget.take(request, response)
  return response
}

it('refuses the body that does not fit beside the others, and takes it when one of them is done', () => {
  const budget = createBodyBudget({ bodyBytes: 100, bodiesBytes: 150 })
  const first = take(budget, '100')
  take(budget, '50')
  expect(() => take(budget, '1')).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterMs: 1_000 }))
  EventEmitter.prototype.emit.call(first, 'close')
  expect(() => take(budget, '100')).not.toThrow()
})

it('counts a body of unstated length as the largest there may be', () => {
  const budget = createBodyBudget({ bodyBytes: 100, bodiesBytes: 150 })
  take(budget, undefined)
  expect(() => take(budget, undefined)).toThrow(expect.objectContaining({ code: 'overloaded' }))
})

it('leaves a body that is too large by itself to be refused as that', () => {
  const budget = createBodyBudget({ bodyBytes: 100, bodiesBytes: 150 })
  for (const length of ['101', '-5', '1e3', 'x']) expect(() => take(budget, length)).not.toThrow()
  expect(() => take(budget, '100')).not.toThrow()
})
