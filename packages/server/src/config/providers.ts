import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

/** Who may use a credential: its one user, the whole workspace, or (paid by the operator) anyone within daily limits. */
export const reachSchema = z.enum(['own', 'shared', 'house'])

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Where a secret is, never the secret: `{ env: OPENAI_API_KEY }` or `{ file: /run/secrets/openai }`. The message does not
 * repeat what was written instead, since that may be the secret.
 */
export const secretReferenceSchema = z.union(
  [
    z.strictObject({
      env: z
        .string()
        .regex(ENVIRONMENT_NAME, { error: 'expected the name of an environment variable' })
        .describe('Name of an environment variable.'),
    }),
    z.strictObject({ file: z.string().min(1).describe('Path of a file; relative to the configuration file.') }),
  ],
  { error: 'expected { env: NAME } or { file: path }; a secret itself is never written in this file' },
)

/** An http or https address of an API, without user, query or fragment; a trailing slash is dropped. */
export const baseUrlSchema = z
  .string()
  .refine(isBaseUrl, { error: 'expected an http:// or https:// address without user name, query or fragment' })
  .transform((text) => text.replace(/\/+$/, ''))
  .describe('Address of the API, up to and including its version: https://api.example.com/v1')

/** A provider declared in the configuration file. One that Keyway does not know by name needs `base_url`. */
export const providerSchema = z.strictObject({
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: 'expected lower-case letters, digits and hyphens, at most 40' })
    .describe('Which provider: openai, openrouter, ... or a name of your own together with base_url.'),
  name: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('A name for this credential, to tell several of one provider apart. Default: the provider.'),
  base_url: baseUrlSchema.optional(),
  key: secretReferenceSchema.optional().describe('Where its key is. None for a server that needs no key.'),
  reach: reachSchema
    .default('own')
    .describe(
      'Who may use it: own (the owner), shared (the workspace, guests left out) or house (paid by the operator). Guests are those who made their own account.',
    ),
  allow_private: z
    .boolean()
    .default(false)
    .describe('Allow private and loopback addresses. Link-local and metadata addresses stay forbidden.'),
  free: z.boolean().default(false).describe('Its models cost nothing, as with a local server.'),
  priority: z
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .describe('Lower is tried first among the credentials of one provider.'),
})

/** @see {@link providerSchema} */
export type ProviderSetting = DeepReadonly<z.output<typeof providerSchema>>

/** @see {@link secretReferenceSchema} */
export type SecretReference = DeepReadonly<z.output<typeof secretReferenceSchema>>

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  return (url.protocol === 'https:' || url.protocol === 'http:') && bare && !/[?#\s\\]/.test(text)
}
