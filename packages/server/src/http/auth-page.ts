import { randomBytes } from 'node:crypto'
import { pageHeaders } from './app/security-headers.ts'
import type { Edge } from './edge.ts'
import { NONCE_PLACEHOLDER } from './web.ts'

/** Random bytes of a nonce: 128 bits, as CSP level 3 asks. */
const NONCE_BYTES = 16

/** A page with its headers. */
export type Page = { headers: Record<string, string>; body: string }

/** The consent page: the web app's own entry, or a plain one where the web app is not built. */
export function consentPage(edge: Edge): Page {
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  const page = edge.web?.auth
  const headers = { ...pageHeaders(edge.publicUrl(), nonce), 'content-type': 'text/html; charset=utf-8' }
  return page === undefined ? plainPage(headers, nonce) : { headers, body: page.replaceAll(NONCE_PLACEHOLDER, nonce) }
}

function plainPage(headers: Record<string, string>, nonce: string): Page {
  return {
    headers,
    body: `${head()}<style nonce="${nonce}">${STYLE}</style>
<main>
<h1>Keyway</h1>
<p>An app asks for a key to your models. The page on which you decide is a part of the web app, which is not built here.</p>
<p>Whoever runs this Keyway can build it: <code>npm run build -w packages/web</code>, then start Keyway again.</p>
<p class="soft">Nothing was given to anybody. You can close this page.</p>
</main>
</html>
`,
  }
}

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 16px/1.6 system-ui, sans-serif; margin: 0; display: grid; min-height: 100dvh; place-content: center }
  main { max-width: 32rem; padding: 2rem 1.5rem } h1 { font-size: 1.375rem; margin: 0 0 .5rem } p { margin: .5rem 0; overflow-wrap: anywhere }
  .soft { opacity: .7 }`

function head(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyway</title>
`
}
