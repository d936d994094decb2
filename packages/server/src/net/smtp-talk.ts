import type { Socket } from 'node:net'
import { KeywayError } from '../base/errors.ts'

/** What a mail server answered: '250', and its lines without the code. */
export type SmtpReply = { code: string; lines: string[] }

/** A reply is some lines of up to 512 bytes; more is no mail server. @see https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1 */
const REPLY_BYTES_MAX = 32_768
/** Of the server's words in a message to people. */
const WORDS_MAX = 300

/** A conversation with a mail server: one line asks, one reply answers. */
export class SmtpTalk {
  readonly #socket: Socket
  #came = ''
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#take)
    socket.on('error', this.#fail)
    socket.on('close', this.#close)
  }

  readonly #take = (bytes: Buffer): void => {
    this.#came += bytes.toString('latin1')
    if (this.#came.length > REPLY_BYTES_MAX) this.#fail(new Error('its answer is too long'))
    this.#wake?.()
  }

  readonly #fail = (error: Error): void => {
    this.#failure ??= error
    this.#wake?.()
  }

  readonly #close = (): void => this.#fail(new Error('it closed the connection'))

  say(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  /** Says a line and reads the reply to it. @throws KeywayError `mail_failed` when it does not begin with `code` */
  ask(line: string, code: string): Promise<SmtpReply> {
    this.say(line)
    return this.expect(code)
  }

  /** @throws KeywayError `mail_failed` when the next reply does not begin with `code`; Error when there is none */
  async expect(code: string): Promise<SmtpReply> {
    const reply = await this.#read()
    if (reply.code.startsWith(code)) return reply
    const words = reply.lines
      .join(' ')
      .replace(/[^\x20-\x7e]/g, ' ')
      .slice(0, WORDS_MAX)
    throw new KeywayError('mail_failed', `The mail server answered: ${reply.code} ${words}`)
  }

  async #read(): Promise<SmtpReply> {
    for (;;) {
      const whole = /^(?:\d{3}-[^\r\n]*\r?\n)*(\d{3})(?: [^\r\n]*)?\r?\n/.exec(this.#came)
      if (whole !== null) {
        this.#came = this.#came.slice(whole[0].length)
        const lines = whole[0].split(/\r?\n/).slice(0, -1)
        return { code: whole[1] ?? '', lines: lines.map((line) => line.slice(4)) }
      }
      if (/^(?!\d{3}[ -]|\d{0,3}\r?$|\d{3}\r?\n)/.test(this.#came) && this.#came.includes('\n')) {
        throw new Error('what answers is no mail server')
      }
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Gives the socket up to whoever puts TLS on it. @throws KeywayError `mail_failed` when something came unasked */
  release(): Socket {
    if (this.#came !== '') throw new KeywayError('mail_failed', 'The mail server said more than it was asked.')
    this.#socket.off('data', this.#take).off('close', this.#close)
    return this.#socket
  }

  destroy(): void {
    this.#socket.destroySoon()
  }
}
