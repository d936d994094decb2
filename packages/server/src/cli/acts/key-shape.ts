import { z } from 'zod'

const figure = z.number()

/** A key as `--json` shows it: the fields of `GET /api/v1/keys`, by their wire names. Further ones pass. */
export const keyShape = z.looseObject({
  hash: z.string(),
  name: z.string(),
  label: z.string(),
  disabled: z.boolean(),
  limit: figure.nullable(),
  limit_remaining: figure.nullable(),
  limit_reset: z.string().nullable(),
  usage: figure,
  usage_daily: figure,
  usage_monthly: figure,
  created_at: z.string(),
  expires_at: z.string().nullable(),
  keyway: z.looseObject({
    kind: z.string(),
    environment: z.string(),
    models: z.array(z.string()).nullable(),
    reaches: z.array(z.string()),
    rpm: figure.nullable(),
    no_browser: z.boolean(),
    revoked_at: z.string().nullable(),
  }),
})

/** @see {@link keyShape} */
export type KeyShape = z.output<typeof keyShape>

/** A key at the one moment when it can be read. */
export const issuedKeyShape = z.looseObject({
  key: z.string(),
  ...keyShape.shape,
  /** What clients of the OpenAI kind are pointed at, or null when no server runs. */
  base_url: z.string().nullable(),
})
