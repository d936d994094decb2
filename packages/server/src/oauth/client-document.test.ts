import { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNet, type Net } from '../net/dispatcher.ts'
import { readClientDocument } from './client-document.ts'

// The real way out, and a sentinel: every address that any socket begins to connect to. http/oauth.test.ts has what is
// said of descriptions themselves.

const attempts: string[] = []
let answers: string[]
let net: Net

beforeEach(() => {
  attempts.length = 0
  const connect = Socket.prototype.connect
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    this.on('connectionAttempt', (ip: string) => attempts.push(ip))
    return Reflect.apply(connect, this, args)
  })
  net = createNet({
    resolve: async () => {
      const address = answers.length > 1 ? answers.shift() : answers[0]
      return [{ address: address ?? '', family: address?.includes(':') ? 6 : 4 }]
    },
  })
})
afterEach(async () => {
  await net.close()
  vi.restoreAllMocks()
})

const site = () => ({ dispatch: net.dispatch, until: AbortSignal.timeout(5_000) })
const refusal = { code: 'invalid_request', metadata: { field: 'client_id' } }

test('row 136: a description at a private address is never asked for, by whatever name, and says no more than one that is down', async () => {
  const messages = new Set<string>()
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1', '0.0.0.0']) {
    answers = [address]
    const reading = readClientDocument(site(), 'https://app.example/client.json')
    await expect(reading).rejects.toMatchObject({ ...refusal, cause: { code: 'address_forbidden' } })
    messages.add(await reading.then(String, (error: Error) => error.message))
  }
  for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', 'localhost', 'metadata.google.internal']) {
    answers = ['127.0.0.1']
    await expect(readClientDocument(site(), `https://${host}/client.json`)).rejects.toMatchObject(refusal)
  }
  expect(attempts).toEqual([])
  expect(messages.size).toBe(1)
})

test('row 136: a name that leads elsewhere the second time leads nowhere', async () => {
  answers = ['127.0.0.1', '10.0.0.1', '127.0.0.1']
  for (let n = 0; n < 3; n++) {
    await expect(readClientDocument(site(), 'https://rebind.example/client.json')).rejects.toMatchObject(refusal)
  }
  expect(attempts).toEqual([])
})
