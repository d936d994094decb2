import { describe, expect, test } from 'vitest'
import { runBin } from './test-bin.ts'

/** RFC 7636 appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const pkce = (args: readonly string[], stdin = '') => runBin(['connect', 'pkce', ...args], { stdin })

describe('keyway connect pkce', () => {
  test.each([
    ['a verifier in the command line', ['--verifier', VERIFIER], ''],
    ['a word that may be one', [VERIFIER], ''],
    ['a challenge without a verifier', ['--challenge', CHALLENGE], ''],
    ['a padded challenge', ['--verifier-stdin', '--challenge', `${CHALLENGE}=`], VERIFIER],
    ['nothing on standard input', ['--verifier-stdin'], ''],
    ['a verifier of 42 characters', ['--verifier-stdin'], VERIFIER.slice(1)],
    ['a verifier of 129 characters', ['--verifier-stdin'], 'v'.repeat(129)],
    ['a verifier with a space', ['--verifier-stdin'], `${VERIFIER} ${VERIFIER}`],
    ['a verifier with two line breaks', ['--verifier-stdin'], `${VERIFIER}\n\n`],
  ])('refuses %s, and repeats none of it', async (_name, args, stdin) => {
    const { code, stdout, stderr } = await pkce(args, stdin)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).not.toContain(VERIFIER.slice(1))
  })

  test('makes a fresh pair that belongs together', async () => {
    const [one, other] = [await pkce(['--json']), await pkce(['--json'])]
    const pair: { verifier: string; challenge: string; method: string } = JSON.parse(one.stdout)
    expect(pair).toMatchObject({ verifier: expect.stringMatching(/^[\w-]{43}$/), method: 'S256' })
    expect(other.stdout).not.toContain(pair.verifier)
    const checked = await pkce(['--verifier-stdin', '--challenge', pair.challenge, '--json'], pair.verifier)
    expect([checked.code, JSON.parse(checked.stdout)]).toEqual([0, { matches: true }])
  })

  test('shows the challenge of a verifier, and tells by the exit code whether it is another\u2019s', async () => {
    expect(await pkce(['--verifier-stdin'], `${VERIFIER}\n`)).toEqual({ code: 0, stdout: `${CHALLENGE}\n`, stderr: '' })
    const other = await pkce(['--verifier-stdin', '--challenge', CHALLENGE], `${VERIFIER}x`)
    expect([other.code, other.stdout]).toEqual([1, 'They do not belong together.\n'])
  })
})
