import type { FastifyInstance } from 'fastify'
import { isSetUp } from '../accounts/sign-in.ts'
import { SETUP_COMMAND } from './app/state.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'
import { answersFromWeb, refusesName, sendsToName } from './web.ts'

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** The pages that are there without the web app: a front door that says how to build it, and the guides. */
export function pageRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/', access('open'), async (request, reply) => {
    if (answersFromWeb(request, reply, edge)) return reply
    if (refusesName(request, reply, edge) || sendsToName(request, reply, edge)) return reply
    return reply.headers(PAGE_HEADERS).send(frontDoor(edge, (await isSetUp(edge)) ? 'set up' : 'fresh'))
  })
  app.get('/docs', access('open'), (_request, reply) => reply.headers(PAGE_HEADERS).send(documentIndex(edge.documents)))
  for (const [path, text] of Object.entries(edge.documents)) {
    app.get(`/docs/${path}`, access('open'), (_request, reply) =>
      reply.headers(PAGE_HEADERS).send(documentPage(path, text)),
    )
  }
}

const STYLE = `
  :root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6672; --line: #e3e7ec; --paper: #fff; --code: #f5f7f9; --accent: #2457d6 }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #98a3af; --line: #2b3138; --paper: #14171a; --code: #1c2126; --accent: #8aadff } }
  body { font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem; margin: 0 auto; padding: 4rem 1.5rem }
  h1 { font-size: 1.75rem; letter-spacing: -.02em; margin: 0 0 .25rem } h2 { font-size: 1.05rem; margin: 2.5rem 0 .5rem; scroll-margin-top: 2rem }
  p { margin: .5rem 0; } .soft { color: var(--soft) } a { color: var(--accent) }
  pre, code { font: 13.5px/1.55 ui-monospace, monospace; background: var(--code); border-radius: 6px }
  pre { padding: .9rem 1rem; overflow-x: auto; border: 1px solid var(--line) } code { padding: .1rem .3rem } pre code { padding: 0; background: none }
  :target { color: var(--accent) }`

const SETUP = `<h2>Set up your login</h2>
<p>Nobody can sign in yet. Open the one-time link that the terminal printed when Keyway started. It is good for 15 minutes; this prints another:</p>
<pre><code>${SETUP_COMMAND}</code></pre>
`

function frontDoor(edge: Edge, stage: 'fresh' | 'set up'): string {
  return page(
    'Keyway',
    `<h1>Keyway is running</h1>
<p class="soft">One key to every model. Version ${escapeHtml(edge.version)}. The API is ready; the web app is not built.</p>
<h2>Build the web app, then start Keyway again</h2>
<pre><code>npm install
npm run build -w packages/web</code></pre>
${stage === 'fresh' ? SETUP : ''}<h2>Store a provider\u2019s key, make one of your own</h2>
<pre><code>npx keyway providers add openai
npx keyway keys create --name my-app</code></pre>
<h2>Call any model with it</h2>
<pre><code>curl ${escapeHtml(edge.publicUrl())}/api/v1/chat/completions \\
  -H "Authorization: Bearer $KEYWAY_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "openai/gpt-5-mini", "messages": [{"role": "user", "content": "Hello"}]}'</code></pre>
<p><a href="/openapi.json">OpenAPI</a> \u00b7 <a href="/docs/troubleshooting">Troubleshooting</a> \u00b7 <a href="/health">Health</a> \u00b7 <a href="/ready">Readiness</a></p>`,
  )
}

/** Enough of Markdown for our own guides: headings with anchors, code, lists as paragraphs. */
function documentPage(title: string, markdown: string): string {
  const blocks = markdown.split(/\n{2,}/).map((block) => {
    const heading = /^(#{1,3}) (.+)$/.exec(block)
    if (heading) {
      const level = heading[1]?.length ?? 1
      const text = heading[2] ?? ''
      return `<h${level} id="${escapeHtml(text.replace(/`/g, ''))}">${inline(text)}</h${level}>`
    }
    const code = /^```\w*\n([\s\S]*?)\n?```$/.exec(block)
    if (code) return `<pre><code>${escapeHtml(code[1] ?? '')}</code></pre>`
    return `<p>${inline(block)}</p>`
  })
  return page(`${title} \u00b7 Keyway`, `<p><a href="/docs">All pages</a></p>\n${blocks.join('\n')}`)
}

/** Where somebody lands who shortens the address in an error: the guides, and what stands in each. */
function documentIndex(documents: Edge['documents']): string {
  const guides = Object.entries(documents).map(([path, text]) => {
    const headings = [...text.matchAll(/^(#{1,2}) (.+)$/gm)]
    const title = headings.find(([, level]) => level === '#')?.[2] ?? path
    const sections = headings.flatMap(([, level, name = '']) => {
      const anchor = escapeHtml(encodeURIComponent(name.replace(/`/g, '')))
      return level === '##' ? [`<a href="/docs/${path}#${anchor}">${inline(name)}</a>`] : []
    })
    return `<h2><a href="/docs/${path}">${inline(title)}</a></h2>\n<p class="soft">${sections.join(' \u00b7 ')}</p>`
  })
  const links = '<a href="/openapi.json">OpenAPI</a> \u00b7 <a href="/">Keyway</a>'
  return page('Documentation \u00b7 Keyway', `<h1>Documentation</h1>\n<p>${links}</p>\n${guides.join('\n')}`)
}

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/^[-*] /gm, '\u2022 ')
    .replace(/\n/g, '<br>')
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
${body}
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
