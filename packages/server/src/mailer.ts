import { composeMail } from './accounts/compose-mail.ts'
import type { Mailer } from './accounts/mail-links.ts'
import type { Clock } from './base/clock.ts'
import type { Config } from './config/schema.ts'
import { type MailServer, sendMail } from './net/smtp.ts'
import { type Environment, parseReference, readReference } from './vault/reference.ts'

/** Connecting, TLS and the whole conversation. Milliseconds. */
const MAIL_MS = 20_000

/** The operator's mail server, undefined where none is set. The password is read anew for each mail. */
export function mailerOf(
  { mail }: Pick<Config, 'mail'>,
  { clock, env, publicUrl }: { clock: Clock; env: Environment; publicUrl(): string },
): Mailer | undefined {
  const { host, port, tls, from: address, from_name: name, user, password } = mail
  if (host === undefined || address === undefined) return undefined
  const reference = password.env === undefined ? password.file && `file:${password.file}` : `env:${password.env}`
  return {
    async send(letter) {
      const login =
        user === undefined || reference === undefined
          ? undefined
          : { user, password: await readReference(parseReference(reference), env) }
      const server: MailServer = { host, port, tls, login }
      const data = composeMail(letter, { from: { name, address }, at: clock.now() })
      const options = { timeoutMs: MAIL_MS, name: new URL(publicUrl()).hostname.replace(/^\[.*$/, 'localhost') }
      await sendMail(server, { from: address, to: letter.to, data }, options)
    },
  }
}
