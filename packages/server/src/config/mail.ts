import { z } from 'zod'
import { isLoopback } from './bind.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { Problem } from './problem.ts'

const ADDRESS = /^[^\s@<>"\p{Cc}]+@[^\s@<>"\p{Cc}]+$/u

/** The operator's mail server, by which invitations, confirmations and new passwords are sent. */
export const mailSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, { error: 'expected a host name or an IP address' })
      .optional()
      .describe('Mail server (SMTP). Without one no mail is sent, and links are shown to be copied.'),
    port: z.int().min(1).max(65_535).default(587).describe('Its port: 587 with starttls, 465 with implicit.'),
    from: z
      .string()
      .regex(ADDRESS, { error: 'expected an address such as keyway@example.com' })
      .optional()
      .describe('The address that mails come from.'),
    from_name: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}]+$/u, { error: 'expected a name without control characters' })
      .default('Keyway')
      .describe('The name that mails come from.'),
    user: z.string().min(1).max(300).optional().describe('What to sign in to the mail server with.'),
    password: z
      .strictObject({
        env: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'expected the name of an environment variable' })
          .optional()
          .describe('Name of the environment variable that holds it.'),
        file: z
          .string()
          .min(1)
          .optional()
          .describe('Absolute path of the file that holds it, where no variable is named.'),
      })
      .prefault({})
      .describe('Where the password for it is; never the password.'),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe(
        'starttls: nothing is sent unless the server turns TLS on. none: on this machine, or without a password.',
      ),
  })
  .prefault({})

/** @see {@link mailSchema} */
export type MailSettings = DeepReadonly<z.output<typeof mailSchema>>

/** What the settings say together: each of them may be in order alone. */
export function checkMail({ mail }: { mail: MailSettings }): Problem[] {
  const { host, from, user, password, tls } = mail
  if (host === undefined) return []
  const problems: Problem[] = []
  if (from === undefined)
    problems.push({ name: 'mail.from', message: 'is missing: mails need an address to come from' })
  if ((user === undefined) !== ((password.env ?? password.file) === undefined)) {
    problems.push({ name: 'mail.user', message: 'and mail.password go together; give both or neither' })
  }
  if (tls === 'none' && user !== undefined && !isLoopback(host)) {
    problems.push({ name: 'mail.tls', message: 'must not be none with a password: it would travel in the clear' })
  }
  return problems
}
