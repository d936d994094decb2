import { expect, test } from 'vitest'
import type { CancelSignal } from './cancellation.ts'
import { Cancellation } from './cancellation.ts'

test('tells every listener once, and those that were removed not at all', () => {
  const cancellation = new Cancellation()
  const told: string[] = []
  const gone = { handleEvent: () => told.push('gone') }
  cancellation.addEventListener('abort', { handleEvent: () => told.push('first') })
  cancellation.addEventListener('abort', gone)
  cancellation.addEventListener('abort', { handleEvent: () => told.push('second') })
  cancellation.removeEventListener('abort', gone)
  const reason = new Error('enough')
  cancellation.abort(reason)
  cancellation.abort(new Error('again'))
  expect(told).toEqual(['first', 'second'])
  expect(cancellation.aborted).toBe(true)
  expect(cancellation.reason).toBe(reason)
})

test('a listener may remove another while they are told', () => {
  const cancellation = new Cancellation()
  const told: string[] = []
  const second = { handleEvent: () => told.push('second') }
  cancellation.addEventListener('abort', {
    handleEvent: () => {
      told.push('first')
      cancellation.removeEventListener('abort', second)
    },
  })
  cancellation.addEventListener('abort', second)
  cancellation.abort()
  expect(told).toEqual(['first', 'second'])
})

test('an AbortSignal is a cancel signal', () => {
  const controller = new AbortController()
  const signal: CancelSignal = controller.signal
  const told: string[] = []
  signal.addEventListener('abort', { handleEvent: () => told.push('aborted') })
  controller.abort()
  expect(told).toEqual(['aborted'])
})
