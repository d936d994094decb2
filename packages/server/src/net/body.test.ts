import { expect, test } from 'vitest'
import { ResponseBody } from './body.ts'

/** Notes what a body asks of its socket. */
function startBody(bufferedBytesMax = 10) {
  const asked: string[] = []
  const body = new ResponseBody(
    {
      pause: () => asked.push('pause'),
      resume: () => asked.push('resume'),
      abort: (error) => asked.push(`abort ${error?.message ?? ''}`.trim()),
    },
    bufferedBytesMax,
  )
  return { body, asked }
}

const bytes = (length: number) => new Uint8Array(length)

test('chunks come in their order, those that waited in one piece, then the end', async () => {
  const { body, asked } = startBody()
  const early = body.next()
  body.push(bytes(1))
  body.push(bytes(2))
  body.push(bytes(3))
  body.end()
  const lengths = [(await early).value?.length]
  for await (const chunk of body) lengths.push(chunk.length)
  expect(lengths).toEqual([1, 5])
  expect(await body.next()).toEqual({ value: undefined, done: true })
  // The loop's end is not a leaving of it.
  expect(asked).toEqual([])
})

test('a slow reader pauses its socket, once, and lets it go on when it takes what waits', async () => {
  const { body, asked } = startBody(10)
  for (let i = 0; i < 5; i++) body.push(bytes(5))
  expect(asked).toEqual(['pause'])
  expect((await body.next()).value).toHaveLength(25)
  expect(asked).toEqual(['pause', 'resume'])
})

test('a body that breaks gives what came before, then the error once, then its end', async () => {
  const { body } = startBody()
  body.push(bytes(1))
  body.fail(new Error('broke'))
  expect((await body.next()).value).toHaveLength(1)
  await expect(body.next()).rejects.toThrow('broke')
  expect((await body.next()).done).toBe(true)
})

test('a waiting read is told of a break', async () => {
  const { body } = startBody()
  const waiting = body.next()
  body.fail(new Error('broke'))
  await expect(waiting).rejects.toThrow('broke')
})

test('leaving the loop ends the connection, and a read that waits meanwhile is done', async () => {
  const { body, asked } = startBody()
  body.push(bytes(1))
  for await (const _chunk of body) break
  expect(asked).toEqual(['abort'])
  const other = startBody()
  const waiting = other.body.next()
  await other.body.return()
  expect((await waiting).done).toBe(true)
})

test('destroy with an error gives it to the waiting read and drops what was buffered', async () => {
  const { body, asked } = startBody()
  const waiting = body.next()
  body.destroy(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  expect(asked).toEqual(['abort enough'])
  const full = startBody()
  full.body.push(bytes(1))
  full.body.destroy()
  expect((await full.body.next()).done).toBe(true)
})

test('destroying a body that has ended leaves its connection alone', async () => {
  const { body, asked } = startBody()
  body.end()
  body.destroy()
  expect(asked).toEqual([])
})

test('two reads at once are refused', async () => {
  const { body } = startBody()
  const first = body.next()
  await expect(body.next()).rejects.toThrow('one reader')
  body.end()
  await first
})
