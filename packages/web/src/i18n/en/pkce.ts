/** PKCE pairs by hand. */
export const texts = {
  pkce: {
    title: 'PKCE pairs',
    about: 'For whoever writes or mends a client by hand. It is worked out in this page; nothing is sent or kept.',
    verifier: 'Verifier',
    verifierHint: 'Fresh for each flow, and a secret until the exchange.',
    verifierWrong: '43 to 128 characters: letters, digits, “-”, “.”, “_” and “~” (RFC 7636, section 4.1).',
    fresh: 'Make a new pair',
    challenge: 'Its S256 challenge',
    copy: 'Copy the challenge',
    check: 'Challenge to check',
    checkHint: 'The one from the address, as code_challenge.',
    together: 'They belong together.',
    apart: 'They do not belong together.',
    apartAbout: 'The challenge is of another verifier, or was hashed from something else than its characters.',
    plain: 'That is the verifier itself: the method “plain”. Send its S256 challenge instead.',
    padded: '“+”, “/” and “=” are base64. A challenge is base64url without padding.',
    short: 'An S256 challenge has 43 characters.',
  },
}
