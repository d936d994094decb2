import { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { classifyAddress } from './address.ts'
import type { Net } from './dispatcher.ts'
import { createNet } from './dispatcher.ts'
import { post, readText, reply, startRawServer } from './testing/raw-server.ts'

// The sentinel: every address that any socket of this process begins to connect to.
const attempts: string[] = []
let net: Net

beforeEach(() => {
  attempts.length = 0
  const connect = Socket.prototype.connect
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    this.on('connectionAttempt', (ip: string) => attempts.push(ip))
    return Reflect.apply(connect, this, args)
  })
})

afterEach(async () => {
  await net.close()
  vi.restoreAllMocks()
})

const FORBIDDEN = [
  '127.0.0.1',
  '127.1.2.3',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '0.0.0.0',
  '198.18.0.1',
  '192.0.0.192',
  '224.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
]

const circled = (text: string) => text.replace(/\d/g, (digit) => '⓪①②③④⑤⑥⑦⑧⑨'[Number(digit)] ?? digit)
const fullWidth = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))
const escaped = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')

/** The hosts by which one IPv4 address can be written. */
function spellings(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const whole = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0')
  const high = hex(a * 256 + b, 4)
  const low = hex(c * 256 + d, 4)
  return [
    address,
    `${address}.`,
    `${whole}`,
    `${whole}.`,
    `0x${hex(whole, 8)}`,
    `0X${hex(whole, 8).toUpperCase()}`,
    `0x0000${hex(whole, 8)}`,
    `0${whole.toString(8)}`,
    `00000${whole.toString(8)}`,
    [a, b, c, d].map((part) => `0x${part.toString(16)}`).join('.'),
    [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
    [a, b, c, d].map((part) => `000${part.toString(8)}`).join('.'),
    `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `0x${a.toString(16)}.${b * 65_536 + c * 256 + d}`,
    `0${a.toString(8)}.0x${hex(b * 65_536 + c * 256 + d, 6)}`,
    address.replaceAll('.', '。'),
    circled(address),
    fullWidth(address),
    escaped(address),
    address.replace('.', '%2e'),
    `user@${address}`,
    `api.openai.com@${address}`,
    `api.openai.com:443@${address}`,
    `${address}#@api.openai.com`,
    `${address}\\@api.openai.com`,
    `${address}\t`,
    `api.openai.com\\.${address}`,
    `[::ffff:${address}]`,
    `[::FFFF:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[::${address}]`,
    `[::${high}:${low}]`,
    `[::ffff:0:${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${high}:${low}]`,
    `[2002:${high}:${low}::1]`,
    `[2001:0:${high}:${low}::]`,
    `${address}.nip.test`,
    `${address.replaceAll('.', '-')}.dashed.test`,
  ]
}

const HOSTS_BESIDE = [
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[fe80::1]',
  '[fe80::1%25eth0]',
  '[fe80::1%eth0]',
  '[fc00::1]',
  '[fd00::1]',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  '[ff02::1]',
  '[fec0::1]',
  '[100::1]',
  '[2001:db8::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'foo.localhost',
  'metadata',
  'metadata.google.internal',
  'METADATA.google.internal.',
  'metadata.goog',
  'instance-data',
  'lo\u00adcalhost',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  '',
  ':80',
  '@',
  'host:0',
  'host:22',
  'host:25',
  'host:6667',
  'host:99999',
  '.',
  '..',
  '[',
  '[::1',
]

const OTHER_URLS = [
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_x',
  'ftp://127.0.0.1/',
  'data:text/plain,x',
  'javascript:1',
  'ws://127.0.0.1/',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  '/v1/models',
  'http:127.0.0.1/',
  'http:/127.0.0.1/',
  'http:///127.0.0.1/',
  'http:\\\\127.0.0.1\\',
  'https:127.0.0.1',
  ' http://127.0.0.1/',
  'http://127.0.0.1 /',
  'ht\ntp://127.0.0.1/',
  '\u0000http://127.0.0.1/',
  'http://127.0.0.1/#x',
  'https://api.openai.com/#',
  'https://api.openai.com/v1#/',
  `https://api.openai.com/${'a'.repeat(5_000)}`,
]

/** Answers as an attacker's name server would. */
const attackersNames = async (hostname: string) => {
  const embedded = /^(\d+[.-]\d+[.-]\d+[.-]\d+)\.(?:nip|dashed)\.test$/.exec(hostname)?.[1]?.replaceAll('-', '.')
  if (embedded !== undefined) return [{ address: embedded, family: 4 }]
  if (/localhost\.?$/.test(hostname))
    return [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
}

test('F10: no spelling of a forbidden address is ever connected to', async () => {
  net = createNet({ resolve: attackersNames })
  const hosts = [...FORBIDDEN.flatMap(spellings), ...HOSTS_BESIDE]
  const urls = [
    ...hosts.flatMap((host) => [`http://${host}/v1`, `https://${host}/v1/chat?x=1`, `http://${host}:8080/`]),
    ...OTHER_URLS,
  ]
  expect(urls.length).toBeGreaterThan(1_500)
  const codes = new Map<string, string[]>()
  for (const url of urls) {
    const code = await net.dispatch(post(url, { addresses: 'public', headersTimeoutMs: 2_000 })).then(
      () => 'answered',
      (error) => error.code,
    )
    codes.set(code, [...(codes.get(code) ?? []), url])
  }
  expect(attempts).toEqual([])
  console.log(`proof: F10 ${urls.length} addresses, ${attempts.length} connections`)
  expect([...codes.keys()]).toEqual(['address_forbidden'])
})

test('what may never be called stays so where private addresses are allowed', async () => {
  net = createNet({ resolve: attackersNames })
  for (const host of FORBIDDEN.filter((address) => classifyAddress(address) === 'never').flatMap(spellings)) {
    await expect(net.dispatch(post(`http://${host}/`))).rejects.toMatchObject({ code: 'address_forbidden' })
  }
  expect(attempts).toEqual([])
})

test('a name that changes its answer is judged by the answer that is connected to', async () => {
  const server = await startRawServer((socket) => socket.end(reply('{}', 'connection: close\r\n')))
  let asked = 0
  net = createNet({
    resolve: async () => [{ address: asked++ % 2 === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }],
  })
  const outcomes: unknown[] = []
  for (let i = 0; i < 6; i++) {
    const closed = server.nextClose()
    const outcome = await net.dispatch(post(`http://rebind.test:${server.port}/`)).then(
      async (response) => {
        await readText(response.body)
        await closed
        return response.status
      },
      (error) => error.code,
    )
    outcomes.push(outcome)
  }
  expect(outcomes).toEqual([200, 'address_forbidden', 200, 'address_forbidden', 200, 'address_forbidden'])
  expect(new Set(attempts)).toEqual(new Set(['127.0.0.1']))
  await server.close()
})

test('one forbidden answer among good ones condemns the name', async () => {
  net = createNet({
    resolve: async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '64:ff9b::a9fe:a9fe', family: 6 },
    ],
  })
  await expect(net.dispatch(post('http://mixed.test:8080/'))).rejects.toMatchObject({ code: 'address_forbidden' })
  expect(attempts).toEqual([])
})

test('a redirect to a forbidden or any other address is not followed', async () => {
  const target = await startRawServer((socket) => socket.end(reply('secret')))
  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    for (const location of [
      'http://169.254.169.254/latest',
      `${target.url}/private?token=x`,
      '/elsewhere',
      '//10.0.0.1/',
    ]) {
      const server = await startRawServer((socket) =>
        socket.end(`HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      )
      net = createNet()
      const error = await net
        .dispatch(post(server.url, { headers: { 'x-api-key': 'canary-key' } }))
        .catch((reason: Error) => reason)
      expect(error).toMatchObject({
        code: 'provider_invalid_reply',
        message: expect.stringContaining(`redirect (${status})`),
      })
      expect(JSON.stringify(error)).not.toMatch(/token|canary/)
      await net.close()
      await server.close()
    }
  }
  expect(target.accepted()).toBe(0)
  expect(new Set(attempts)).toEqual(new Set(['127.0.0.1']))
  await target.close()
})

test('a connection that was vetted for a private server is not lent to a public request', async () => {
  const server = await startRawServer((socket) => socket.write(reply('{}')))
  net = createNet({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
  const url = `http://both.test:${server.port}/`
  await readText((await net.dispatch(post(url))).body)
  await expect(net.dispatch(post(url, { addresses: 'public' }))).rejects.toMatchObject({ code: 'address_forbidden' })
  expect(server.accepted()).toBe(1)
  await server.close()
})
