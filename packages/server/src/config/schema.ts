import { isIP } from 'node:net'
import { isIssuer, OPENROUTER } from '@keyway/connect'
import { z } from 'zod'
import { isLoopback } from './bind.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { keyPolicySchema } from './key-policy.ts'
import { limitsSchema } from './limits.ts'
import { mailSchema } from './mail.ts'
import { oauthSchema } from './oauth.ts'
import { priceSchema } from './prices.ts'
import { providerSchema, reachSchema } from './providers.ts'
import { signInSchema } from './sign-in.ts'

const MINUTE_MS = 60_000

const path = (what: string) => z.string().min(1).optional().describe(what)

/**
 * The configuration file, and thereby every setting: its name, kind, bounds, default and purpose. Unknown names are
 * refused. Names are the same in the file, in {@link Config} and (upper-case, `__` for a dot) in the environment.
 */
export const configSchema = z.strictObject({
  home: path('Data folder. Default: keyway in the folder for user data of the operating system.'),
  port: z.int().min(0).max(65_535).default(7777).describe('TCP port; 0 picks a free one.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, { error: 'expected a host name or an IP address' })
    .default('localhost')
    .describe('Address to listen on. localhost listens on 127.0.0.1 and ::1.'),
  public_url: z
    .string()
    .refine(isOrigin, {
      error: 'expected an address such as https://keyway.example.com, without path, user name or query',
    })
    .transform((text) => new URL(text).origin)
    .optional()
    .describe('Address by which people reach this server.'),
  tls: z
    .strictObject({
      cert: path('PEM file with the certificate chain.'),
      key: path('PEM file with its private key.'),
    })
    .prefault({})
    .describe('Serve HTTPS directly. Both files, or neither behind a proxy.'),
  trusted_proxies: z
    .array(z.string().refine(isAddressRange, { error: 'expected an IP address or a range such as 10.0.0.0/8' }))
    .default([])
    .describe('Proxies whose X-Forwarded-* headers are believed.'),
  insecure_http: z
    .boolean()
    .default(false)
    .describe('Serve other machines without TLS. Keys then travel in the clear.'),
  open: z
    .boolean()
    .default(true)
    .describe(
      'Open the browser at the first start, to set up the login: at a terminal of this machine, on a loopback bind.',
    ),
  root_key_file: path('File with the root key of the vault. Default: root.key in the data folder.'),
  limits: limitsSchema.describe('Every size, wait and count that a call may ask for.'),
  prepaid: z
    .boolean()
    .default(false)
    .describe('Users need credit (keyway credits grant); at zero their calls get 402.'),
  oauth: oauthSchema.describe('Signing in to other apps with Keyway.'),
  connect: z
    .strictObject({
      openrouter: z
        .enum(['on', 'off'])
        .default('on')
        .describe('Whether people may connect their OpenRouter account by one button. Pasting a key always works.'),
      openrouter_url: z
        .string()
        .refine(isIssuer, {
          error: 'expected an address such as https://openrouter.ai; plain http only on this machine',
        })
        .transform((text) => text.replace(/\/+$/, ''))
        .default(OPENROUTER)
        .describe(
          'Where OpenRouter is, or another Keyway or a simulation in its place: /auth and /api/v1 are under it.',
        ),
      flow_ms: z
        .int()
        .min(MINUTE_MS)
        .max(10 * MINUTE_MS)
        .default(5 * MINUTE_MS)
        .describe(
          'How long a person may take to approve, in milliseconds. Codes live 10 minutes; a shorter time leaves less to steal.',
        ),
    })
    .prefault({})
    .describe('Connecting accounts that people have elsewhere.'),
  sign_in: signInSchema.describe('Single sign-on, and what is asked for beside a password.'),
  mail: mailSchema.describe('The mail server that invitations, confirmations and new passwords are sent by.'),
  accounts: z
    .strictObject({
      sign_up: z
        .enum(['invite', 'open', 'visitor'])
        .default('invite')
        .describe(
          'How new people come in: by a link that an owner or admin gives them, by a sign-up page that is open to everybody, or by signing in with OpenRouter (visitor).',
        ),
      users_max: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(10_000)
        .describe(
          'Users from which on nobody can sign up by themselves. An account is some kilobytes; invitations go on.',
        ),
    })
    .prefault({})
    .describe('The people who use this server.'),
  house: z
    .strictObject({
      model: z
        .string()
        .min(1)
        .optional()
        .describe(
          'The model that the operator pays for: chat falls back to it. It needs a credential with the reach house.',
        ),
      models: z.array(z.string().min(1)).default([]).describe('More models that the operator pays for.'),
      daily_messages: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(20)
        .describe('How many messages a user may send them in a day (UTC); 0 switches them off.'),
    })
    .prefault({})
    .describe('What people may use without a credential of their own.'),
  providers: z.array(providerSchema).max(500).default([]).describe('Providers and where their keys are.'),
  prices: z
    .record(z.string().min(1), priceSchema)
    .default({})
    .describe('Your own prices, by model (author/slug) or by endpoint (provider:native id).'),
  keys: z
    .strictObject({
      policies: z
        .record(z.string().min(1), keyPolicySchema)
        .default({})
        .describe('By name; "default" holds for keys made without one.'),
    })
    .prefault({})
    .describe('What new keys may do.'),
  environment_credentials: z
    .strictObject({
      use: z.boolean().default(true).describe('Use provider keys found in the environment (OPENAI_API_KEY and so on).'),
      reach: reachSchema.default('own').describe('Who may use them.'),
      reach_by_provider: z
        .record(z.string().min(1), reachSchema)
        .default({})
        .describe('The same for single providers: { openai: shared }.'),
    })
    .prefault({})
    .describe('Provider keys found in the environment.'),
  catalogue: z
    .strictObject({
      refresh: z
        .boolean()
        .default(true)
        .describe('Fetch current models and prices from OpenRouter, and from local servers.'),
      refresh_ms: z
        .int()
        .min(60_000)
        .max(604_800_000)
        .default(3_600_000)
        .describe('How often, in milliseconds. Prices change a few times a week.'),
      ollama_url: z
        .string()
        .refine(isOnThisMachine, { error: 'expected an address on this machine, such as http://127.0.0.1:11434/v1' })
        .transform((text) => text.replace(/\/+$/, ''))
        .default('http://127.0.0.1:11434/v1')
        .describe(
          'Where an Ollama is looked for to offer it to the owner, on a loopback bind alone. Nothing is used unasked.',
        ),
    })
    .prefault({})
    .describe('The list of models.'),
  log: z
    .strictObject({
      level: z
        .enum(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info')
        .describe('Least important lines that are written.'),
    })
    .prefault({})
    .describe('The log, one JSON line a call. Never keys, prompts or answers, at no level.'),
  demo: z
    .boolean()
    .default(false)
    .describe('Set by keyway demo: answers are simulated and provider keys in the environment are ignored.'),
})

/** What is written in a file: everything optional. */
export type ConfigInput = z.input<typeof configSchema>

/** All settings with every default filled in, deeply frozen. Paths are absolute. */
export type Config = DeepReadonly<
  Omit<z.output<typeof configSchema>, 'home' | 'root_key_file'> & { home: string; root_key_file: string }
>

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const bare =
    url.username === '' && url.password === '' && url.search === '' && url.hash === '' && url.pathname === '/'
  return (url.protocol === 'https:' || url.protocol === 'http:') && bare && !/[?#\s\\]/.test(text)
}

function isOnThisMachine(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  const plain = username === '' && password === '' && search === '' && hash === ''
  return (protocol === 'http:' || protocol === 'https:') && plain && isLoopback(hostname)
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
