import { z } from 'zod'
import { text } from './read-body.ts'

/** Characters of any part of an authenticator's answer: attestations with certificates reach about 8 kB. */
const PART_CHARS_MAX = 32_768
const ID_CHARS_MAX = 1_400
const TRANSPORTS_MAX = 10

const part = z
  .string()
  .max(PART_CHARS_MAX)
  .regex(/^[\w-]*$/, { error: 'expected base64url' })
const outer = {
  id: text(ID_CHARS_MAX).regex(/^[\w-]+$/, { error: 'expected base64url' }),
  rawId: text(ID_CHARS_MAX),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).prefault({}),
}

/** RegistrationResponseJSON. @see https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson */
export const registrationBody = z.object({
  ...outer,
  response: z.object({
    clientDataJSON: part,
    attestationObject: part,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']).or(z.string().max(30)))
      .max(TRANSPORTS_MAX)
      .prefault([]),
  }),
})

/** AuthenticationResponseJSON. @see https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson */
export const authenticationBody = z.object({
  ...outer,
  response: z.object({
    clientDataJSON: part,
    authenticatorData: part,
    signature: part,
    userHandle: part.nullable().prefault(null),
  }),
})
