import { homedir } from 'node:os'
import { join } from 'node:path'
import { OPENROUTER } from '@keyway/connect'
import { newSealingSecret, type SealingKeys } from '@keyway/connect/store'

/** What the examples read from their environment. */
export type Settings = {
  /** OpenRouter, or the address of a Keyway. */
  issuer: string
  /** Where people reach the example. */
  publicUrl: string
  port: number
  /** Seal what is kept. In production the secret comes from where your other secrets come from, and stays the same. */
  keys: SealingKeys
  /** Where sealed keys lie. */
  folder: string
  /** What people may ask. */
  models: readonly string[]
}

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env['PORT'] ?? 3000)
  return {
    issuer: env['ISSUER'] ?? OPENROUTER,
    publicUrl: env['PUBLIC_URL'] ?? `http://localhost:${port}`,
    port,
    keys: [{ id: 'k1', secret: env['SEAL_SECRET'] ?? newSealingSecret() }],
    folder: env['KEYS_FOLDER'] ?? join(homedir(), '.keyway-connect-example'),
    models: (env['MODELS'] ?? 'openai/gpt-5-mini').split(','),
  }
}
