// Serves the page, and does nothing else: node examples/browser/serve.ts, then http://localhost:3000
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import process from 'node:process'
import { nodeListener } from '@keyway/connect/node'
import { bundlePage } from '../shared/bundle-page.ts'
import { readSettings } from '../shared/settings.ts'

const { issuer, models, port, publicUrl } = readSettings(process.env)
const script = await bundlePage(new URL('page.js', import.meta.url))
const metas = `<meta name="issuer" content="${issuer}">\n<meta name="model" content="${models[0]}">\n`
const page = readFileSync(new URL('index.html', import.meta.url), 'utf8').replace('<script', `${metas}<script`)
// Nobody else's script runs beside the key, and it goes to the issuer alone.
const csp = `default-src 'none'; script-src 'self'; connect-src ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`

function serve(request: Request): Response | undefined {
  const { pathname } = new URL(request.url)
  if (pathname === '/page.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp }
  return pathname === '/' ? new Response(page, { headers }) : undefined
}

createServer(nodeListener(serve)).listen(port, 'localhost', () => console.log(`Listening on ${publicUrl}`))
