import { z } from 'zod'
import { isLoopback } from './bind.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { secretReferenceSchema } from './providers.ts'

/** Sign-in buttons beyond these would be a list, not a choice. */
const PROVIDERS_MAX = 20
const DOMAINS_MAX = 200

const issuerSchema = z.string().refine(isIssuerAddress, {
  error: 'expected an address such as https://accounts.example.com, without query; plain http only on this machine',
})

/** An organisation's accounts, by which people sign in here. */
const signInProviderSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: 'expected lower-case letters, digits and hyphens, at most 40' })
      .describe('Its name in the callback address: <public url>/sign-in/<id>/callback. Never change it.'),
    kind: z
      .enum(['oidc', 'google', 'github'])
      .describe('oidc: any OpenID Connect provider. github speaks OAuth 2 in a way of its own.'),
    name: z.string().min(1).max(40).optional().describe('What stands on the button. Default: by its kind.'),
    issuer: issuerSchema
      .optional()
      .describe(
        'oidc: the issuer, byte for byte as in its own metadata. github: where a GitHub Enterprise Server is. google: none, but for a simulation on this machine.',
      ),
    client_id: z.string().min(1).max(300).describe('What the provider calls this Keyway.'),
    client_secret: secretReferenceSchema.describe('Where the secret is that goes with it.'),
    allowed_domains: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: 'expected a domain in lower case, such as example.com' }),
      )
      .max(DOMAINS_MAX)
      .default([])
      .describe(
        'Domains whose addresses, as verified by this provider, may come in without an invitation and join the account of that address.',
      ),
    role: z.enum(['admin', 'member']).default('member').describe('What people of these domains become here.'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('It stands in a private network. Link-local and metadata addresses stay forbidden.'),
  })
  .superRefine(({ kind, issuer }, context) => {
    if (kind === 'oidc' && issuer === undefined) {
      context.addIssue({ code: 'custom', path: ['issuer'], message: 'is missing: an oidc provider needs one' })
    }
    if (kind === 'google' && issuer !== undefined && !(URL.canParse(issuer) && isLoopback(new URL(issuer).hostname))) {
      const message = 'is not for google: it has one issuer, but for a simulation on this machine'
      context.addIssue({ code: 'custom', path: ['issuer'], message })
    }
  })

/** @see {@link signInProviderSchema} */
export type SignInProvider = DeepReadonly<z.output<typeof signInProviderSchema>>

/** How people sign in, beside passkeys and passwords. */
export const signInSchema = z
  .strictObject({
    require_second_factor: z
      .enum(['nobody', 'managers'])
      .default('nobody')
      .describe(
        'managers: owners and admins who signed in by password may do nothing but add an authenticator app or a passkey until they have.',
      ),
    providers: z
      .array(signInProviderSchema)
      .max(PROVIDERS_MAX)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
        error: 'expected each id once',
      })
      .default([])
      .describe('Single sign-on.'),
  })
  .prefault({})

function isIssuerAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  const guarded = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return guarded && bare && !/[?#\s\\]/.test(text)
}
