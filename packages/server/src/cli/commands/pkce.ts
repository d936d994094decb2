import { isCodeVerifier, randomToken, sha256CodeChallenge } from '@keyway/connect'
import type { Command } from '../command.ts'
import { present } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { readStandardInput } from '../secret-input.ts'
import { UsageError } from '../usage-error.ts'

/** An S256 challenge: 43 characters of base64url. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
const CHALLENGE = /^[\w-]{43}$/

/** What a verifier may be, said in a line. */
const VERIFIER_SHAPE =
  'A verifier has 43 to 128 characters: letters, digits, "-", ".", "_" and "~" (RFC 7636 section 4.1).'

/** Verifier and challenge by hand: for whoever writes or mends a client of their own. */
export const pkceCommand: Command = {
  path: 'connect pkce',
  about: 'Make a PKCE verifier with its S256 challenge, or check a pair. A verifier is read from standard input.',
  operands: [],
  options: {
    'verifier-stdin': { about: 'Read the verifier from standard input, and show its challenge.' },
    challenge: { value: 'text', about: 'Is it that verifier\u2019s challenge? Exit code 1 when it is not.' },
    verifier: {
      value: 'refused',
      about: 'Refused: a verifier proves who began, and a command line is seen by every process.',
    },
  },
  examples: [
    'keyway connect pkce',
    'keyway connect pkce --verifier-stdin < verifier.txt',
    'keyway connect pkce --verifier-stdin --challenge E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM < verifier.txt',
  ],
  surplus: 'A verifier does not belong on the command line: every process can read it there.',
  async run(call, context) {
    const expected = call.text('challenge')
    if (call.has('verifier'))
      throw new UsageError('A verifier does not belong on the command line.', 'Pipe it in: --verifier-stdin')
    if (expected !== undefined && !call.has('verifier-stdin')) {
      throw new UsageError('--challenge is checked against a verifier.', 'Pipe it in: --verifier-stdin')
    }
    if (expected !== undefined && !CHALLENGE.test(expected)) {
      throw new UsageError('--challenge is no S256 challenge: 43 characters of base64url, without padding.')
    }
    if (!call.has('verifier-stdin')) {
      const verifier = randomToken()
      const pair = { verifier, challenge: await sha256CodeChallenge(verifier), method: 'S256' }
      present(call, context, pair, () => [`verifier   ${verifier}`, `challenge  ${pair.challenge}`, 'method     S256'])
      return
    }
    // A line break at the end is the shell's.
    const verifier = (await readStandardInput()).replace(/\r?\n$/, '')
    if (!isCodeVerifier(verifier)) throw new UsageError('Standard input holds no verifier.', VERIFIER_SHAPE)
    const challenge = await sha256CodeChallenge(verifier)
    if (expected === undefined) {
      present(call, context, { challenge, method: 'S256' }, () => [challenge])
      return
    }
    const matches = challenge === expected
    present(call, context, { matches }, () => [matches ? 'They belong together.' : 'They do not belong together.'])
    if (!matches) throw new FailedError()
  },
}
