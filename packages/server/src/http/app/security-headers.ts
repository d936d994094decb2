const BASE = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // The old filter of browsers does more harm than good.
  'x-xss-protection': '0',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)',
  'cache-control': 'no-store',
} as const

/** Two years, in seconds. */
const HSTS = 'max-age=63072000; includeSubDomains'

/** The headers of every answer under /api/app. @param publicUrl decides whether browsers are told to stay with https */
export function appHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return { ...transport(publicUrl), ...BASE, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }
}

/**
 * The headers of the web app's page.
 * @param nonce 16 random bytes in base64, another for each answer
 */
export function pageHeaders(publicUrl: string, nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // No text becomes markup or script in any way, not even through a library.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  return { ...transport(publicUrl), ...BASE, 'content-security-policy': policy.join('; ') }
}

function transport(publicUrl: string): Record<string, string> {
  return publicUrl.startsWith('https:') ? { 'strict-transport-security': HSTS } : {}
}
