import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type MailServerOptions, type MailServer as SimulatedServer, startMailServer } from '@keyway/sim'
import { afterEach, expect, test } from 'vitest'
import { isMailAddress, type MailServer, sendMail } from './smtp.ts'
import { makeCertificate } from './testing/certificate.ts'

const certificate = makeCertificate('mail.test')
const authorities = getCACertificates('default')
const MAIL = { from: 'keyway@example.com', to: 'ada@example.com', data: 'Subject: Hello\r\n\r\nSGVsbG8=\r\n.' }
const LOGIN = { user: 'keyway', password: 'a secret of the mail server' }

let simulated: SimulatedServer | undefined
afterEach(async () => {
  await simulated?.close()
  setDefaultCACertificates(authorities)
})

async function serve(options: MailServerOptions = {}): Promise<SimulatedServer> {
  simulated = await startMailServer(options)
  return simulated
}

/** Sends to mail.test, which is this machine. */
function send(port: number, server: Partial<MailServer> = {}, mail = MAIL, address = '127.0.0.1'): Promise<void> {
  const to: MailServer = { host: 'mail.test', port, tls: 'none', login: undefined, ...server }
  const resolve = async () => [{ address, family: 4 }]
  return sendMail(to, mail, { resolve, timeoutMs: 2_000, name: 'keyway.test' })
}

test.each([
  'ada',
  'ada@',
  '@example.com',
  'ada@example.com>',
  'ada@example.com\r\nRCPT TO:<eve@example.com>',
  'a da@example.com',
  '"ada eve"@example.com',
  'ad\u00e4@example.com',
  `${'a'.repeat(65)}@example.com`,
])('nothing is sent to %j', async (to) => {
  expect(isMailAddress(to)).toBe(false)
  const { port, said } = await serve()
  await expect(send(port, {}, { ...MAIL, to })).rejects.toMatchObject({ code: 'mail_failed' })
  expect(said).toEqual([])
})

test('a mail server at a link-local address is never spoken to', async () => {
  const { port } = await serve()
  const sent = send(port, {}, MAIL, '169.254.169.254')
  await expect(sent).rejects.toMatchObject({ code: 'address_forbidden' })
})

test.each([
  ['does not offer STARTTLS', {}, { tls: 'starttls' }, undefined],
  ['has a certificate of nobody\u2019s', { tls: { ...certificate, when: 'starttls' } }, { tls: 'starttls' }, undefined],
  ['speaks TLS with such a one', { tls: { ...certificate, when: 'implicit' } }, { tls: 'implicit' }, undefined],
  ['says more before TLS', { tls: { ...certificate, when: 'starttls' } }, { tls: 'starttls' }, 'early words'],
] as const)('login and mail stay here where the server %s', async (_kind, options, server, fault) => {
  const simulation = await serve({ ...options, login: { ...LOGIN, ways: 'PLAIN' } })
  simulation.fault = fault
  await expect(send(simulation.port, { ...server, login: LOGIN })).rejects.toMatchObject({ code: 'mail_failed' })
  expect(simulation.said.join(' ')).not.toMatch(/AUTH|MAIL/)
  expect(simulation.mails).toEqual([])
})

test.each([
  ['refuse', /550 5\.1\.1 No such mailbox/],
  ['reject login', /535 5\.7\.8 Not you/],
  ['hang', /longer than 2000 ms/],
  ['no greeting', /no mail server/],
] as const)('%s: it says so, and never the password', async (fault, words) => {
  const simulation = await serve({ login: { ...LOGIN, ways: 'PLAIN' } })
  simulation.fault = fault
  const failure = await send(simulation.port, { login: LOGIN }).catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'mail_failed', message: expect.stringMatching(words) })
  expect(JSON.stringify(failure)).not.toContain(Buffer.from(LOGIN.password).toString('base64'))
})

test('nobody there: it says so', async () => {
  const { port, close } = await serve()
  await close()
  await expect(send(port)).rejects.toMatchObject({
    code: 'mail_failed',
    message: expect.stringMatching(/ECONNREFUSED/),
  })
})

test.each(['PLAIN LOGIN', 'LOGIN'])('over STARTTLS, signed in by %s: the mail arrives as it was', async (ways) => {
  setDefaultCACertificates([...authorities, certificate.cert])
  const simulation = await serve({ tls: { ...certificate, when: 'starttls' }, login: { ...LOGIN, ways } })
  await send(simulation.port, { tls: 'starttls', login: LOGIN })
  const { from, to } = MAIL
  expect(await simulation.next(to)).toMatchObject({ from, to, secure: true, user: 'keyway' })
})

test('over TLS from the first byte, without a login', async () => {
  setDefaultCACertificates([...authorities, certificate.cert])
  const simulation = await serve({ tls: { ...certificate, when: 'implicit' } })
  await send(simulation.port, { tls: 'implicit' })
  expect(await simulation.next(MAIL.to)).toMatchObject({ secure: true, user: undefined })
})
