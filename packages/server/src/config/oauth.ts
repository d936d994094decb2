import { z } from 'zod'
import { usdSchema } from './amount.ts'
import type { DeepReadonly } from './deep-readonly.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** Who may ask for a key; more would be a directory, not a list. */
const APPS_MAX = 500

/** An app that the operator registered: its callbacks, exactly. */
const appSchema = z.strictObject({
  name: z.string().min(1).max(60).describe('What people read beside its address.'),
  callback_urls: z
    .array(z.string().min(1).max(2_000))
    .min(1)
    .max(20)
    .describe('Where it may be sent back to, exactly. On this machine any port will do.'),
})

/** Sign in with Keyway: what other apps may ask for, and what people give them. */
export const oauthSchema = z
  .strictObject({
    require_s256: z
      .boolean()
      .default(false)
      .describe('Refuse the weak modes of the OAuth protocol (plain or no code challenge).'),
    mode: z
      .enum(['open', 'allowlist', 'registered'])
      .default('open')
      .describe('Which apps may ask people for a key: any, those of allowed_origins, or those of apps.'),
    allowed_origins: z
      .array(z.string().min(1).max(300))
      .max(APPS_MAX)
      .default([])
      .describe(
        'For the allow-list: origins such as https://app.example.com; "loopback" for apps on people\u2019s own computers, "headless" for the copied code.',
      ),
    apps: z
      .array(appSchema)
      .max(APPS_MAX)
      .default([])
      .describe('Registered apps; their names are shown in every mode.'),
    request_ms: z
      .int()
      .min(MINUTE_MS)
      .max(60 * MINUTE_MS)
      .default(15 * MINUTE_MS)
      .describe('How long a person may take to decide, signing in included. Milliseconds.'),
    code_ms: z
      .int()
      .min(10 * SECOND_MS)
      .max(10 * MINUTE_MS)
      .default(10 * MINUTE_MS)
      .describe(
        'How long a code of the compatible flow lives: as long as OpenRouter\u2019s, since it may be copied by hand.',
      ),
    standard_code_ms: z
      .int()
      .min(10 * SECOND_MS)
      .max(10 * MINUTE_MS)
      .default(60 * SECOND_MS)
      .describe('How long a code of /oauth/authorize lives: a program fetches the key at once. Milliseconds.'),
    default_limit_usd: usdSchema.default('5.00').describe('The cap that the consent page proposes.'),
    default_reset: z
      .enum(['none', 'daily', 'weekly', 'monthly'])
      .default('monthly')
      .describe('How often the proposed cap begins anew.'),
    default_days: z.int().min(1).max(3_650).default(90).describe('How many days the proposed key lives.'),
    limit_usd_max: usdSchema.default('100.00').describe('The highest cap that a person may give an app.'),
    days_max: z
      .int()
      .min(1)
      .max(3_650)
      .default(365)
      .describe('The longest life that a person may give an app\u2019s key.'),
    fresh_above_usd: usdSchema
      .default('20.00')
      .describe('Above this cap the person must have signed in within the last five minutes.'),
    public_rankings: z
      .boolean()
      .default(false)
      .describe('Let anybody read which apps use most (/rankings); else only people who are signed in.'),
  })
  .prefault({})

/** The settings of Sign in with Keyway, with every default filled in. */
export type OauthSettings = DeepReadonly<z.output<typeof oauthSchema>>
