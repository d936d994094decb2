import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { KeywayError } from '../base/errors.ts'
import { connect } from './connect.ts'
import { type Resolve, systemResolve } from './resolve.ts'
import { type SmtpReply, SmtpTalk } from './smtp-talk.ts'

/** The operator's mail server. */
export type MailServer = {
  host: string
  port: number
  /** 'implicit': TLS from the first byte. 'starttls': asked for, and nothing is sent without. 'none': in the clear. */
  tls: 'starttls' | 'implicit' | 'none'
  login: { user: string; password: string } | undefined
}

/** One message to one person: addresses of the envelope, and its lines with CRLF between them. */
export type Mail = { from: string; to: string; data: string }

export type SmtpOptions = {
  resolve?: Resolve
  /** Connecting, TLS and the whole conversation together. Milliseconds. */
  timeoutMs: number
  /** What we call ourselves. */
  name: string
}

/**
 * An address as an SMTP command takes it without any quoting: whatever could end the command is none.
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
 */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/

/** Can a message be sent to that address? */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text)
}

/**
 * Hands one message to the operator's mail server. The operator named it, so it may stand in the local network; link-local
 * and metadata addresses are refused as for everything that goes out.
 * @throws KeywayError `mail_failed`, in the server's words; `address_forbidden`
 */
export async function sendMail(server: MailServer, mail: Mail, options: SmtpOptions): Promise<void> {
  if (!isMailAddress(mail.from) || !isMailAddress(mail.to)) {
    throw new KeywayError('mail_failed', 'One of the addresses cannot be written to.')
  }
  let talk: SmtpTalk | undefined
  let timer: NodeJS.Timeout | undefined
  const giveUp = new AbortController()
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp.abort()
      reject(new KeywayError('mail_failed', `The mail server took longer than ${options.timeoutMs} ms.`))
    }, options.timeoutMs)
  })
  async function deliver(): Promise<void> {
    const socket = await open(server, options, giveUp.signal)
    talk = new SmtpTalk(socket)
    talk = await greet(talk, server, options)
    await hand(talk, mail)
  }
  try {
    await Promise.race([deliver(), late])
  } catch (cause) {
    if (cause instanceof KeywayError && (cause.code === 'mail_failed' || cause.code === 'address_forbidden'))
      throw cause
    // Node's own words name hosts and ports, and no secret.
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new KeywayError('mail_failed', `The mail server could not be spoken to: ${why.slice(0, 200)}`, { cause })
  } finally {
    clearTimeout(timer)
    talk?.destroy()
  }
}

async function open(server: MailServer, { resolve, timeoutMs }: SmtpOptions, signal: AbortSignal): Promise<Socket> {
  const { host: hostname, port, tls } = server
  const where = `${hostname}:${port}`
  const to = { origin: `smtp://${where}`, hostname, port, secure: false, path: '/', where }
  const terms = { policy: 'private-allowed', proxy: undefined, sessions: new Map<string, Buffer>() } as const
  const socket = await connect(to, { ...terms, resolve: resolve ?? systemResolve, timeoutMs, signal })
  return tls === 'implicit' ? secured(socket, hostname) : socket
}

/** Not the TLS of HTTP, which would say so to the server. */
function secured(socket: Socket, hostname: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const name = isIP(hostname) === 0 ? { servername: hostname } : {}
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    const tls = connectTls({ socket, host: hostname, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...name })
    tls.once('secureConnect', () => resolve(tls))
    tls.on('error', reject)
  })
}

/** Greets, turns TLS on where it is asked for, and signs in. @returns the conversation to go on with */
async function greet(first: SmtpTalk, server: MailServer, { name }: SmtpOptions): Promise<SmtpTalk> {
  let talk = first
  await talk.expect('220')
  let offers = extensions(await talk.ask(`EHLO ${name}`, '250'))
  if (server.tls === 'starttls') {
    // Whoever stands between could have taken the offer out: then nothing is sent at all.
    if (!offers.has('STARTTLS')) throw new KeywayError('mail_failed', 'The mail server does not offer STARTTLS.')
    await talk.ask('STARTTLS', '220')
    // What came in the clear after it was said by nobody knows whom.
    talk = new SmtpTalk(await secured(talk.release(), server.host))
    offers = extensions(await talk.ask(`EHLO ${name}`, '250'))
  }
  if (server.login !== undefined) await signIn(talk, server.login, offers.get('AUTH') ?? '')
  return talk
}

async function signIn(talk: SmtpTalk, login: { user: string; password: string }, ways: string): Promise<void> {
  const { user, password } = login
  const offered = ways.toUpperCase().split(/\s+/)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  if (offered.includes('PLAIN')) {
    await talk.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, '235')
  } else if (offered.includes('LOGIN')) {
    await talk.ask('AUTH LOGIN', '334')
    await talk.ask(base64(user), '334')
    await talk.ask(base64(password), '235')
  } else {
    throw new KeywayError('mail_failed', 'The mail server offers no way to sign in that Keyway knows: PLAIN or LOGIN.')
  }
}

async function hand(talk: SmtpTalk, { from, to, data }: Mail): Promise<void> {
  await talk.ask(`MAIL FROM:<${from}>`, '250')
  await talk.ask(`RCPT TO:<${to}>`, '25')
  await talk.ask('DATA', '354')
  // A line that begins with a dot would end the message.
  await talk.ask(`${data.replace(/^\./gm, '..')}\r\n.`, '250')
  talk.say('QUIT')
}

/** What the server can do: 'AUTH PLAIN LOGIN' -> AUTH: 'PLAIN LOGIN'. */
function extensions({ lines }: SmtpReply): Map<string, string> {
  return new Map(
    lines.slice(1).map((line) => {
      const [name = '', ...rest] = line.split(/[ =]/)
      return [name.toUpperCase(), rest.join(' ')]
    }),
  )
}
