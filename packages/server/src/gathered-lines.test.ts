import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { GatheredLines } from './gathered-lines.ts'

let written: string[] = []
const writer = {
  write: (text: string) => written.push(text),
  flush: (done?: (error?: Error) => unknown) => done?.(),
  flushSync: () => written.push('(synced)'),
}
beforeEach(() => {
  written = []
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const gather = () => new GatheredLines(writer, { charactersMax: 10, waitMs: 250 })

it('writes nothing for a few lines, then all of them in one piece', () => {
  const lines = gather()
  lines.write('one\n')
  lines.write('two\n')
  expect(written).toEqual([])
  lines.write('three\n')
  lines.write('four\n')
  expect(written).toEqual(['one\ntwo\nthree\n'])
})

it('writes what has waited long enough, and counts the time of the next line anew', () => {
  const lines = gather()
  lines.write('one\n')
  vi.advanceTimersByTime(249)
  expect(written).toEqual([])
  vi.advanceTimersByTime(1)
  expect(written).toEqual(['one\n'])
  lines.write('two\n')
  vi.advanceTimersByTime(249)
  expect(written).toEqual(['one\n'])
  vi.advanceTimersByTime(1)
  expect(written).toEqual(['one\n', 'two\n'])
})

it('writes what waits when it is flushed, and says when that is done', () => {
  const lines = gather()
  const done = vi.fn()
  lines.write('one\n')
  lines.flush(done)
  expect(written).toEqual(['one\n'])
  expect(done).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(1_000)
  expect(written).toEqual(['one\n'])
})

it('writes what waits when the process ends, and listens for that only while something waits', () => {
  const before = process.listeners('exit')
  const lines = gather()
  lines.write('last words\n')
  expect(process.listeners('exit')).toEqual(before)
  lines.write('bye\n')
  const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener))
  onExit?.(1)
  expect(written).toEqual(['last words\n', 'bye\n', '(synced)'])
  expect(process.listeners('exit')).toEqual(before)
})
