import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

/** A message that the simulated mail server took. */
export type ReceivedMail = {
  from: string
  to: string
  headers: ReadonlyMap<string, string>
  /** Decoded. */
  text: string
  /** It came over TLS. */
  secure: boolean
  user: string | undefined
}

/** 'refuse': no such mailbox. 'reject login', 'hang': no word after the greeting. */
export type MailFault = 'refuse' | 'reject login' | 'hang' | 'no greeting' | 'early words'

export type MailServerOptions = {
  /** Offers STARTTLS with it; 'implicit' speaks TLS from the first byte. */
  tls?: { key: string; cert: string; when: 'starttls' | 'implicit' }
  /** Whom it lets send; anybody where none is given. */
  login?: { user: string; password: string; ways: string }
}

/** A mail server on this machine that keeps what it is given. */
export type MailServer = {
  port: number
  readonly mails: readonly ReceivedMail[]
  /** Every line that a client said, logins included. */
  readonly said: readonly string[]
  fault: MailFault | undefined
  /** The first message to an address that nobody asked for before. Waits for it. */
  next(to: string): Promise<ReceivedMail>
  close(): Promise<void>
}

/** Starts one. @see https://www.rfc-editor.org/rfc/rfc5321 */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const said: string[] = []
  const given = new Set<ReceivedMail>()
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()
  const state: { fault: MailFault | undefined } = { fault: undefined }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const secured = options.tls?.when === 'implicit' ? overTls(socket, options.tls) : socket
    serve(secured, options.tls?.when === 'implicit' ? 'begun' : 'none')
  })

  function serve(socket: Socket, tls: 'none' | 'begun' | 'upgraded'): void {
    let buffer = ''
    let data: string[] | undefined
    let mail = { from: '', to: '' }
    let user: string | undefined
    let awaited: 'user' | 'password' | undefined
    const answer = (line: string) => socket.write(`${line}\r\n`)
    const mayStart = options.tls?.when === 'starttls' && tls === 'none'
    socket.on('error', () => socket.destroy())
    if (state.fault === 'no greeting') answer('HTTP/1.1 400 Bad Request')
    else if (tls !== 'upgraded') answer('220 mail.example ESMTP')
    socket.on('data', take)

    function take(bytes: Buffer): void {
      buffer += bytes.toString('latin1')
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (data !== undefined) body(line, data)
        else command(line)
      }
    }

    function body(line: string, lines: string[]): void {
      if (line !== '.') {
        lines.push(line.startsWith('.') ? line.slice(1) : line)
        return
      }
      data = undefined
      mails.push({ ...mail, ...parse(lines), secure: tls !== 'none', user })
      answer('250 2.0.0 Taken')
      for (const look of [...waiting]) look()
    }

    function command(line: string): void {
      said.push(line)
      if (awaited !== undefined) {
        continueLogin(line)
        return
      }
      const [verb = '', ...rest] = line.split(' ')
      const argument = rest.join(' ')
      if (verb === 'EHLO' && state.fault === 'hang') return
      if (verb === 'EHLO') hello()
      else if (verb === 'STARTTLS' && mayStart && options.tls !== undefined) upgrade(options.tls)
      else if (verb === 'AUTH') login(argument)
      else if (verb === 'MAIL' && options.login !== undefined && user === undefined) answer('530 5.7.0 Sign in first')
      else if (verb === 'MAIL') take1('from', argument)
      else if (verb === 'RCPT' && state.fault === 'refuse') answer('550 5.1.1 No such mailbox')
      else if (verb === 'RCPT') take1('to', argument)
      else if (verb === 'DATA') {
        data = []
        answer('354 Go on')
      } else if (verb === 'QUIT') {
        answer('221 Bye')
        socket.end()
      } else answer('502 5.5.1 Unknown')
    }

    function hello(): void {
      const offers = ['mail.example', 'SIZE 1000000']
      if (mayStart) offers.push('STARTTLS')
      if (options.login !== undefined) offers.push(`AUTH ${options.login.ways}`)
      for (const [i, offer] of offers.entries()) answer(`250${i === offers.length - 1 ? ' ' : '-'}${offer}`)
    }

    function upgrade(how: NonNullable<MailServerOptions['tls']>): void {
      socket.off('data', take)
      const early = state.fault === 'early words' ? '250 In the clear\r\n' : ''
      socket.write(`220 Go on\r\n${early}`, () => serve(overTls(socket, how), 'upgraded'))
    }

    function take1(which: 'from' | 'to', argument: string): void {
      mail = { ...mail, [which]: /<([^>]*)>/.exec(argument)?.[1] ?? '' }
      answer('250 2.1.0 Well')
    }

    function login(argument: string): void {
      const [way = '', first = ''] = argument.split(' ')
      if (way === 'LOGIN') {
        awaited = 'user'
        answer('334 VXNlcm5hbWU6')
        return
      }
      const [, name = '', password = ''] = decode(first).split('\0')
      check(name, password)
    }

    function continueLogin(line: string): void {
      if (awaited === 'user') {
        user = decode(line)
        awaited = 'password'
        answer('334 UGFzc3dvcmQ6')
        return
      }
      awaited = undefined
      check(user ?? '', decode(line))
    }

    function check(name: string, password: string): void {
      const right = options.login?.user === name && options.login.password === password
      user = right && state.fault !== 'reject login' ? name : undefined
      answer(user === undefined ? '535 5.7.8 Not you' : '235 2.7.0 You')
    }
  }

  const port = await listen(server)
  return {
    port,
    mails,
    said,
    get fault() {
      return state.fault
    },
    set fault(fault) {
      state.fault = fault
    },
    next(to) {
      return new Promise((resolve) => {
        const look = () => {
          const found = mails.find((one) => one.to === to && !given.has(one))
          if (found === undefined) return
          given.add(found)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function overTls(socket: Socket, { key, cert }: { key: string; cert: string }): Socket {
  return new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) })
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no port'))
      else resolve(address.port)
    })
  })
}

/** Headers, folded lines joined, and a text that came in base64. */
function parse(lines: readonly string[]): Pick<ReceivedMail, 'headers' | 'text'> {
  const end = lines.indexOf('')
  const head = lines
    .slice(0, end)
    .join('\r\n')
    .replace(/\r\n[ \t]+/g, ' ')
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
    headers.set(name.toLowerCase(), words(value))
  }
  return { headers, text: decode(lines.slice(end + 1).join('')) }
}

/** Encoded words as people read them. @see https://www.rfc-editor.org/rfc/rfc2047 */
function words(value: string): string {
  return value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, text: string) => decode(text))
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString()
}
