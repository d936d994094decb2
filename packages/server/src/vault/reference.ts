import { readFile, stat } from 'node:fs/promises'
import { KeywayError } from '../base/errors.ts'
import { cleanSecret, SECRET_CHARS_MAX } from './clean-secret.ts'

/** The process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where a secret is read from at every use, never stored: `env:NAME` or `file:/absolute/path`. */
export type Reference = { kind: 'env'; name: string } | { kind: 'file'; path: string }

/**
 * 'env:OPENAI_API_KEY' -> { kind: 'env', name: 'OPENAI_API_KEY' }; 'file:/run/secrets/openai' -> { kind: 'file', ... }
 * @throws KeywayError `invalid_request`
 */
export function parseReference(text: string): Reference {
  const env = /^env:([A-Za-z_][A-Za-z0-9_]{0,127})$/.exec(text)
  if (env?.[1]) return { kind: 'env', name: env[1] }
  const file = /^file:([/\\]|[A-Za-z]:[/\\])/.test(text) && text.length <= 4096 && !text.includes('\0')
  if (file) return { kind: 'file', path: text.slice(5) }
  throw new KeywayError('invalid_request', 'The reference is not "env:NAME" or "file:/absolute/path".', {
    fix: 'Write env: and a variable\u2019s name, or file: and an absolute path.',
  })
}

/**
 * Reads the secret that a reference names, now.
 * @throws KeywayError `credential_unreadable` when it is not there, `invalid_request` when it is no key
 */
export async function readReference(reference: Reference, env: Environment): Promise<string> {
  if (reference.kind === 'env') {
    const value = env[reference.name]
    if (value === undefined) {
      throw new KeywayError('credential_unreadable', `The environment variable ${reference.name} is not set.`, {
        fix: `Set ${reference.name} where Keyway is started.`,
      })
    }
    return cleanSecret(value, reference.name)
  }
  let text: string
  try {
    const { size } = await stat(reference.path)
    // The limit of the secret, and as much again for whitespace and quotes.
    if (size > 2 * SECRET_CHARS_MAX) throw new Error(`the file has ${size} bytes`)
    text = await readFile(reference.path, 'utf8')
  } catch (error) {
    throw new KeywayError('credential_unreadable', `The file ${reference.path} of a credential cannot be read.`, {
      fix: `Make ${reference.path} readable for Keyway, holding the key and nothing else.`,
      cause: error,
    })
  }
  return cleanSecret(text, reference.path)
}
